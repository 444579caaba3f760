//! Writes what the API answered as one document that [`read`](super::read) understands again.
//! `docs/snapshot.md` describes it.

use serde::Serialize;

use super::document::{Answer, SNAPSHOT_VERSION};
use super::member::Member as _;

/// What the API answered about one region of one account.
#[derive(Debug)]
pub struct Region {
    answer: Answer,
}

impl Region {
    /// A region with the answers of all calls, its lists in a fixed order.
    pub(super) fn new(mut answer: Answer) -> Self {
        // Each list is named, so that none is forgotten.
        let Answer {
            account: _,
            region: _,
            security_groups,
            security_group_rules,
            network_interfaces,
            reservations,
            instances,
            subnets,
            vpcs,
            vpc_peering_connections,
            prefix_lists,
            managed_prefix_lists,
            prefix_list_entries,
            entries,
            security_group_vpc_associations,
            transit_gateway_vpc_attachments,
            transit_gateway_attachments,
            next_token: _,
            unavailable: _,
            foreign: _,
        } = &mut answer;
        security_groups.arrange();
        security_group_rules.arrange();
        network_interfaces.arrange();
        reservations.arrange();
        instances.arrange();
        subnets.arrange();
        vpcs.arrange();
        vpc_peering_connections.arrange();
        prefix_lists.arrange();
        managed_prefix_lists.arrange();
        prefix_list_entries.arrange();
        entries.arrange();
        security_group_vpc_associations.arrange();
        transit_gateway_vpc_attachments.arrange();
        transit_gateway_attachments.arrange();
        Self { answer }
    }

    /// The account, where it is known.
    pub fn account(&self) -> Option<&str> {
        self.answer.account.get()
    }

    /// The region.
    pub fn region(&self) -> &str {
        self.answer.region.get().unwrap_or_default()
    }

    /// The name of the source in evidence: `aws:111122223333/eu-west-1`.
    pub fn source(&self) -> String {
        let account = self.account().map(|account| format!("{account}/")).unwrap_or_default();
        format!("aws:{account}{}", self.region())
    }

    /// A snapshot of this region alone, for [`read`](super::read).
    pub fn document(&self) -> Vec<u8> {
        serde_json::to_vec(&Document::of([&self.answer])).expect("plain data always becomes JSON")
    }

    /// Returns the sort key of the region. Two identities may see the same region: the one that sees
    /// more comes first, and one that sees no groups comes last.
    fn place(&self) -> (Option<&str>, &str, bool, usize) {
        let unavailable = &self.answer.unavailable;
        let is_blind = unavailable.has("ec2:DescribeSecurityGroups");
        (self.account(), self.region(), is_blind, unavailable.count())
    }
}

/// What the API answered about some regions.
#[derive(Debug)]
pub struct Snapshot {
    regions: Vec<Region>,
}

impl Snapshot {
    /// A snapshot in its order, each region of an account once.
    pub(super) fn new(mut regions: Vec<Region>) -> Self {
        regions.sort_by(|one, other| one.place().cmp(&other.place()));
        regions.dedup_by(|next, known| {
            known.account().is_some() && known.account() == next.account() && known.region() == next.region()
        });
        Self { regions }
    }

    /// The regions, in their order.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The document: the same estate gives the same bytes, one member a line.
    pub fn document(&self) -> String {
        crate::shown::json(&Document::of(self.regions.iter().map(|region| &region.answer)))
    }
}

#[derive(Serialize)]
struct Document<'a> {
    sglens_snapshot: u64,
    regions: Vec<&'a Answer>,
}

impl<'a> Document<'a> {
    fn of(answers: impl IntoIterator<Item = &'a Answer>) -> Self {
        Self { sglens_snapshot: SNAPSHOT_VERSION, regions: answers.into_iter().collect() }
    }
}
