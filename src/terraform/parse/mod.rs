//! JSON without resources: recognising a document, pruned attribute values, flat maps, addresses and
//! ARNs. This part knows neither formats nor converters.

mod address;
mod arn;
mod detect;
mod error;
mod flatmap;
mod key_table;
mod value;

pub(crate) use address::{absolute_address, kind_of};
pub(crate) use arn::{account, last_part};
pub(crate) use detect::{Detected, recognise};
pub use detect::{Format, detect};
pub use error::ReadError;
pub(crate) use flatmap::FlatMap;
pub(crate) use key_table::KeyTable;
pub(crate) use value::{CowText, Value, Wanted};
