//! What reports, pictures and messages say alike: labels, rule sentences, verdicts, doubts, the disclaimer. No format is known here.

mod doubts;
mod filters;
mod labels;
mod lists;
mod rules;
mod summary;
mod verdicts;

pub use crate::shown::{clean, line, name, short};
pub use doubts::{doubt, doubts};
pub use filters::filters;
pub use labels::{
    address, address_set, addresses, count, counterpart, endpoint, group, kind, outside, peer, subject,
    subnet, target, targets, vpc,
};
pub use lists::{few, natural, together, within};
pub use rules::{rule_place, rule_places, rule_sentence, rule_traffic};
pub use summary::{read_line, stopped, summary_line};
pub use verdicts::{family, verdict, verdict_id};

/// What each answer says of its own limits, once.
pub const DISCLAIMER: &str = "Permitted by security groups; routes, network ACLs and endpoint policies are not \
    evaluated. DNS, metadata and time of the VPC are never filtered.";
