//! The rows of a traffic set, as few as say it exactly: a set that lacks little is written as
//! everything but what it lacks.

use serde::Serialize;

use super::set::{DETAILED, Traffic};
use super::{IntervalSet, Protocol};

/// One row of a traffic set, in the encoding of the EC2 API (`IpPermission`): for ICMP, `from_port`
/// is the type and `to_port` the code, and -1 means any; `null` where the protocol has no ports.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TrafficItem {
    /// `all`, `tcp`, `udp`, `icmp`, `icmpv6`, or a protocol number as text.
    pub protocol: String,
    /// First port, or ICMP type.
    pub from_port: Option<i32>,
    /// Last port, or ICMP code.
    pub to_port: Option<i32>,
    /// What of the row is not in the set; mostly nothing. Never nested deeper than rows of ICMP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<TrafficItem>,
}

impl TrafficItem {
    fn new(protocol: impl Into<String>, from_port: Option<i32>, to_port: Option<i32>) -> Self {
        Self { protocol: protocol.into(), from_port, to_port, except: Vec::new() }
    }
}

/// A type and code of ICMP, `None` for any, without some codes or types.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct IcmpRow {
    pub(super) kind: Option<u8>,
    pub(super) code: Option<u8>,
    pub(super) except: Vec<IcmpRow>,
}

impl Traffic {
    /// Returns the rows of the set in a fixed order. They say the set exactly; see [`TrafficItem`].
    pub fn items(&self) -> Vec<TrafficItem> {
        if self.is_mostly_all() {
            let except = Self::all().difference(self).items();
            return vec![TrafficItem { except, ..TrafficItem::new("all", None, None) }];
        }
        let mut items = Vec::new();
        for (index, protocol) in DETAILED.into_iter().enumerate() {
            let set = &self.detailed[index];
            if protocol == Protocol::TCP || protocol == Protocol::UDP {
                items.extend(set.ranges().iter().map(|&(first, last)| {
                    TrafficItem::new(protocol.to_string(), Some(first.into()), Some(last.into()))
                }));
            } else {
                items.extend(icmp_rows(set).iter().map(|row| icmp_item(protocol, row)));
            }
        }
        let number = |Protocol(number): Protocol| TrafficItem::new(number.to_string(), None, None);
        items.extend(self.other_protocols().map(number));
        items
    }

    /// Tells whether the set holds most protocols: then it can only be everything with something
    /// taken out, because a rule names one protocol or all.
    pub(super) fn is_mostly_all(&self) -> bool {
        self.others.iter().map(|bits| bits.count_ones()).sum::<u32>() > 128
    }
}

fn icmp_item(protocol: Protocol, row: &IcmpRow) -> TrafficItem {
    let any = |part: Option<u8>| Some(part.map_or(-1, i32::from));
    let except = row.except.iter().map(|row| icmp_item(protocol, row)).collect();
    TrafficItem { except, ..TrafficItem::new(protocol.to_string(), any(row.kind), any(row.code)) }
}

/// Returns the fewest rows for a set of ICMP types and codes (`type * 256 + code`).
pub(super) fn icmp_rows(set: &IntervalSet<u16>) -> Vec<IcmpRow> {
    let any = IcmpRow { kind: None, code: None, except: Vec::new() };
    if set.is_empty() {
        return Vec::new();
    }
    if set.is_full() {
        return vec![any];
    }
    let (rows, gaps) = (rows_by_type(set), rows_by_type(&set.complement()));
    if rows.len() > gaps.len() + 1 { vec![IcmpRow { except: gaps, ..any }] } else { rows }
}

fn rows_by_type(set: &IntervalSet<u16>) -> Vec<IcmpRow> {
    let mut rows = Vec::new();
    for kind in 0..=u8::MAX {
        let first = u16::from(kind) * 256;
        let whole = IntervalSet::range(first, first + 255);
        let codes = whole.intersection(set);
        let row = |code| IcmpRow { kind: Some(kind), code, except: Vec::new() };
        let each = |set: &IntervalSet<u16>| -> Vec<IcmpRow> {
            let codes = set.ranges().iter().flat_map(|&(first, last)| first..=last);
            codes.map(|pair| row(Some((pair % 256) as u8))).collect()
        };
        let count: usize = codes.ranges().iter().map(|(first, last)| usize::from(last - first) + 1).sum();
        match count {
            0 => {}
            256 => rows.push(row(None)),
            _ if count > 128 => rows.push(IcmpRow { except: each(&whole.difference(set)), ..row(None) }),
            _ => rows.extend(each(&codes)),
        }
    }
    rows
}
