//! [`Traffic`]: a canonical set over (protocol, ports) or (ICMP type, code).

use super::protocol::Spec;
use super::{Family, IntervalSet, Protocol, ProtocolError};

/// The protocols whose second dimension AWS looks at, in the order they are shown.
pub(super) const DETAILED: [Protocol; 4] = [Protocol::TCP, Protocol::UDP, Protocol::ICMP, Protocol::ICMPV6];
const ICMP: usize = 2;
const ICMPV6: usize = 3;

/// A set of traffic: for TCP and UDP the destination ports, for ICMP and `ICMPv6` the (type, code)
/// pairs, for every other protocol all or nothing, since AWS ignores its ports.
///
/// The form is canonical: equal sets are equal values.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Traffic {
    /// One set for each of [`DETAILED`]; ICMP as `type * 256 + code`.
    pub(super) detailed: [IntervalSet<u16>; 4],
    /// One bit for each other protocol number; the bits of [`DETAILED`] stay clear.
    pub(super) others: [u64; 4],
}

/// Why a rule's protocol and ports are no traffic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrafficError {
    /// The protocol cannot be read.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// A port outside 0-65535, or a range that runs backwards.
    #[error("the ports are not a range within 0-65535")]
    Ports,
    /// An ICMP type or code outside 0-255.
    #[error("the ICMP type and code are not within 0-255")]
    Icmp,
}

impl Traffic {
    /// No traffic.
    pub fn none() -> Self {
        Self::default()
    }

    /// All protocols and ports (`-1`).
    pub fn all() -> Self {
        let mut others = [u64::MAX; 4];
        for Protocol(number) in DETAILED {
            others[usize::from(number / 64)] &= !(1 << (number % 64));
        }
        Self { detailed: std::array::from_fn(|_| IntervalSet::full()), others }
    }

    /// A range of ports of TCP or UDP, or everything of another protocol.
    pub fn ports(protocol: Protocol, first: u16, last: u16) -> Self {
        let mut traffic = Self::none();
        match DETAILED.iter().position(|known| *known == protocol) {
            Some(index @ (0 | 1)) => traffic.detailed[index] = IntervalSet::range(first, last),
            Some(index) => traffic.detailed[index] = IntervalSet::full(),
            None => traffic.others[usize::from(protocol.0 / 64)] |= 1 << (protocol.0 % 64),
        }
        traffic
    }

    /// Reads the protocol and ports of a rule as AWS and Terraform store them (EC2 API reference,
    /// `IpPermission`; the four spellings of "all ports" are absent, -1/-1, 0/0 with protocol -1, null).
    ///
    /// # Errors
    /// [`TrafficError`] when the protocol is unknown or a number is out of its range. A range that
    /// runs backwards is an error, since AWS refuses it too.
    pub fn from_permission(
        protocol: &str,
        from_port: Option<i64>,
        to_port: Option<i64>,
    ) -> Result<Self, TrafficError> {
        let protocol = match Spec::parse(protocol)? {
            Spec::All => return Ok(Self::all()),
            Spec::One(protocol) => protocol,
        };
        match protocol {
            Protocol::TCP | Protocol::UDP => {
                let (first, last) = match (from_port, to_port) {
                    (None | Some(-1), None | Some(-1)) => (0, 65_535),
                    (Some(one), None) | (None, Some(one)) => (one, one),
                    (Some(first), Some(last)) => (first, last),
                };
                match (u16::try_from(first), u16::try_from(last)) {
                    (Ok(first), Ok(last)) if first <= last => Ok(Self::ports(protocol, first, last)),
                    _ => Err(TrafficError::Ports),
                }
            }
            Protocol::ICMP | Protocol::ICMPV6 => Self::icmp(protocol, from_port, to_port),
            other => Ok(Self::ports(other, 0, 0)),
        }
    }

