//! One infrastructure is one graph, whatever it is written in.

use sglens::input::{Options, read_document};
use sglens::inventory::{Builder, Inventory};

use super::fixture::{arrows, bytes, graph};

/// Reads a fixture under a name that all share.
fn read(name: &str) -> Inventory {
    let mut builder = Builder::new();
    read_document("state", &bytes(name), Options::default(), &mut builder).unwrap();
    builder.finish()
}

#[test]
fn three_formats_give_one_graph() {
    let expected = [
        "A -> D: tcp 5432 allowed",
        "B -> A: tcp 22 allowed",
        "internet -> A: tcp 443 allowed",
        "10.20.0.0/16 -> D: icmp echo-request/0 allowed",
        "198.51.100.0/24 -> B: tcp 22 allowed",
    ];
    let whole = read("same-v4.tfstate");
    assert_eq!(arrows(&whole), expected);
    assert_eq!((whole.tally.groups, whole.tally.rules, whole.tally.endpoints), (3, 8, 4));
    for name in ["same-v3.tfstate", "same-show.json"] {
        let other = read(name);
        assert_eq!(graph(&other), graph(&whole), "{name}");
        assert_eq!(other.groups, whole.groups, "{name}");
        assert_eq!(other.endpoints, whole.endpoints, "{name}");
        assert_eq!(other.network, whole.network, "{name}");
    }
}
