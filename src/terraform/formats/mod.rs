//! The formats of Terraform documents: each is read into the same stream of resources, which go to
//! the reader one by one.

pub(crate) mod legacy;
pub(crate) mod plan;
pub(crate) mod show;
pub(crate) mod state;

pub use plan::Moment;
