//! Names of ICMP and `ICMPv6` messages, for labels only.

use super::Protocol;

const V4: [(u8, &str); 9] = [
    (0, "echo-reply"),
    (3, "unreachable"),
    (4, "source-quench"),
    (5, "redirect"),
    (8, "echo-request"),
    (11, "time-exceeded"),
    (12, "parameter-problem"),
    (13, "timestamp"),
    (14, "timestamp-reply"),
];

const V6: [(u8, &str); 10] = [
    (1, "unreachable"),
    (2, "packet-too-big"),
    (3, "time-exceeded"),
    (4, "parameter-problem"),
    (128, "echo-request"),
    (129, "echo-reply"),
    (133, "router-solicitation"),
    (134, "router-advertisement"),
    (135, "neighbor-solicitation"),
    (136, "neighbor-advertisement"),
];

/// The usual name of an ICMP type (IANA "ICMP Parameters", "`ICMPv6` Parameters").
pub(super) fn type_name(protocol: Protocol, kind: u8) -> Option<&'static str> {
    let table: &[(u8, &str)] = if protocol == Protocol::ICMPV6 { &V6 } else { &V4 };
    table.iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
}
