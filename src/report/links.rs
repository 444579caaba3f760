//! The links of one step as tables: one row a peer, equal rows joined; what is undecided or blocked in
//! sections of its own, each with its reason once.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::reason::{Breadth, Reason, breadth, reason};
use super::{Label, Line, Report, Table, TableRow};
use crate::connectivity::{Connectivity, Counterpart, Doubt, EndpointIx, GroupIx, Outside, Verdict};
use crate::inventory::Direction;
use crate::query::ToldLink;
use crate::traffic::Family;
use crate::words;

/// How long the names of a cell are before the rest is counted, in characters.
const NAMES: usize = 44;
/// The same of resources.
const RESOURCES: usize = 30;
/// So many CIDR blocks are named; more are counted.
const BLOCKS: usize = 3;

/// In a longer table each row is a line; all of it is told with the rules.
const LONG: usize = 24;
/// How long the names of such a row are.
const NAMES_OF_LINE: usize = 26;

/// How much a row may say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Room {
    /// Everything.
    All,
    /// What fits into two or three lines.
    Usual,
    /// A line.
    Line,
}

/// A link with all that its row says.
pub(super) struct LinkRow<'l> {
    pub(super) link: &'l ToldLink,
    pub(super) who: String,
    /// What rules call the other end.
    own: String,
    pub(super) ports: String,
    pub(super) reason: Reason,
    breadth: Breadth,
    /// Why it is undecided.
    doubts: BTreeSet<String>,
}

/// Rows that say the same of several.
pub(super) type Joined<'r, 'l> = Vec<&'r LinkRow<'l>>;

/// Returns the rows of links, in reading order: what rules name by group first, then CIDR blocks, the
/// broad ones last; by name.
pub(super) fn rows<'l>(net: &Connectivity, links: &'l [ToldLink]) -> Vec<LinkRow<'l>> {
    let row = |link: &'l ToldLink| LinkRow {
        link,
        who: who(net, link),
        own: match &link.counterpart {
            Counterpart::Within(outside) | Counterpart::Outside(outside) => words::outside(net, outside),
            other => words::counterpart(net, other),
        },
        ports: ports(link),
        reason: reason(net, &link.counterpart, &link.finding),
        breadth: breadth(net, &link.finding),
        doubts: doubts(net, link),
    };
    let mut rows: Vec<LinkRow<'_>> = links.iter().map(row).collect();
    rows.sort_by(LinkRow::order);
    rows
}

impl LinkRow<'_> {
    fn order(&self, other: &Self) -> Ordering {
        let rank = |row: &Self| {
            let is_outside = matches!(row.link.counterpart, Counterpart::Outside(_));
            let is_internet = row.link.counterpart == Counterpart::Outside(Outside::Internet);
            (is_internet, row.breadth, is_outside)
        };
        let ids = || self.link.counterpart.cmp(&other.link.counterpart);
        rank(self).cmp(&rank(other)).then_with(|| words::natural(&self.who, &other.who)).then_with(ids)
    }

    /// What rows must share to be one.
    fn key(&self) -> (bool, Breadth, &str, &Reason, bool) {
        let is_outside = matches!(self.link.counterpart, Counterpart::Outside(_));
        (is_outside, self.breadth, &self.ports, &self.reason, self.is_in_part())
    }

    /// Tells whether some of its resources have only a part of its traffic.
    fn is_in_part(&self) -> bool {
        self.link.members.iter().any(|member| *member.traffic != self.link.finding.traffic)
    }
}

/// Joins rows that differ in their names alone, in the order of the first of each.
pub(super) fn joined<'r, 'l>(rows: impl IntoIterator<Item = &'r LinkRow<'l>>) -> Vec<Joined<'r, 'l>> {
    let mut places: BTreeMap<_, usize> = BTreeMap::new();
    let mut all: Vec<Joined<'r, 'l>> = Vec::new();
    for row in rows {
        let next = all.len();
        // A row of which a part holds is told by itself, and so is a block with those that are in it.
        let is_within = matches!(row.link.counterpart, Counterpart::Within(_));
        let alone = if row.is_in_part() || is_within { next } else { usize::MAX };
        match *places.entry((row.key(), alone)).or_insert(next) {
            place if place < next => all[place].push(row),
            _ => all.push(vec![row]),
        }
    }
    all
}

