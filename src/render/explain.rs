//! `explain` for people and for scripts: the verdict first, then the reasons on both sides.

use std::fmt::Write as _;

use serde::Serialize;

use super::evidence::{
    BOLD, DIM, PLAIN, counterpart_name, group_name, peer_name, reasons, rule_places, rule_sentence,
};
use super::json::{self, EvidenceJson, FindingJson, SubjectJson};
use super::{NOTE, clean};
use crate::connectivity::{Connectivity, Finding, RuleIx, Subject, Verdict};
use crate::inventory::Direction;
use crate::query::{Answer, Explanation, Party, Step};

/// The report of `explain`.
pub fn explain_text(index: &Connectivity<'_>, answer: &Explanation) -> String {
    let mut out = String::new();
    let (from, to) = (party_name(index, answer.from), party_name(index, answer.to));
    let on = answer.asked.as_ref().map(|asked| format!(" on {asked}")).unwrap_or_default();
    let verdict = match answer.verdict() {
        Answer::Yes => format!("yes: {from} may connect to {to}{on}"),
        Answer::Partly => {
            format!("partly: {from} may connect to {to} on a part of {}", on.trim_start_matches(" on "))
        }
        Answer::Undecided => format!("undecided: whether {from} may connect to {to}{on}"),
        Answer::No => format!("no: {from} may not connect to {to}{on}"),
    };
    let _ = writeln!(out, "{BOLD}{verdict}{PLAIN}");
    for finding in &answer.findings {
        finding_text(&mut out, index, finding);
    }
    if answer.verdict() != Answer::Yes {
        let _ = writeln!(out);
        side_text(&mut out, index, &to, Direction::Ingress, &answer.ingress, answer.to);
        side_text(&mut out, index, &from, Direction::Egress, &answer.egress, answer.from);
        for line in missing(index, answer) {
            let _ = writeln!(out, "{line}");
        }
    }
    let _ = writeln!(out, "\n{DIM}{NOTE}{PLAIN}");
    out
}

fn finding_text(out: &mut String, index: &Connectivity<'_>, finding: &Finding) {
    let _ = writeln!(out, "  {}: {}", finding.verdict.words(), finding.traffic);
    for reason in reasons(index, finding) {
        let _ = writeln!(out, "    because {reason}");
    }
    for &ix in finding.ingress.iter().chain(&finding.egress) {
        let _ = writeln!(out, "    {}", rule_sentence(index, ix));
        if !index.rule(ix).rule.is_default_egress() {
            for place in rule_places(index.rule(ix).rule) {
                let _ = writeln!(out, "      {DIM}{place}{PLAIN}");
            }
        }
    }
}

/// What a side lets through at all: `ingress of elasticsearch admits: tcp 9200 from logstash`.
fn side_text(
    out: &mut String,
    index: &Connectivity<'_>,
    name: &str,
    direction: Direction,
    rules: &[(RuleIx, bool)],
    party: Party,
) {
    if let Party::Address(_) = party {
        let _ = writeln!(out, "  the rules of {name} are not ours to see");
        return;
    }
    let verb = if direction == Direction::Ingress { "admits" } else { "allows" };
    let way = if direction == Direction::Ingress { "from" } else { "to" };
    if rules.is_empty() {
        let _ =
            writeln!(out, "  {} of {name} {verb} nothing: its groups have no such rules", direction.name());
        return;
    }
    let mut said: Vec<String> = rules
        .iter()
        .map(|(ix, looks)| {
            let row = index.rule(*ix);
            let mark = if *looks { "" } else { ", which is another" };
            let owner = group_name(index, row.owner);
            format!("{} {way} {} (group {owner}){mark}", row.rule.traffic, peer_name(index, row.rule))
        })
        .collect();
    said.sort();
    said.dedup();
    let _ = writeln!(out, "  {} of {name} {verb}", direction.name());
    for line in said {
        let _ = writeln!(out, "    {line}");
    }
}

/// What is missing, and on which side.
fn missing(index: &Connectivity<'_>, answer: &Explanation) -> Vec<String> {
    let (from, to) = (party_name(index, answer.from), party_name(index, answer.to));
    let what = answer.asked.as_ref().map_or_else(|| "any traffic".to_owned(), ToString::to_string);
    let has = |verdict| answer.findings.iter().any(|finding| finding.verdict == verdict);
    let looks = |rules: &[(RuleIx, bool)]| {
        rules.iter().any(|(ix, looks)| {
            *looks && answer.asked.as_ref().is_none_or(|asked| index.rule(*ix).rule.traffic.overlaps(asked))
        })
    };
    let (lets_in, lets_out) = (looks(&answer.ingress), looks(&answer.egress));
    let ingress = format!("  missing: an ingress rule of {to} that admits {from} on {what}");
    let egress = format!("  missing: an egress rule of {from} that lets it out to {to} on {what}");
    match (answer.from, answer.to) {
        _ if answer.verdict() == Answer::Undecided => Vec::new(),
        _ if has(Verdict::BlockedByEgress) => vec![egress],
        (Party::Address(_), _) => vec![ingress],
        (_, Party::Address(_)) => vec![egress],
        _ if lets_in && lets_out => vec![
            "  the two sides have nothing in common: ports, address families, or VPCs that are not peered differ".into(),
        ],
        _ if lets_in => vec![egress],
        _ if lets_out => vec![ingress],
        _ => vec![ingress, egress],
    }
}

