//! A Terraform state in a few words, and questions about it.

use std::fs;

use serde_json::{Value, json};

use super::{Run, Scratch, run};

/// The egress rule that AWS gives each new group.
pub const OPEN: &str = "all to 0.0.0.0/0";

/// A state under construction. Groups are called by their id without `sg-`; all of them stand in
/// `vpc-1`, unless they say otherwise.
#[derive(Default)]
pub struct State {
    resources: Vec<Value>,
}

impl State {
    /// Any resource.
    pub fn add(self, kind: &str, attributes: Value) -> Self {
        self.resource("managed", kind, attributes)
    }

    /// A data source.
    pub fn data(self, kind: &str, attributes: Value) -> Self {
        self.resource("data", kind, attributes)
    }

    fn resource(mut self, mode: &str, kind: &str, attributes: Value) -> Self {
        let name = format!("r{}", self.resources.len());
        self.resources.push(json!({
            "mode": mode, "type": kind, "name": name,
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"attributes": attributes}],
        }));
        self
    }

    /// A group with its rules: `tcp 443 from sg-web`, `all to 0.0.0.0/0`; see [`rule`].
    pub fn group(self, id: &str, ingress: &[&str], egress: &[&str]) -> Self {
        self.group_in("vpc-1", id, ingress, egress)
    }

    /// A group in a VPC of its own.
    pub fn group_in(self, vpc: &str, id: &str, ingress: &[&str], egress: &[&str]) -> Self {
        let rules = |texts: &[&str]| texts.iter().map(|text| rule(text)).collect::<Vec<_>>();
        let name = id.trim_start_matches("sg-");
        self.add(
            "aws_security_group",
            json!({
                "id": id, "name": name, "vpc_id": vpc,
                "ingress": rules(ingress), "egress": rules(egress),
            }),
        )
    }

    /// An instance `i-NAME` with its addresses, none of them when they are not known.
    pub fn instance(self, name: &str, addresses: &[&str], groups: &[&str]) -> Self {
        let (v6, v4): (Vec<&str>, Vec<&str>) = addresses.iter().partition(|address| address.contains(':'));
        self.add(
            "aws_instance",
            json!({
                "id": format!("i-{name}"), "private_ip": v4.first(), "ipv6_addresses": v6,
                "vpc_security_group_ids": groups, "tags": {"Name": name},
            }),
        )
    }

    /// An autoscaling group with the groups of its launch template.
    pub fn fleet(self, name: &str, groups: &[&str]) -> Self {
        let template = format!("lt-{name}");
        let settings = json!({"id": template, "name": template, "vpc_security_group_ids": groups});
        let uses = json!([{"id": template, "name": template, "version": "1"}]);
        self.add("aws_launch_template", settings)
            .add("aws_autoscaling_group", json!({"id": name, "name": name, "launch_template": uses}))
    }

    /// Asks a question, its words separated by blanks.
    pub fn ask(&self, line: &str) -> Run {
        self.ask_with(line, &[])
    }

    /// Asks a question and reads the answer as JSON, whatever the answer is.
    #[track_caller]
    pub fn json(&self, line: &str) -> Value {
        let run = self.ask_with(line, &["-q", "-f", "json"]);
        assert_ne!(run.code, Some(1), "{}", run.shown());
        run.json()
    }

    fn ask_with(&self, line: &str, options: &[&str]) -> Run {
        let state = json!({
            "version": 4, "terraform_version": "1.13.4", "serial": 1, "lineage": "l", "outputs": {},
            "resources": self.resources,
        });
        let scratch = Scratch::empty();
        fs::write(scratch.0.join("net.tfstate"), state.to_string()).unwrap();
        let words: Vec<&str> =
            line.split(' ').chain(["net.tfstate"]).chain(options.iter().copied()).collect();
        run(&scratch.0, &words)
    }
}

/// Reads `tcp 22 from 10.0.0.0/8`, `udp 8000-8100 to sg-a sg-b`, `icmp 3-4 to ::/0`, `all from self`.
pub fn rule(text: &str) -> Value {
    let (what, peers) = text.split_once(" from ").or_else(|| text.split_once(" to ")).unwrap();
    let (protocol, ports) = what.split_once(' ').unwrap_or((what, ""));
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let port = |text: &str, without: i64| match text.parse::<i64>() {
        Ok(number) => json!(number),
        Err(_) if text.is_empty() => json!(without),
        Err(_) => json!(text),
    };
    let (low, high) = match protocol {
        "tcp" | "udp" => (0, 65535),
        "icmp" | "icmpv6" => (-1, -1),
        _ => (0, 0),
    };
    let protocol = if protocol == "all" { "-1" } else { protocol };
    let mut rule = json!({"protocol": protocol, "from_port": port(first, low), "to_port": port(last, high)});
    for peer in peers.split(' ') {
        let list = match peer {
            "self" => {
                rule["self"] = json!(true);
                continue;
            }
            _ if peer.starts_with("sg-") => "security_groups",
            _ if peer.starts_with("pl-") => "prefix_list_ids",
            _ if peer.contains(':') => "ipv6_cidr_blocks",
            _ => "cidr_blocks",
        };
        match &mut rule[list] {
            Value::Array(known) => known.push(json!(peer)),
            none => *none = json!([peer]),
        }
    }
    rule
}
