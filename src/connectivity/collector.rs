//! What comes in about the counterparts of one subject, put together into links.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Counterpart, EndpointIx, Finding, Link, Member, Verdict};
use crate::traffic::Traffic;

/// Findings by counterpart and verdict, as they come in. Boxed: the tree moves its values about.
#[derive(Default)]
pub(super) struct Collector(BTreeMap<(Counterpart, Verdict), Box<(Finding, Vec<Member>)>>);

impl Collector {
    pub(super) fn add(
        &mut self,
        counterpart: Counterpart,
        finding: &Finding,
        members: impl Iterator<Item = EndpointIx>,
    ) {
        let traffic = Arc::new(finding.traffic.clone());
        let slot = self.0.entry((counterpart, finding.verdict));
        let entry = slot.or_insert_with(|| Box::new((finding.clone(), Vec::new())));
        let (known, list) = &mut **entry;
        if known != finding {
            known.absorb(finding);
        }
        list.reserve(members.size_hint().1.unwrap_or_default());
        list.extend(members.map(|endpoint| Member { endpoint, traffic: Arc::clone(&traffic) }));
    }

    /// The links, disjoint: what one interface or group of a machine allows is not blocked because
    /// another does not.
    pub(super) fn finish(self) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::with_capacity(self.0.len());
        // What better verdicts of the same counterpart took, by machine and in all.
        let mut taken: Vec<Member> = Vec::new();
        let mut total = Traffic::none();
        let mut entries = self.0.into_iter().peekable();
        while let Some(((counterpart, _), entry)) = entries.next() {
            let (mut finding, members) = *entry;
            if links.last().is_none_or(|link| link.counterpart != counterpart) {
                taken.clear();
                total = Traffic::none();
            }
            let had_members = !members.is_empty();
            let rest = subtract(merged(members), &taken);
            if !had_members || !taken.is_empty() {
                finding.traffic = if rest.is_empty() {
                    finding.traffic.difference(&total)
                } else {
                    rest.iter().fold(Traffic::none(), |sum, member| sum.union(&member.traffic))
                };
            }
            if had_members && rest.is_empty() || finding.traffic.is_empty() {
                continue;
            }
            total = total.union(&finding.traffic);
            // Only a worse verdict of the same counterpart asks what was taken.
            if entries.peek().is_some_and(|((next, _), _)| *next == counterpart) {
                taken = merged(taken.iter().chain(&rest).cloned().collect());
            }
            links.push(Link { counterpart, finding, members: rest });
        }
        links
    }
}

/// One entry for each machine, ascending.
fn merged(mut members: Vec<Member>) -> Vec<Member> {
    members.sort_by_key(|member| member.endpoint);
    members.dedup_by(|next, kept| {
        let is_same = next.endpoint == kept.endpoint;
        if is_same && next.traffic != kept.traffic {
            kept.traffic = Arc::new(kept.traffic.union(&next.traffic));
        }
        is_same
    });
    members
}

/// Takes from each machine what it already has.
fn subtract(members: Vec<Member>, taken: &[Member]) -> Vec<Member> {
    if taken.is_empty() {
        return members;
    }
    let rest = members.into_iter().map(|member| {
        match taken.binary_search_by_key(&member.endpoint, |one| one.endpoint) {
            Ok(position) => {
                Member { traffic: Arc::new(member.traffic.difference(&taken[position].traffic)), ..member }
            }
            Err(_) => member,
        }
    });
    rest.filter(|member| !member.traffic.is_empty()).collect()
}
