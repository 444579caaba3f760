//! The largest picture that is laid out, of estates that no layout can make pretty. Nobody waits long
//! for a picture because of these bounds; seconds are for `benches/`.

use serde_json::{Value, json};

use crate::Case;
use crate::testkit::products;

/// So many groups that each lets every other one in, with two machines each.
const GROUPS: usize = 100;

fn everybody_with_everybody() -> Vec<u8> {
    let id = |number: usize| format!("sg-{number:08x}");
    let resource = |kind: &str, name: String, instances: Vec<Value>| {
        let instances: Vec<Value> =
            instances.into_iter().map(|attributes| json!({ "attributes": attributes })).collect();
        json!({"mode": "managed", "type": kind, "name": name, "instances": instances})
    };
    let resources = (0..GROUPS).flat_map(|number| {
        let rules: Vec<Value> = (0..GROUPS)
            .map(|other| {
                let port = 1000 + (number * 31 + other * 17) % 5000;
                json!({"protocol": "tcp", "from_port": port, "to_port": port, "security_groups": [id(other)]})
            })
            .collect();
        let egress = json!([{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}]);
        // Names without a common beginning, in VPCs of their own kind: nothing to fold by.
        let name =
            format!("{}{number}", char::from(b'a' + (number % 26) as u8).to_string().repeat(number + 1));
        let group =
            json!({"id": id(number), "name": name, "vpc_id": "vpc-1", "ingress": rules, "egress": egress});
        let machine = |copy: usize| {
            json!({"id": format!("i-{number:06x}{copy}"), "tags": {"Name": format!("m{number}")},
                   "vpc_security_group_ids": [id(number)]})
        };
        [
            resource("aws_security_group", name, vec![group]),
            resource("aws_instance", format!("i{number}"), vec![machine(0), machine(1)]),
        ]
    });
    let state =
        json!({"version": 4, "terraform_version": "1.9.0", "resources": resources.collect::<Vec<_>>()});
    serde_json::to_vec(&state).unwrap()
}

/// What the layout engine is given at most, however much the user asks for: `src/view/fold.rs`. It
/// places so much in a second or two.
const MOST_NODES: usize = 2000;
const MOST_ARROWS: usize = 1200;

#[test]
fn no_picture_is_larger_than_the_layout_bears() {
    let case = Case::scratch();
    case.write("mesh.tfstate", &everybody_with_everybody());
    let all: [&[&str]; 6] = [
        &["graph"],
        &["graph", "--hubs", "off", "--max-nodes", "1000000"],
        &["graph", "--hubs", "off", "--group-by", "vpc"],
        &["graph", "--level", "endpoint"],
        &["graph", "--level", "endpoint", "--hubs", "off", "--max-nodes", "1000000"],
        &[
            "focus",
            "i-0000030",
            "--direction",
            "both",
            "--depth",
            "3",
            "--hubs",
            "off",
            "--max-nodes",
            "1000000",
        ],
    ];
    for args in all {
        let run = case.run(&[args, &["mesh.tfstate", "-f", "scene"]].concat()).exits(0);
        let scene = run.json();
        let count = |what: &str| scene["view"][what].as_array().unwrap().len();
        let (nodes, arrows) = (count("nodes"), count("arrows"));
        assert!((1..=MOST_NODES).contains(&nodes), "`{}` draws {nodes} nodes", run.command);
        assert!(arrows <= MOST_ARROWS, "`{}` draws {arrows} arrows", run.command);
    }
}

/// Estates in which two lists make a product, each with a question that is about it.
#[test]
fn a_product_is_shared_or_refused() {
    let case = Case::scratch();
    for (name, state) in [
        ("broad", products::broad(1500)),
        ("single", products::single(1500)),
        ("nowhere", products::nowhere(3000)),
        ("listed", products::listed(500)),
        ("chain", products::chain(400)),
        ("ruled", products::ruled(30, 300, 600)),
    ] {
        case.write(&format!("{name}.tfstate"), &state);
    }
    let stops = "stopped here, because there are more connections than anyone reads";
    let refuses = "pairs of resources, which nobody reads: ask about fewer of them";
    for (line, said) in [
        ("focus m5 -d both --depth 2 broad.tfstate", stops),
        ("focus m5 -d in --depth 2 -f json broad.tfstate", stops),
        ("focus m5 -d both --depth 3 -f svg broad.tfstate", ""),
        ("graph -f json --level endpoint broad.tfstate", refuses),
        ("graph -f svg --level endpoint broad.tfstate", ""),
        ("explain g0 g1 single.tfstate", refuses),
        ("explain m0 g1 single.tfstate", ""),
        ("focus g0 -d both single.tfstate", refuses),
        ("focus m0 -d both single.tfstate", ""),
        ("graph -f svg --level endpoint single.tfstate", refuses),
        ("graph -f svg single.tfstate", ""),
        ("focus m5 nowhere.tfstate", ""),
        ("explain '*' '*' nowhere.tfstate", refuses),
        ("graph -f dot listed.tfstate", ""),
        ("graph -f dot ruled.tfstate", refuses),
        ("graph -f json ruled.tfstate", refuses),
        ("focus m5 -d both listed.tfstate", ""),
        ("explain m0 m399 --via chain.tfstate", "399 hops"),
        ("explain m399 m0 --via chain.tfstate", "no: no path from"),
    ] {
        // So much memory holds none of these products; the time is the test runner's business.
        let run = case.sh(&format!("ulimit -v 1500000; sglens {line}"));
        assert_eq!(run.code == Some(1), said == refuses, "`{line}`: {}", run.stderr);
        // Reports wrap.
        let text = format!("{}{}", run.stdout, run.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(said), "`{line}`: {text}");
    }
}
