//! The answer of `members`.

use serde::Serialize;

use super::parts::{EvidenceJson, GroupJson, ResourceJson, document, evidence, group, resource};
use crate::connectivity::Connectivity;
use crate::query::{Filter, Members};

/// Prints the answer of `members`.
pub fn members_json(net: &Connectivity, members: &Members, filter: &Filter) -> String {
    #[derive(Serialize)]
    struct Body<'n> {
        group: GroupJson<'n>,
        members: Vec<ResourceJson<'n>>,
        opens: Vec<EvidenceJson<'n>>,
        admits: Vec<EvidenceJson<'n>>,
    }
    let body = Body {
        group: group(net, members.group),
        members: members.endpoints.iter().map(|ix| resource(net, *ix)).collect(),
        opens: evidence(net, members.opens.iter().copied()),
        admits: evidence(net, members.admits.iter().copied()),
    };
    document(net, filter, members.opens.len(), body)
}
