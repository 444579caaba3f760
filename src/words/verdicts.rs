//! Verdicts and address families in words.

use crate::connectivity::Verdict;
use crate::traffic::Family;

/// Returns a verdict in words for people.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::Undecided => "undecided",
        Verdict::BlockedByEgress => "blocked by egress",
        Verdict::NoIngress => "no ingress",
    }
}

/// Returns a verdict's name for scripts.
pub fn verdict_id(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::Undecided => "undecided",
        Verdict::BlockedByEgress => "blocked-by-egress",
        Verdict::NoIngress => "no-ingress",
    }
}

/// Returns the name of an address family.
pub fn family(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    }
}