    /// An ICMP type and code, where absent and -1 mean any (EC2 API reference, `IpPermission.FromPort`).
    fn icmp(protocol: Protocol, kind: Option<i64>, code: Option<i64>) -> Result<Self, TrafficError> {
        let byte = |value: i64| u8::try_from(value).map(u16::from).map_err(|_| TrafficError::Icmp);
        let codes = match (kind.filter(|kind| *kind != -1), code.filter(|code| *code != -1)) {
            (None, _) => IntervalSet::full(),
            (Some(kind), None) => IntervalSet::range(byte(kind)? * 256, byte(kind)? * 256 + 255),
            (Some(kind), Some(code)) => {
                let pair = byte(kind)? * 256 + byte(code)?;
                IntervalSet::range(pair, pair)
            }
        };
        let mut traffic = Self::none();
        traffic.detailed[if protocol == Protocol::ICMP { ICMP } else { ICMPV6 }] = codes;
        Ok(traffic)
    }

    /// Tells whether the set holds nothing.
    pub fn is_empty(&self) -> bool {
        self.others == [0; 4] && self.detailed.iter().all(IntervalSet::is_empty)
    }

    /// Tells whether the set holds everything: every protocol with all its ports, types and codes.
    pub fn is_all(&self) -> bool {
        self.detailed.iter().all(IntervalSet::is_full) && self.others == Self::all().others
    }

    /// Tells whether a single packet kind is in the set: `detail` is the destination port, or
    /// `type * 256 + code` of ICMP; other protocols ignore it.
    pub fn contains(&self, protocol: Protocol, detail: u16) -> bool {
        match DETAILED.iter().position(|known| *known == protocol) {
            Some(index) => self.detailed[index].contains(detail),
            None => self.others[usize::from(protocol.0 / 64)] & (1 << (protocol.0 % 64)) != 0,
        }
    }

    /// The part that an address family can carry: ICMP is IPv4's, `ICMPv6` is IPv6's.
    #[must_use]
    pub fn within(&self, family: Family) -> Self {
        let mut part = self.clone();
        part.keep(family);
        part
    }

    /// Removes what an address family cannot carry, as [`Traffic::within`].
    pub(crate) fn keep(&mut self, family: Family) {
        self.detailed[if family == Family::V4 { ICMPV6 } else { ICMP }] = IntervalSet::empty();
    }

    /// Everything in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combine(other, IntervalSet::union, |a, b| a | b)
    }

    /// Adds everything of another set, without a copy of what is there.
    pub fn join(&mut self, other: &Self) {
        self.detailed.iter_mut().zip(&other.detailed).for_each(|(a, b)| a.join(b));
        self.others.iter_mut().zip(&other.others).for_each(|(a, b)| *a |= b);
    }

    /// Everything in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combine(other, IntervalSet::intersection, |a, b| a & b)
    }

    /// Everything in this set that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.combine(other, IntervalSet::difference, |a, b| a & !b)
    }

    /// Tells whether everything of this set is in the other.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.detailed.iter().zip(&other.detailed).all(|(a, b)| a.is_subset(b))
            && self.others.iter().zip(&other.others).all(|(a, b)| a & !b == 0)
    }

    /// Tells whether the sets have anything in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.detailed.iter().zip(&other.detailed).any(|(a, b)| a.overlaps(b))
            || self.others.iter().zip(&other.others).any(|(a, b)| a & b != 0)
    }

    fn combine(
        &self,
        other: &Self,
        intervals: impl Fn(&IntervalSet<u16>, &IntervalSet<u16>) -> IntervalSet<u16>,
        bits: impl Fn(u64, u64) -> u64,
    ) -> Self {
        Self {
            detailed: std::array::from_fn(|i| intervals(&self.detailed[i], &other.detailed[i])),
            others: std::array::from_fn(|i| bits(self.others[i], other.others[i])),
        }
    }

    /// The protocols outside TCP, UDP and the two ICMPs that are in the set, ascending.
    pub(super) fn other_protocols(&self) -> impl Iterator<Item = Protocol> + '_ {
        (0..=u8::MAX).filter(|n| self.others[usize::from(n / 64)] & (1 << (n % 64)) != 0).map(Protocol)
    }
}

#[cfg(test)]
mod tests;
