//! Why a step has no links: never an unexplained empty answer.

use crate::connectivity::{Connectivity, Subject};
use crate::inventory::{Direction, Role};
use crate::query::{Target, groups_of};

/// Returns why the first step in a direction has no links.
pub(super) fn nothing(net: &Connectivity, targets: &[Target], direction: Direction) -> &'static str {
    if targets.iter().any(|target| matches!(target, Target::Outside(_))) {
        return "nothing in the input: no rule names it";
    }
    let (unable, text) = match direction {
        Direction::Egress => (Role::Service, "nothing: by its nature it opens no connections"),
        Direction::Ingress => (Role::Client, "nobody: by its nature it accepts no connections"),
    };
    let is_unable = |target: &Target| match target {
        Target::Known(Subject::Endpoint(ix) | Subject::Interface(ix, _)) | Target::Public(ix, ..) => {
            net.endpoint(*ix).role == unable
        }
        Target::Known(Subject::Group(_)) | Target::Outside(_) => false,
    };
    if targets.iter().all(is_unable) {
        return text;
    }
    let is_none = groups_of(net, targets).iter().all(|group| net.rules_of(*group, direction).is_empty());
    match (direction, is_none) {
        (Direction::Egress, true) => {
            "nothing: its groups have no egress rules, so no connection may be opened"
        }
        (Direction::Ingress, true) => "nobody: its groups have no ingress rules",
        (Direction::Egress, false) => "nothing: no group in the input allows it inbound",
        (Direction::Ingress, false) => "nobody in the input",
    }
}
