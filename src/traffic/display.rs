//! The human form of a traffic set: "tcp 443, 8080-8090 · udp 53 · icmp echo-request · esp".

use std::fmt;

use super::icmp::type_name;
use super::rows::{IcmpRow, icmp_rows};
use super::set::DETAILED;
use super::{Family, IntervalSet, Protocol, Traffic};

impl fmt::Display for Traffic {
    /// Writes the set for people. Everything that one address family can carry is "all traffic":
    /// the rounding is made here alone, because ICMP of the other family is no news to a reader.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no traffic");
        }
        if self.is_mostly_all() {
            let missing = Family::BOTH
                .into_iter()
                .filter(|family| self.within(*family) == *self)
                .fold(Self::all().difference(self), |missing, family| missing.within(family));
            return if missing.is_empty() {
                f.write_str("all traffic")
            } else {
                write!(f, "all traffic but {missing}")
            };
        }
        let detailed = DETAILED.iter().enumerate().filter(|(index, _)| !self.detailed[*index].is_empty());
        let mut parts: Vec<String> = detailed
            .map(|(index, protocol)| format!("{protocol} {}", details(*protocol, &self.detailed[index])))
            .collect();
        parts.extend(self.other_protocols().map(|protocol| protocol.to_string()));
        f.write_str(&parts.join(" · "))
    }
}

fn details(protocol: Protocol, set: &IntervalSet<u16>) -> String {
    if set.is_full() {
        return "all".into();
    }
    let parts: Vec<String> = if protocol == Protocol::TCP || protocol == Protocol::UDP {
        let range = |&(first, last): &(u16, u16)| {
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        };
        set.ranges().iter().map(range).collect()
    } else {
        icmp_rows(set).iter().map(|row| message(protocol, row)).collect()
    };
    parts.join(", ")
}

/// `echo-request`, `unreachable/4`, `all but unreachable/4`.
fn message(protocol: Protocol, row: &IcmpRow) -> String {
    let kind =
        row.kind.map(|kind| type_name(protocol, kind).map_or_else(|| format!("type {kind}"), str::to_owned));
    let text = match (kind, row.code) {
        (None, _) => "all".to_owned(),
        (Some(kind), None) => kind,
        (Some(kind), Some(code)) => format!("{kind}/{code}"),
    };
    if row.except.is_empty() {
        return text;
    }
    let except: Vec<String> = row.except.iter().map(|row| message(protocol, row)).collect();
    format!("{text} but {}", except.join(", "))
}
