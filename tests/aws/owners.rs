//! Who owns an interface of a live account: every line of `assets/interface-owners.tsv`.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreed::{list, text};
use crate::answers::{Listing, recorded};
use crate::command::Sglens;
use crate::stub::{Reply, Stub};

/// A line's owner, type of interface, requester and sample of a description.
type Line<'t> = (&'t str, Option<&'t str>, Option<&'t str>, Option<&'t str>);

/// The lines of the table, one for each type of interface that a line has.
fn lines(table: &str) -> Vec<Line<'_>> {
    let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
    let cells = rows.map(|row| row.split('\t').map(|cell| Some(cell).filter(|cell| *cell != "-")));
    let mut lines = Vec::new();
    for row in cells.map(Iterator::collect::<Vec<_>>) {
        for kind in row[3].map_or(vec![None], |kinds| kinds.split(' ').map(Some).collect()) {
            lines.push((row[0].unwrap(), kind, row[5], row[7]));
        }
    }
    lines
}

/// The interface that a line describes, and its id.
fn interface(number: usize, (_, kind, requester, sample): Line<'_>) -> (String, String) {
    let id = format!("eni-{number:017x}");
    let element = |name: &str, value: Option<&str>| {
        value.map(|value| format!("<{name}>{value}</{name}>")).unwrap_or_default()
    };
    // Samples share ids; here each line has an owner of its own.
    let description = sample.map(|sample| sample.replace("0a1b2c3d", &format!("{number:08x}")));
    let item = [
        element("networkInterfaceId", Some(&id)),
        element("description", description.as_deref()),
        element("interfaceType", kind),
        element("requesterId", requester),
        element("status", Some("in-use")),
        element("privateIpAddress", Some(&format!("10.0.3.{number}"))),
        element("groupSet", Some("<item><groupId>sg-0a000000000000001</groupId></item>")),
    ];
    (id, format!("<item>{}</item>", item.concat()))
}

#[test]
fn each_line_of_the_table_is_seen_live() {
    let lines = lines(include_str!("../../assets/interface-owners.tsv"));
    assert!(lines.len() > 50);
    let made = lines.iter().enumerate().map(|(number, line)| interface(number, *line));
    let (ids, items): (Vec<String>, Vec<String>) = made.unzip();
    let stub = Stub::serve(move |request, _| match Listing::of(request) {
        Some(mut listing) if request.action == "DescribeNetworkInterfaces" => {
            listing.items.clone_from(&items);
            Reply::Xml(listing.whole())
        }
        _ => recorded(request),
    });
    let graph = Sglens::at(&stub.url).run(&["graph", "--aws", "-f", "json"]).exits(0).json();
    let mut owners = BTreeMap::new();
    for member in list(&graph, "nodes").iter().flat_map(|node| list(node, "members")) {
        for interface in list(member, "interfaces") {
            owners.insert(text(interface, "id"), (text(member, "kind"), text(member, "label")));
        }
    }
    for (line, id) in lines.iter().zip(&ids) {
        assert_eq!(owners.get(id.as_str()).map(|(kind, _)| *kind), Some(line.0), "{line:?}");
    }
    let named: BTreeSet<(&str, &str)> = owners.into_values().collect();
    for owner in [
        ("Kubernetes cluster", "shop"),
        ("cache", "sessions-001"),
        ("data job connection", "etl"),
        ("database proxy", "orders"),
        ("delivery stream", "clicks"),
        ("function", "notify"),
        ("load balancer", "web"),
        ("network load balancer", "tcp"),
        ("search domain", "logs"),
        ("stream cluster", "events"),
    ] {
        assert!(named.contains(&owner), "{owner:?} is not in {named:?}");
    }
}
