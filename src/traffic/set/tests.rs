use super::*;
use crate::traffic::TrafficItem;
use proptest::prelude::*;

fn permission(protocol: &str, from: Option<i64>, to: Option<i64>) -> Traffic {
    Traffic::from_permission(protocol, from, to).unwrap()
}

#[test]
fn the_four_spellings_of_all_are_one_set() {
    for (from, to) in [(None, None), (Some(-1), Some(-1)), (Some(0), Some(0)), (Some(0), Some(65_535))] {
        assert_eq!(permission("-1", from, to), Traffic::all());
    }
    assert_eq!(permission("ALL", None, None), Traffic::all());
}

#[test]
fn protocols_are_read_by_name_and_number_in_any_case() {
    assert_eq!(permission("TCP", Some(80), Some(80)), permission("6", Some(80), Some(80)));
    assert_eq!(permission("58", None, None), permission("icmpv6", Some(-1), Some(-1)));
    assert_eq!(permission("50", Some(1), Some(2)), permission("50", None, None), "ports of ESP are ignored");
    assert_eq!(Traffic::from_permission("quic", None, None), Err(ProtocolError.into()));
    assert_eq!(Traffic::from_permission("256", None, None), Err(ProtocolError.into()));
    assert_eq!(Traffic::from_permission("tcp", Some(10), Some(5)), Err(TrafficError::Ports));
    assert_eq!(Traffic::from_permission("udp", Some(0), Some(70_000)), Err(TrafficError::Ports));
}

#[test]
fn icmp_is_type_and_code_not_a_range() {
    let echo = permission("icmp", Some(8), Some(0));
    assert!(echo.contains(Protocol::ICMP, 8 * 256));
    assert!(!echo.contains(Protocol::ICMP, 3 * 256), "8/0 is no range from 0 to 8");
    let unreachable = permission("icmp", Some(3), Some(-1));
    assert!(unreachable.contains(Protocol::ICMP, 3 * 256 + 13));
    assert!(permission("icmp", Some(-1), Some(-1)).is_subset(&Traffic::all()));
    assert_eq!(Traffic::from_permission("icmp", Some(256), None), Err(TrafficError::Icmp));
}

#[test]
fn all_of_tcp_is_not_all() {
    let tcp = permission("tcp", Some(0), Some(65_535));
    assert!(!tcp.is_all());
    assert!(tcp.is_subset(&Traffic::all()));
    assert!(!Traffic::all().is_subset(&tcp));
    assert!(permission("tcp", Some(0), Some(0)).contains(Protocol::TCP, 0), "tcp 0-0 is port 0 alone");
    assert!(!permission("tcp", Some(0), Some(0)).contains(Protocol::TCP, 1));
}

#[test]
fn the_human_form_is_compact() {
    let shown = |rows: &[(&str, i64, i64)]| {
        rows.iter()
            .map(|&(protocol, from, to)| permission(protocol, Some(from), Some(to)))
            .fold(Traffic::none(), |all, one| all.union(&one))
            .to_string()
    };
    assert_eq!(
        shown(&[("udp", 53, 53), ("tcp", 8080, 8090), ("tcp", 443, 443), ("icmp", 8, -1), ("50", 0, 0)]),
        "tcp 443, 8080-8090 · udp 53 · icmp echo-request · esp"
    );
    assert_eq!(
        shown(&[("tcp", 0, 65_535), ("icmp", 3, 4), ("icmpv6", -1, -1)]),
        "tcp all · icmp unreachable/4 · icmpv6 all"
    );
    assert_eq!(shown(&[("tcp", 80, 81), ("tcp", 82, 90), ("132", 0, 0)]), "tcp 80-90 · protocol 132");
    assert_eq!(Traffic::all().to_string(), "all traffic");
    assert_eq!(Traffic::all().within(Family::V4).to_string(), "all traffic");
    assert_eq!(Traffic::none().to_string(), "no traffic");
    let all_but_ssh = Traffic::all().difference(&permission("tcp", Some(22), Some(22)));
    assert_eq!(all_but_ssh.to_string(), "all traffic but tcp 22");
}

#[test]
fn items_follow_the_api_encoding() {
    let rows = |traffic: &Traffic| serde_json::to_value(traffic.items()).unwrap();
    assert_eq!(
        rows(&Traffic::all()),
        serde_json::json!([{"protocol": "all", "from_port": null, "to_port": null}])
    );
    assert_eq!(
        rows(&permission("icmp", Some(8), None).union(&permission("47", None, None))),
        serde_json::json!([
            {"protocol": "icmp", "from_port": 8, "to_port": -1},
            {"protocol": "47", "from_port": null, "to_port": null},
        ])
    );
}

