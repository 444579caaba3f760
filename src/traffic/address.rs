//! Address blocks and sets of addresses, IPv4 and IPv6.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};

use super::{Bound, IntervalSet};

/// An address family. Rules, addresses and traffic of the two never mix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// Both families, IPv4 first.
    pub const BOTH: [Self; 2] = [Self::V4, Self::V6];
}

/// A CIDR block in canonical form: host bits are dropped, as AWS does (EC2 API reference,
/// `AuthorizeSecurityGroupIngress.CidrIp`: "100.68.0.18/18" becomes "100.68.0.0/18").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Block(IpNet);

/// A text that is no CIDR block and no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an address block in CIDR form")]
pub struct BlockError;

impl Block {
    /// The block `0.0.0.0/0`.
    pub const ALL_V4: Self = Self(IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)));
    /// The block `::/0`.
    pub const ALL_V6: Self = Self(IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)));

    /// The block of a single address.
    pub fn host(address: IpAddr) -> Self {
        Self(address.into())
    }

    /// Reads the CIDR block of a rule as AWS returns it: an address in its shortest spelling, or near to
    /// it, `/` and a plain number. Host bits may be set, because AWS drops them. `None` for spellings that
    /// programs read differently: leading zeros, blanks, a bare address, IPv4 within IPv6.
    pub fn of_rule(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let is_plain = prefix == "0" || !prefix.starts_with('0');
        let has_zeros = |part: &str| part.len() > 1 && part.starts_with('0');
        let is_mixed = address.contains(':') && address.contains('.');
        if !is_plain || is_mixed || text.contains(char::is_whitespace) {
            return None;
        }
        if !address.contains(':') && address.split('.').any(has_zeros) {
            return None;
        }
        text.parse().ok()
    }

    /// The address family of the block.
    pub fn family(&self) -> Family {
        if matches!(self.0, IpNet::V4(_)) { Family::V4 } else { Family::V6 }
    }

    /// The length of the prefix in bits.
    pub fn prefix(&self) -> u8 {
        self.0.prefix_len()
    }

    /// Tells whether this is `0.0.0.0/0` or `::/0`.
    pub fn is_internet(&self) -> bool {
        self.0.prefix_len() == 0
    }

    /// Tells whether every address of `other` lies in this block; never across families.
    pub fn contains(&self, other: &Self) -> bool {
        self.0.contains(&other.0)
    }

    /// Tells whether the blocks have an address in common (then one contains the other).
    pub fn overlaps(&self, other: &Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// The enclosing block with a shorter prefix; `None` if `prefix` is longer than the block's own.
    pub fn supernet(&self, prefix: u8) -> Option<Self> {
        if prefix > self.prefix() {
            return None;
        }
        IpNet::new(self.0.addr(), prefix).ok().map(|net| Self(net.trunc()))
    }
}

impl FromStr for Block {
    type Err = BlockError;

    /// Reads a CIDR block; a bare address is the block of that address.
    fn from_str(text: &str) -> Result<Self, BlockError> {
        let text = text.trim();
        if text.contains('/') {
            text.parse().map(|net: IpNet| Self(net.trunc())).map_err(|_| BlockError)
        } else {
            text.parse().map(Self::host).map_err(|_| BlockError)
        }
    }
}

impl fmt::Display for Block {
    /// `10.0.0.0/16`; a single address is shown with its /32 or /128, as rules write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A canonical set of addresses of both families.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AddressSet {
    v4: IntervalSet<u32>,
    v6: IntervalSet<u128>,
}

