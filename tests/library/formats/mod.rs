//! Every odd shape of a state or plan, one fixture each, read through the front door. A test asserts
//! the one fact that its fixture is about. All ids, addresses and accounts are invented.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod fixture;
mod groups;
mod homes;
mod merging;
mod plans;
mod refused;
mod rules;
mod same;
mod services;
mod shapes;
mod values;
