//! The `sglens` command.
fn main() {}