fn traffic() -> impl Strategy<Value = Traffic> {
    let row = (0u8..8, 0i64..12, 0i64..4).prop_map(|(protocol, first, more)| match protocol {
        0 => Traffic::all(),
        1 | 2 => permission("tcp", Some(first), Some(first + more)),
        3 => permission("udp", Some(first), Some(first + more)),
        4 => permission("icmp", Some(first), Some(more - 1)),
        5 => permission("icmpv6", Some(first - 1), Some(-1)),
        _ => permission(&(first + 45).to_string(), None, None),
    });
    proptest::collection::vec(row, 0..5)
        .prop_map(|rows| rows.iter().fold(Traffic::none(), |all, one| all.union(one)))
}

/// The set that rows say.
fn rebuilt(rows: &[TrafficItem]) -> Traffic {
    rows.iter().fold(Traffic::none(), |all, row| {
        let whole = permission(&row.protocol, row.from_port.map(i64::from), row.to_port.map(i64::from));
        all.union(&whole.difference(&rebuilt(&row.except)))
    })
}

#[test]
fn complements_are_short() {
    let icmp = permission("icmp", None, None);
    let but = icmp.difference(&permission("icmp", Some(3), Some(4)));
    assert_eq!(but.to_string(), "icmp all but unreachable/4");
    assert_eq!(but.items().len(), 1);
    let codes = permission("icmp", Some(3), None).difference(&permission("icmp", Some(3), Some(4)));
    assert_eq!(codes.to_string(), "icmp unreachable but unreachable/4");
    let v4 = Traffic::all().within(Family::V4);
    assert_eq!(v4.to_string(), "all traffic", "rounding is the display's");
    assert!(!v4.is_all(), "and nobody else's");
    assert_eq!(v4.items()[0].except[0].protocol, "icmpv6");
    assert_eq!(v4.difference(&permission("tcp", Some(22), Some(22))).to_string(), "all traffic but tcp 22");
}

proptest! {
    #[test]
    fn set_algebra_holds(a in traffic(), b in traffic(), c in traffic()) {
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.intersection(&b.union(&c)), a.intersection(&b).union(&a.intersection(&c)));
        prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a.clone());
        prop_assert!(a.difference(&b).intersection(&b).is_empty());
        prop_assert_eq!(a.is_subset(&b), a.difference(&b).is_empty());
        prop_assert_eq!(a.overlaps(&b), !a.intersection(&b).is_empty());
        prop_assert!(a.intersection(&b).is_subset(&a) && a.is_subset(&a.union(&b)));
    }

    #[test]
    fn membership_decides(a in traffic(), b in traffic(), protocol in 0u8..=255, detail in 0u16..4000) {
        let protocol = Protocol(protocol);
        let (in_a, in_b) = (a.contains(protocol, detail), b.contains(protocol, detail));
        prop_assert_eq!(a.union(&b).contains(protocol, detail), in_a || in_b);
        prop_assert_eq!(a.intersection(&b).contains(protocol, detail), in_a && in_b);
        prop_assert_eq!(a.difference(&b).contains(protocol, detail), in_a && !in_b);
    }

    /// The rows say the whole set and nothing but the set.
    #[test]
    fn items_rebuild_the_set(a in traffic(), b in traffic(), family in 0usize..3) {
        let mut set = a.difference(&b);
        if let Some(family) = Family::BOTH.get(family) {
            set = set.within(*family);
        }
        prop_assert_eq!(rebuilt(&set.items()), set.clone());
        prop_assert!(set.items().len() < 24 && set.to_string().len() < 400, "{} {:?}", set, set.items());
    }
}

/// The numbers of IANA, "ICMP Parameters" and "`ICMPv6` Parameters".
#[test]
fn icmp_types_have_their_usual_names() {
    let of = |protocol: &str| -> Vec<String> {
        let name = |kind| format!("{}", Traffic::from_permission(protocol, Some(kind), None).unwrap());
        let named = (0..256).map(|kind| (kind, name(kind)));
        let is_named = |text: &str| !text.ends_with(|last: char| last.is_ascii_digit());
        named.filter(|(_, text)| is_named(text)).map(|(kind, text)| format!("{kind} {text}")).collect()
    };
    assert_eq!(
        of("icmp"),
        [
            "0 icmp echo-reply",
            "3 icmp unreachable",
            "4 icmp source-quench",
            "5 icmp redirect",
            "8 icmp echo-request",
            "11 icmp time-exceeded",
            "12 icmp parameter-problem",
            "13 icmp timestamp",
            "14 icmp timestamp-reply",
        ]
    );
    assert_eq!(
        of("icmpv6"),
        [
            "1 icmpv6 unreachable",
            "2 icmpv6 packet-too-big",
            "3 icmpv6 time-exceeded",
            "4 icmpv6 parameter-problem",
            "128 icmpv6 echo-request",
            "129 icmpv6 echo-reply",
            "133 icmpv6 router-solicitation",
            "134 icmpv6 router-advertisement",
            "135 icmpv6 neighbor-solicitation",
            "136 icmpv6 neighbor-advertisement",
        ]
    );
}
