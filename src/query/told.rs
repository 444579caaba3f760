//! Findings as people read them: one where both address families say the same, and none that only
//! repeats for IPv6, should there be an address, what IPv4 surely allows. Scripts get all of them.

use std::sync::Arc;

use crate::connectivity::{Counterpart, Doubt, Finding, Findings, Link, Member, Verdict};
use crate::traffic::{AddressSet, Family};

/// A link as people read it.
#[derive(Debug, Clone)]
pub struct ToldLink {
    /// The other end.
    pub counterpart: Counterpart,
    /// Verdict, traffic and rules; of both families where `family` is `None`.
    pub finding: Finding,
    /// The family, where the two differ.
    pub family: Option<Family>,
    /// The endpoints of the other end.
    pub members: Vec<Member>,
    /// Where the subject is addresses outside the input: those that it is about.
    pub only: Option<AddressSet>,
}

/// Returns the links as people read them. Links come sorted, those of one counterpart together.
pub fn tell_links(links: &[Link]) -> Vec<ToldLink> {
    let mut told = Vec::new();
    for same in
        links.chunk_by(|one, other| (&one.counterpart, &one.only) == (&other.counterpart, &other.only))
    {
        let findings: Vec<&Finding> = same.iter().map(|link| &link.finding).collect();
        let pairs = pairs(&findings, |one, other| same_members(&same[one].members, &same[other].members));
        for (position, other, family) in pairs {
            let link = &same[position];
            let (mut finding, mut members) = (link.finding.clone(), link.members.clone());
            for repeated in repeated(&findings, position) {
                finding.join_rules(findings[repeated]);
            }
            if let Some(other) = other {
                finding.join(&same[other].finding);
                for (member, more) in members.iter_mut().zip(&same[other].members) {
                    member.traffic = Arc::new(member.traffic.union(&more.traffic));
                }
            }
            let counterpart = link.counterpart.clone();
            told.push(ToldLink { counterpart, finding, family, members, only: link.only.clone() });
        }
    }
    told
}

/// Returns findings about one pair as people read them, each with its family, where the two differ.
pub fn tell_findings(findings: &Findings) -> Vec<(Finding, Option<Family>)> {
    let all: Vec<&Finding> = findings.iter().collect();
    let pairs = pairs(&all, |_, _| true).into_iter();
    let told = pairs.map(|(position, other, family)| {
        let mut finding = all[position].clone();
        repeated(&all, position).for_each(|repeated| finding.join_rules(all[repeated]));
        other.iter().for_each(|other| finding.join(all[*other]));
        (finding, family)
    });
    told.collect()
}

/// Pairs findings of the two families that say the same: positions, and the family of what is left
/// alone, unless nothing is said of the other family.
fn pairs(
    findings: &[&Finding],
    is_same: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, Option<usize>, Option<Family>)> {
    let mut taken = vec![false; findings.len()];
    let mut told: Vec<(usize, Option<usize>)> = Vec::new();
    for (position, finding) in findings.iter().enumerate() {
        if taken[position] || findings.iter().any(|other| is_repeated(finding, other)) {
            continue;
        }
        let twin = (position + 1..findings.len()).find(|at| {
            let other = findings[*at];
            !taken[*at]
                && (other.verdict, other.family != finding.family) == (finding.verdict, true)
                && same_but_icmp(finding, other)
                && is_same(position, *at)
        });
        twin.iter().for_each(|at| taken[*at] = true);
        told.push((position, twin));
    }
    let mut families: Vec<Family> = Vec::new();
    for (position, twin) in &told {
        families.extend([Some(*position), *twin].into_iter().flatten().map(|at| findings[at].family));
    }
    let are_both = Family::BOTH.iter().all(|family| families.contains(family));
    let family = |position: usize, twin: Option<usize>| {
        (are_both && twin.is_none()).then_some(findings[position].family)
    };
    told.into_iter().map(|(position, twin)| (position, twin, family(position, twin))).collect()
}

/// Returns the findings that only repeat one for IPv6: their rules are told with it.
fn repeated<'f>(findings: &'f [&'f Finding], position: usize) -> impl Iterator<Item = usize> + 'f {
    (0..findings.len()).filter(move |at| is_repeated(findings[*at], findings[position]))
}

/// Tells whether two findings of different families are about the same traffic, ICMP aside: each
/// family has its own.
fn same_but_icmp(one: &Finding, other: &Finding) -> bool {
    one.traffic.within(other.family) == other.traffic.within(one.family)
}

/// Tells whether a finding only says that IPv6 would be as IPv4 is, if there is an IPv6 address.
fn is_repeated(finding: &Finding, other: &Finding) -> bool {
    finding.doubts == [Doubt::Ipv6]
        && other.verdict == Verdict::Allowed
        && other.family != finding.family
        && finding.traffic.within(other.family).is_subset(&other.traffic)
}

fn same_members(one: &[Member], other: &[Member]) -> bool {
    one.iter().map(|member| member.endpoint).eq(other.iter().map(|member| member.endpoint))
}