fn party_name(index: &Connectivity<'_>, party: Party) -> String {
    match party {
        Party::Address(block) if block.is_internet() => "internet".into(),
        Party::Address(block) => {
            let text = block.to_string();
            text.strip_suffix("/32").or(text.strip_suffix("/128")).unwrap_or(&text).to_owned()
        }
        Party::Known(subject) => subject_name(index, subject),
    }
}

fn subject_name(index: &Connectivity<'_>, subject: Subject) -> String {
    match subject {
        Subject::Group(ix) => group_name(index, ix),
        Subject::Endpoint(ix) => clean(index.endpoint(ix).label()).into_owned(),
    }
}

/// The report of `explain --via`.
pub fn paths_text(index: &Connectivity<'_>, from: Subject, to: Subject, paths: &[Vec<Step>]) -> String {
    let mut out = String::new();
    let (from_name, to_name) = (subject_name(index, from), subject_name(index, to));
    if paths.is_empty() {
        let _ = writeln!(
            out,
            "{BOLD}no: {from_name} reaches {to_name} over no chain of allowed connections{PLAIN}"
        );
    }
    for path in paths {
        let stops: Vec<String> =
            path.iter().map(|step| counterpart_name(index, &step.link.counterpart)).collect();
        let hops = if path.len() == 1 { "1 hop".to_owned() } else { format!("{} hops", path.len()) };
        let _ = writeln!(out, "{BOLD}{from_name} → {}{PLAIN}  {hops}", stops.join(" → "));
        for (step, stop) in path.iter().zip(&stops) {
            let start = step.through.map_or_else(|| from_name.clone(), |group| group_name(index, group));
            let _ = writeln!(out, "  {start} → {stop}: {}", step.link.finding.traffic);
            for &ix in &step.link.finding.ingress {
                let _ = writeln!(out, "    {}", rule_sentence(index, ix));
                for place in rule_places(index.rule(ix).rule) {
                    let _ = writeln!(out, "      {DIM}{place}{PLAIN}");
                }
            }
        }
    }
    let _ = writeln!(out, "\n{DIM}{NOTE}{PLAIN}");
    out
}

#[derive(Serialize)]
#[serde(untagged)]
enum PartyJson<'i> {
    Known(SubjectJson<'i>),
    Address { r#type: &'static str, address: String },
}

fn party_json<'i>(index: &Connectivity<'i>, party: Party) -> PartyJson<'i> {
    match party {
        Party::Known(subject) => PartyJson::Known(json::subject(index, subject)),
        Party::Address(block) => PartyJson::Address { r#type: "address", address: block.to_string() },
    }
}

/// The answer of `explain`.
pub fn explain_json(index: &Connectivity<'_>, answer: &Explanation) -> String {
    #[derive(Serialize)]
    struct Body<'i> {
        from: PartyJson<'i>,
        to: PartyJson<'i>,
        answer: &'static str,
        findings: Vec<FindingJson<'i>>,
        ingress: Vec<EvidenceJson<'i>>,
        egress: Vec<EvidenceJson<'i>>,
    }
    let rules = |list: &[(RuleIx, bool)]| list.iter().map(|(ix, _)| *ix).collect::<Vec<_>>();
    let body = Body {
        from: party_json(index, answer.from),
        to: party_json(index, answer.to),
        answer: match answer.verdict() {
            Answer::Yes => "yes",
            Answer::Partly => "partly",
            Answer::Undecided => "undecided",
            Answer::No => "no",
        },
        findings: answer.findings.iter().map(|finding| json::finding(index, finding)).collect(),
        ingress: json::evidence(index, &rules(&answer.ingress)),
        egress: json::evidence(index, &rules(&answer.egress)),
    };
    json::document(index, answer.findings.len(), body)
}

/// The answer of `explain --via`.
pub fn paths_json(index: &Connectivity<'_>, from: Subject, to: Subject, paths: &[Vec<Step>]) -> String {
    #[derive(Serialize)]
    struct Hop<'i> {
        from: String,
        to: String,
        #[serde(flatten)]
        finding: FindingJson<'i>,
    }
    #[derive(Serialize)]
    struct Body<'i> {
        from: SubjectJson<'i>,
        to: SubjectJson<'i>,
        paths: Vec<Vec<Hop<'i>>>,
    }
    let start = match from {
        Subject::Group(ix) => index.group(ix).id.to_string(),
        Subject::Endpoint(ix) => index.endpoint(ix).id.to_string(),
    };
    let hop = |step: &Step| Hop {
        from: step.through.map_or_else(|| start.clone(), |ix| index.group(ix).id.to_string()),
        to: json::counterpart_id(index, &step.link.counterpart),
        finding: json::finding(index, &step.link.finding),
    };
    let paths: Vec<Vec<Hop<'_>>> = paths.iter().map(|path| path.iter().map(hop).collect()).collect();
    let count = paths.len();
    json::document(
        index,
        count,
        Body { from: json::subject(index, from), to: json::subject(index, to), paths },
    )
}
