//! Reads the EC2 API's own JSON: what the AWS CLI's `describe-*` commands print, boto3's answers,
//! arrays and single objects that `--query` leaves, and sglens' snapshots.
//!
//! A snapshot is the same shapes by account and region, so that live reading and reading a file are
//! one conversion (`docs/snapshot.md` describes it):
//!
//! ```json
//! {"sglens_snapshot": 1, "regions": [{
//!     "account": "111122223333", "region": "eu-west-1",
//!     "SecurityGroups": [], "SecurityGroupRules": [], "NetworkInterfaces": [], "Reservations": [],
//!     "Subnets": [], "Vpcs": [], "VpcPeeringConnections": [], "ManagedPrefixLists": [],
//!     "PrefixListEntries": {"pl-0a1b2c3d": [{"Cidr": "10.0.0.0/8"}]},
//!     "SecurityGroupVpcAssociations": [],
//!     "unavailable": {"ec2:DescribeVpcPeeringConnections": "denied"}
//! }]}
//! ```
//!
//! This module evaluates nothing and draws nothing. JSON that only looks like the API's, with renamed
//! keys, is refused as a whole rather than read by half.

mod document;
mod error;
mod groups;
mod instances;
mod interfaces;
mod ledger;
mod lenient;
#[cfg(feature = "aws")]
pub mod live;
mod member;
mod network;
mod outline;
mod owners;
mod reader;
mod remarks;
mod rules;
mod services;
mod shapes;
// Only live answers are written.
#[cfg(any(feature = "aws", test))]
mod snapshot;
#[cfg(test)]
mod tests;
mod unavailable;

pub use error::ReadError;
#[cfg(feature = "aws")]
pub use snapshot::{Region, Snapshot};

use std::sync::Arc;

use crate::inventory::{Builder, Source};
use document::{Answer, Document};
use outline::{ObjectKind, Outline};
use reader::Reader;

/// The smallest IAM policy that lets an identity be read live: all of it reads, none of it writes.
pub const IAM_POLICY: &str = include_str!("../../assets/iam-policy.json");

/// The order in which the parts of all answers are read. Rules come before groups, because a rule's own
/// object has its id; instances come before interfaces, because those of terminated ones are left out.
const PHASES: [fn(&mut Reader<'_>, &Answer); 6] =
    [remarks::take, rules::take, groups::take, network::take, instances::take, interfaces::take];

/// Tells whether a decoded document holds something of the EC2 API that [`read`] understands.
pub fn detect(text: &[u8]) -> bool {
    Outline::of(text).is_readable() || !services::find(text).is_empty()
}

/// Tells whether a document is an AWS answer, but one without anything that sglens reads: load
/// balancers, functions, databases.
pub fn is_other_aws(text: &[u8]) -> bool {
    let outline = Outline::of(text);
    !outline.is_readable() && outline.has(ObjectKind::OtherAws)
}

/// Reads one decoded document into the builder.
///
/// # Errors
/// [`ReadError`] when the JSON is broken, when a member that sglens uses is not of the type that
/// the API gives it, and for a snapshot of a future version.
pub fn read(text: &[u8], source: &Arc<Source>, builder: &mut Builder) -> Result<(), ReadError> {
    let outline = Outline::of(text);
    let mut found = services::find(text);
    let mut document = if found.is_empty() || outline.is_readable() {
        document::parse(text, &outline)?
    } else {
        Document::default()
    };
    document.answers.append(&mut found.answers);
    let mut reader = Reader::new(source, builder, document.is_snapshot);
    for phase in PHASES {
        for answer in &document.answers {
            reader.enter(answer);
            phase(&mut reader, answer);
        }
    }
    services::take(&mut reader, &found);
    reader.finish();
    Ok(())
}