impl AddressSet {
    /// Collects blocks in any order, overlapping or not.
    pub fn from_blocks<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for block in blocks {
            match block.0 {
                IpNet::V4(net) => v4.push((net.network().to_bits(), net.broadcast().to_bits())),
                IpNet::V6(net) => v6.push((net.network().to_bits(), net.broadcast().to_bits())),
            }
        }
        Self { v4: IntervalSet::from_ranges(v4), v6: IntervalSet::from_ranges(v6) }
    }

    /// Tells whether the set holds nothing.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Tells whether the address is in the set.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.v4.contains(address.to_bits()),
            IpAddr::V6(address) => self.v6.contains(address.to_bits()),
        }
    }

    /// Everything in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { v4: self.v4.union(&other.v4), v6: self.v6.union(&other.v6) }
    }

    /// Everything in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self { v4: self.v4.intersection(&other.v4), v6: self.v6.intersection(&other.v6) }
    }

    /// Everything in this set that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self { v4: self.v4.difference(&other.v4), v6: self.v6.difference(&other.v6) }
    }

    /// Tells whether every address of this set is in the other.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.v4.is_subset(&other.v4) && self.v6.is_subset(&other.v6)
    }

    /// Returns all public addresses of both families: IPv4 without what IANA keeps for private
    /// networks, shared address space, loopback, link-local, multicast and future use (IANA "IPv4
    /// Special-Purpose Address Registry"), and IPv6 global unicast, `2000::/3` (RFC 4291, section 2.4).
    /// Addresses for documentation count as public: documents use them in the place of real ones.
    pub fn internet() -> &'static Self {
        static INTERNET: LazyLock<AddressSet> = LazyLock::new(AddressSet::public);
        &INTERNET
    }

    fn public() -> Self {
        const NOT_PUBLIC: [&str; 9] = [
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ];
        let block = |text: &str| -> Block { text.parse().expect("a constant is a CIDR block") };
        let unicast = Self::from_blocks(&[Block::ALL_V4, block("2000::/3")]);
        unicast.difference(&Self::from_blocks(&NOT_PUBLIC.map(block)))
    }

    /// Returns the part of one family.
    #[must_use]
    pub fn within(&self, family: Family) -> Self {
        match family {
            Family::V4 => Self { v4: self.v4.clone(), v6: IntervalSet::empty() },
            Family::V6 => Self { v4: IntervalSet::empty(), v6: self.v6.clone() },
        }
    }

    /// Splits the set where CIDR blocks begin and end: each part with the blocks that hold all of it,
    /// by their positions in `blocks`, ascending. No block holds a part in part only.
    pub fn split_by(&self, blocks: &[Block]) -> Vec<(Vec<usize>, Self)> {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for (position, block) in blocks.iter().enumerate() {
            match block.0 {
                IpNet::V4(net) => v4.push((net.network().to_bits(), net.broadcast().to_bits(), position)),
                IpNet::V6(net) => v6.push((net.network().to_bits(), net.broadcast().to_bits(), position)),
            }
        }
        let v4 = split(&self.v4, v4).into_iter();
        let v6 = split(&self.v6, v6).into_iter();
        let v4 = v4.map(|(holders, v4)| (holders, Self { v4, v6: IntervalSet::empty() }));
        v4.chain(v6.map(|(holders, v6)| (holders, Self { v4: IntervalSet::empty(), v6 }))).collect()
    }

    /// The number of IPv4 addresses in the set (at most 2^32).
    pub fn ipv4_count(&self) -> u64 {
        self.v4.ranges().iter().map(|&(first, last)| u64::from(last) - u64::from(first) + 1).sum()
    }

    /// The fewest blocks that make up the set, ascending, IPv4 first.
    pub fn blocks(&self) -> Vec<Block> {
        let v4 = self.v4.ranges().iter().flat_map(|&(first, last)| {
            Ipv4Subnets::new(first.into(), last.into(), 0).map(|net| Block(net.into()))
        });
        let v6 = self.v6.ranges().iter().flat_map(|&(first, last)| {
            Ipv6Subnets::new(first.into(), last.into(), 0).map(|net| Block(net.into()))
        });
        v4.chain(v6).collect()
    }
}

/// Splits a set of one family. CIDR blocks nest: of those that are open, the last begun ends first.
fn split<T: Bound>(
    set: &IntervalSet<T>,
    mut blocks: Vec<(T, T, usize)>,
) -> Vec<(Vec<usize>, IntervalSet<T>)> {
    blocks.sort_unstable_by_key(|&(first, last, position)| (first, Reverse(last), position));
    let ends = blocks.iter().filter_map(|(_, last, _)| last.next());
    let mut cuts: Vec<T> = blocks.iter().map(|(first, ..)| *first).chain(ends).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut parts: BTreeMap<Vec<usize>, Vec<(T, T)>> = BTreeMap::new();
    let mut open: Vec<(T, usize)> = Vec::new();
    let mut upcoming = blocks.into_iter().peekable();
    for &(first, last) in set.ranges() {
        let from = cuts.partition_point(|cut| *cut <= first);
        let to = cuts.partition_point(|cut| *cut <= last);
        let mut start = first;
        for cut in cuts[from..to].iter().map(Some).chain([None]) {
            let end =
                cut.map_or(last, |cut| cut.previous().expect("a cut lies behind the start of its range"));
            while let Some((begin, end, position)) = upcoming.next_if(|(begin, ..)| *begin <= start) {
                open.retain(|(last, _)| *last >= begin);
                open.push((end, position));
            }
            open.retain(|(last, _)| *last >= start);
            let mut holders: Vec<usize> = open.iter().map(|(_, position)| *position).collect();
            holders.sort_unstable();
            parts.entry(holders).or_default().push((start, end));
            start = cut.copied().unwrap_or(start);
        }
    }
    parts.into_iter().map(|(holders, ranges)| (holders, IntervalSet::from_ranges(ranges))).collect()
}

