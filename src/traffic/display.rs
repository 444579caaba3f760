//! The human form of a traffic set: "tcp 443, 8080-8090 · udp 53 · icmp echo-request · esp".

use std::fmt;

use super::icmp::type_name;
use super::set::{DETAILED, icmp_pairs};
use super::{IntervalSet, Protocol, Traffic};

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no traffic");
        }
        if self.is_all() {
            return f.write_str("all traffic");
        }
        // A set with most other protocols can only be "all" with something taken out.
        if self.other_protocols().count() > 128 {
            let missing = Self::all().difference(self);
            return write!(f, "all traffic except {missing}");
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
        icmp_pairs(set).into_iter().map(|(kind, code)| message(protocol, kind, code)).collect()
    };
    parts.join(", ")
}

fn message(protocol: Protocol, kind: i32, code: i32) -> String {
    let name = u8::try_from(kind).ok().and_then(|kind| type_name(protocol, kind));
    let kind = name.map_or_else(|| format!("type {kind}"), str::to_owned);
    if code < 0 { kind } else { format!("{kind}/{code}") }
}
