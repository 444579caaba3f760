//! Text that anyone may have written, made safe to show. Whoever may set a tag writes names, and ids of a
//! crafted file are as free: before they reach a terminal, a log or a page, what cannot be seen, what
//! changes how the rest is read, and what a build server takes as a command is broken.

mod clean;
mod json;

pub use clean::{clean, is_unsafe, line, name, short};
pub use json::json;