/// Adds the links of one step: what is allowed as a table, then what is not decided, then what is not
/// allowed although a side would.
pub(super) fn add(
    report: &mut Report,
    net: &Connectivity,
    evidence: &Evidence<'_>,
    direction: Direction,
    rows: &[LinkRow<'_>],
) {
    let of = |verdict| rows.iter().filter(move |row| row.link.finding.verdict == verdict);
    report.table(table(net, evidence, direction, of(Verdict::Allowed)));
    let mut by_doubt: BTreeMap<&BTreeSet<String>, Vec<&LinkRow<'_>>> = BTreeMap::new();
    for row in of(Verdict::Undecided) {
        by_doubt.entry(&row.doubts).or_default().push(row);
    }
    for (doubts, rows) in by_doubt {
        let reasons: Vec<&str> = doubts.iter().map(String::as_str).collect();
        report.heading(format!("undecided: {}", reasons.join("; ")));
        report.table(table(net, evidence, direction, rows));
    }
    for (verdict, why) in [
        (
            Verdict::BlockedByEgress,
            "blocked by egress: the service allows it inbound, no egress rule of the client does",
        ),
        (Verdict::NoIngress, "no ingress: an egress rule names it, no ingress rule of the service allows it"),
    ] {
        let table = table(net, evidence, direction, of(verdict));
        if !table.rows.is_empty() {
            report.heading(why);
            report.table(table);
        }
    }
}

fn table<'r, 'l: 'r>(
    net: &Connectivity,
    evidence: &Evidence<'_>,
    direction: Direction,
    rows: impl IntoIterator<Item = &'r LinkRow<'l>>,
) -> Table {
    let other = if direction == Direction::Egress { "to" } else { "from" };
    let all = joined(rows);
    let room = match (evidence.is_wanted, all.len() > LONG) {
        (true, _) => Room::All,
        (false, false) => Room::Usual,
        (false, true) => Room::Line,
    };
    let rows = all.into_iter().map(|rows| TableRow {
        cells: vec![
            name(&rows, room),
            rows[0].ports.clone(),
            resources(net, &rows, room),
            because(net, &rows, room, evidence.sole),
        ],
        notes: notes(net, evidence, &rows),
    });
    Table::new(&[other, "ports", "resources", "because of"], rows.collect())
}

/// Returns the names of a row: of many CIDR blocks their number.
pub(super) fn name(rows: &Joined<'_, '_>, room: Room) -> String {
    let is_block =
        |row: &&LinkRow<'_>| matches!(row.link.counterpart, Counterpart::Outside(Outside::Block(_)));
    if rows.len() > BLOCKS && rows.iter().all(is_block) && room != Room::All {
        return format!("{} CIDR blocks", rows.len());
    }
    let names = words::together(rows.iter().map(|row| row.who.clone()).collect());
    match room {
        Room::All => names.join(", "),
        Room::Usual => words::within(&names, NAMES),
        Room::Line => words::within(&names, NAMES_OF_LINE),
    }
}

/// Returns the deciding rules of a row.
fn because(net: &Connectivity, rows: &Joined<'_, '_>, room: Room, sole: Option<GroupIx>) -> String {
    let own = Some(rows[0].own.as_str()).filter(|_| rows.len() == 1);
    rows[0].reason.text(net, own, sole, room == Room::Line)
}

