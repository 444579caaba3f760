//! IP protocol numbers and the names that AWS and people use for them.

use std::fmt;

/// An IP protocol number (IANA "Assigned Internet Protocol Numbers").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Protocol(pub u8);

/// What a rule's protocol text means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spec {
    /// Every protocol (`-1`).
    All,
    /// One protocol.
    One(Protocol),
}

/// A protocol text that is neither a known name nor a number from -1 to 255.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the protocol is neither a name that sglens knows nor a number from -1 to 255")]
pub struct ProtocolError;

/// Names that people use beyond AWS's own five, by number. ESP and friends are what VPN rules carry.
const NAMES: [(u8, &str); 10] = [
    (1, "icmp"),
    (2, "igmp"),
    (4, "ipip"),
    (6, "tcp"),
    (17, "udp"),
    (41, "ipv6"),
    (47, "gre"),
    (50, "esp"),
    (51, "ah"),
    (58, "icmpv6"),
];

impl Protocol {
    /// ICMP for IPv4.
    pub const ICMP: Self = Self(1);
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// ICMP for IPv6.
    pub const ICMPV6: Self = Self(58);

    /// Reads a protocol name or number; case does not matter.
    ///
    /// # Errors
    /// [`ProtocolError`] for an unknown name, for a number over 255, and for "all".
    pub fn parse(text: &str) -> Result<Self, ProtocolError> {
        match Spec::parse(text)? {
            Spec::One(protocol) => Ok(protocol),
            Spec::All => Err(ProtocolError),
        }
    }
}

impl Spec {
    /// Reads what AWS returns (`"-1"`, `"tcp"`, `"50"`) and what states store as written (`"TCP"`,
    /// `"6"`, `"all"`); EC2 API reference, `IpPermission.IpProtocol`.
    pub(super) fn parse(text: &str) -> Result<Self, ProtocolError> {
        let text = text.trim().to_ascii_lowercase();
        if matches!(text.as_str(), "-1" | "all" | "any") {
            return Ok(Self::All);
        }
        let named = NAMES.iter().find(|(_, name)| *name == text).map(|(number, _)| *number);
        let number = match (named, text.as_str()) {
            (Some(number), _) => number,
            (None, "ipv6-icmp" | "icmp6") => 58,
            (None, digits) => digits.parse().map_err(|_| ProtocolError)?,
        };
        Ok(Self::One(Protocol(number)))
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(number, _)| *number == self.0) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "protocol {}", self.0),
        }
    }
}