impl fmt::Display for AddressSet {
    /// Writes the fewest CIDR blocks that make up the set, with commas between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocks: Vec<String> = self.blocks().iter().map(Block::to_string).collect();
        f.write_str(&blocks.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(blocks: &[&str]) -> AddressSet {
        let blocks: Vec<Block> = blocks.iter().map(|text| text.parse().unwrap()).collect();
        AddressSet::from_blocks(&blocks)
    }

    #[test]
    fn blocks_are_canonical() {
        assert_eq!("100.68.0.18/18".parse::<Block>().unwrap().to_string(), "100.68.0.0/18");
        assert_eq!("10.0.0.1".parse::<Block>().unwrap().to_string(), "10.0.0.1/32");
        assert_eq!("2001:DB8::1/32".parse::<Block>().unwrap().to_string(), "2001:db8::/32");
        assert_eq!("10.0.0.0/33".parse::<Block>(), Err(BlockError));
        assert_eq!("".parse::<Block>(), Err(BlockError));
        assert!(!Block::ALL_V4.contains(&Block::ALL_V6), "families never mix");
    }

    #[test]
    fn what_of_a_block_is_outside_known_subnets_is_exact() {
        let rest = set(&["10.0.0.0/16"]).difference(&set(&["10.0.0.0/24", "10.0.1.0/24", "10.0.128.0/17"]));
        let shown: Vec<String> = rest.blocks().iter().map(Block::to_string).collect();
        assert_eq!(
            shown,
            ["10.0.2.0/23", "10.0.4.0/22", "10.0.8.0/21", "10.0.16.0/20", "10.0.32.0/19", "10.0.64.0/18"]
        );
        assert_eq!(rest.ipv4_count(), 65_536 - 256 - 256 - 32_768);
        assert!(set(&["10.0.0.0/25", "10.0.0.128/25"]).is_subset(&set(&["10.0.0.0/24"])));
        assert_eq!(set(&["10.0.0.0/25", "10.0.0.128/25", "::/1", "8000::/1"]), set(&["10.0.0.0/24", "::/0"]));
        assert_eq!(set(&["0.0.0.0/0"]).ipv4_count(), 1 << 32);
    }
    #[test]
    fn the_internet_is_public_and_nothing_else() {
        let internet = AddressSet::internet();
        for public in ["8.8.8.8", "203.0.113.7", "2001:db8::1", "223.255.255.255"] {
            assert!(internet.contains(public.parse().unwrap()), "{public}");
        }
        for private in
            ["10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "fd00::1", "fe80::1", "224.0.0.1"]
        {
            assert!(!internet.contains(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn a_set_is_split_where_blocks_begin_and_end() {
        let blocks: Vec<Block> =
            ["10.0.0.0/8", "10.0.1.0/24", "0.0.0.0/0", "10.0.1.0/24", "192.0.2.0/24", "::/0"]
                .map(|text| text.parse().unwrap())
                .to_vec();
        let parts = set(&["10.0.0.0/23", "192.0.2.7/32", "2001:db8::/64"]).split_by(&blocks);
        let shown: Vec<String> = parts.iter().map(|(holders, part)| format!("{holders:?} {part}")).collect();
        assert_eq!(
            shown,
            ["[0, 1, 2, 3] 10.0.1.0/24", "[0, 2] 10.0.0.0/24", "[2, 4] 192.0.2.7/32", "[5] 2001:db8::/64"]
        );
    }
}