/// Returns the resources of a row: how many, and their names while they fit.
pub(super) fn resources(net: &Connectivity, rows: &Joined<'_, '_>, room: Room) -> String {
    let members = rows.iter().flat_map(|row| row.link.members.iter().map(|member| member.endpoint));
    let members: BTreeSet<EndpointIx> = members.collect();
    let names = words::together(members.iter().map(|ix| words::endpoint(net, *ix)).collect());
    let is_known = |row: &&LinkRow<'_>| !matches!(row.link.counterpart, Counterpart::Outside(_));
    let is_possible =
        rows.iter().all(|row| row.link.finding.doubts.iter().any(|doubt| is_about_address(*doubt)));
    let perhaps = if is_possible && !members.is_empty() { "possibly " } else { "" };
    let text = match (members.len(), names.as_slice()) {
        (0, _) if rows.iter().any(is_known) => "none attached".to_owned(),
        (0, _) => String::new(),
        (count, _) if room == Room::Line => count.to_string(),
        (1, _) | (_, [_]) => words::within(&names, RESOURCES),
        (count, _) => format!("{count}: {}", words::within(&names, RESOURCES)),
    };
    let link = rows[0].link;
    let in_part = link.members.iter().filter(|member| *member.traffic != link.finding.traffic).count();
    let part = if in_part > 0 { format!(" ({in_part} in part)") } else { String::new() };
    format!("{perhaps}{text}{part}")
}

/// Tells whether a doubt is about where a resource is.
fn is_about_address(doubt: Doubt) -> bool {
    matches!(doubt, Doubt::ClientAddress(_) | Doubt::ServiceAddress(_))
}

/// Returns the evidence of a row; where it stands for several, of each.
fn notes(net: &Connectivity, evidence: &Evidence<'_>, rows: &Joined<'_, '_>) -> Vec<Line> {
    if !evidence.is_wanted {
        return Vec::new();
    }
    let mut notes = Vec::new();
    for row in rows {
        let depth = if rows.len() > 1 {
            notes.push(Line::new(1, [(Label::Plain, format!("{}:", row.who))]));
            2
        } else {
            1
        };
        let members = row.link.members.iter().map(|member| member.endpoint);
        notes.extend(evidence.resources(depth, members));
        notes.extend(in_part_of(net, row, depth));
        notes.extend(evidence.rules(depth, &row.link.finding));
    }
    notes
}

/// Returns what each resource has that has only a part of a row's traffic.
fn in_part_of(net: &Connectivity, row: &LinkRow<'_>, depth: usize) -> Vec<Line> {
    let is_part = |member: &&crate::connectivity::Member| *member.traffic != row.link.finding.traffic;
    let part = row.link.members.iter().filter(is_part);
    part.map(|member| {
        let text = format!("{}: {} only", words::endpoint(net, member.endpoint), member.traffic);
        Line::new(depth, [(Label::Plain, text)])
    })
    .collect()
}

/// Returns the other end of a link in words.
fn who(net: &Connectivity, link: &ToldLink) -> String {
    let name = match &link.counterpart {
        Counterpart::Within(Outside::Internet) => inside_everywhere(net, link),
        other => words::counterpart(net, other),
    };
    match &link.only {
        Some(only) => format!("{name}, for {}", words::address_set(only)),
        None => name,
    }
}

/// Returns `inside, through 0.0.0.0/0`, by the rules that admit. Resources are no part of the internet.
fn inside_everywhere(net: &Connectivity, link: &ToldLink) -> String {
    let peers = link.finding.deciding().iter().map(|ix| words::peer(net, net.rule(*ix)));
    let peers: BTreeSet<String> = peers.filter(|peer| peer.ends_with("/0")).collect();
    format!("inside, through {}", peers.into_iter().collect::<Vec<_>>().join(" or "))
}

fn ports(link: &ToldLink) -> String {
    let text = format!("{} {}", link.finding.traffic, over(link.family));
    text.trim_end().to_owned()
}

/// Returns `over IPv4`, where the families differ.
pub(super) fn over(family: Option<Family>) -> String {
    family.map(|family| format!("over {}", words::family(family))).unwrap_or_default()
}

/// Returns why a link is undecided; where that is about its own other end, without the name, so that rows
/// of one reason are told together.
fn doubts(net: &Connectivity, link: &ToldLink) -> BTreeSet<String> {
    let of = |doubt: &Doubt| match (doubt, &link.counterpart) {
        (Doubt::Egress(ix), Counterpart::Group(own)) if ix == own => {
            "not all egress rules of each are in the input".to_owned()
        }
        (Doubt::Ingress(ix), Counterpart::Group(own)) if ix == own => {
            "not all ingress rules of each are in the input".to_owned()
        }
        (other, _) => words::doubt(net, *other),
    };
    link.finding.doubts.iter().map(of).collect()
}
