//! Estates in which two lists make a product: rules and addresses, groups and groups, lists and rules.

use serde_json::{Value, json};

fn id(number: usize) -> String {
    format!("sg-{number:08x}")
}

fn address(number: usize) -> String {
    format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255)
}

fn tcp(port: usize, name: &str, peers: &Value) -> Value {
    let port = 1 + port % 65_000;
    json!({"protocol": "tcp", "from_port": port, "to_port": port, name: peers})
}

fn resource(kind: &str, attributes: &Value) -> Value {
    json!({"mode": "managed", "type": kind, "name": attributes["id"], "instances": [{"attributes": attributes}]})
}

fn group(number: usize, ingress: &[Value]) -> Value {
    let all = json!([{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}]);
    let name = format!("g{number}");
    let attributes =
        json!({"id": id(number), "name": name, "vpc_id": "vpc-1", "ingress": ingress, "egress": all});
    resource("aws_security_group", &attributes)
}

fn machine(number: usize, group: usize, address: Option<&str>) -> Value {
    let attributes = json!({"id": format!("i-{number:08x}"), "tags": {"Name": format!("m{number}")},
                            "vpc_security_group_ids": [id(group)], "private_ip": address});
    resource("aws_instance", &attributes)
}

fn machines(count: usize) -> impl Iterator<Item = Value> {
    (0..count).map(|number| machine(number, number, Some(&address(number + 1))))
}

/// The bytes of a state.
fn state(resources: impl IntoIterator<Item = Value>) -> Vec<u8> {
    let resources: Vec<Value> = resources.into_iter().collect();
    serde_json::to_vec(&json!({"version": 4, "terraform_version": "1.9.0", "resources": resources})).unwrap()
}

/// Groups of one machine each, which all open a port to 10.0.0.0/8.
pub fn broad(count: usize) -> Vec<u8> {
    let rule = |number: usize| tcp(1000 + number, "cidr_blocks", &json!(["10.0.0.0/8"]));
    state((0..count).map(|number| group(number, &[rule(number)])).chain(machines(count)))
}

/// Groups that each let each in.
pub fn mesh(count: usize) -> Vec<u8> {
    let all: Vec<String> = (0..count).map(id).collect();
    let rule = |number: usize| tcp(number, "security_groups", &json!(all));
    state((0..count).map(|number| group(number, &[rule(number)])).chain(machines(count)))
}

/// Two groups with so many machines, and a rule for the address of each.
pub fn single(count: usize) -> Vec<u8> {
    let rule = |number: usize| tcp(number, "cidr_blocks", &json!([format!("{}/32", address(number + 1))]));
    let rules: Vec<Value> = (0..count).map(rule).collect();
    let machines = (0..2 * count).map(|number| machine(number, number % 2, Some(&address(number + 1))));
    state([group(0, &rules), group(1, &rules)].into_iter().chain(machines))
}

/// Machines of which no address is known, each with a group that names one.
pub fn nowhere(count: usize) -> Vec<u8> {
    let rule = |number: usize| tcp(number, "cidr_blocks", &json!([format!("{}/32", address(number + 1))]));
    let groups = (0..count).map(|number| group(number, &[rule(number)]));
    state(groups.chain((0..count).map(|number| machine(number, number, None))))
}

/// A prefix list of ten times as many entries as there are groups that name it.
pub fn listed(count: usize) -> Vec<u8> {
    let entries: Vec<Value> =
        (0..10 * count).map(|number| json!({"cidr": format!("{}/32", address(number))})).collect();
    let list = json!({"id": "pl-1", "name": "list", "entry": entries});
    let rule = |number: usize| tcp(number, "prefix_list_ids", &json!(["pl-1"]));
    let groups = (0..count).map(|number| group(number, &[rule(number)]));
    state([resource("aws_ec2_managed_prefix_list", &list)].into_iter().chain(groups).chain(machines(count)))
}

/// Groups in a chain, each of which lets the one before it in.
pub fn chain(count: usize) -> Vec<u8> {
    let rule = |number: usize| tcp(80, "security_groups", &json!([id(number - 1)]));
    let ingress = |number: usize| if number == 0 { Vec::new() } else { vec![rule(number)] };
    state((0..count).map(|number| group(number, &ingress(number))).chain(machines(count)))
}

/// Few groups with many rules each, of addresses and of each other, and machines that have three of them:
/// rules tell all machines apart.
pub fn ruled(groups: usize, rules: usize, machines: usize) -> Vec<u8> {
    let rule = |number: usize, at: usize| {
        let (address, other) = (format!("{}/32", address(at * groups + number + 1)), id(at % groups));
        let mut rule = tcp(at, "cidr_blocks", &json!([address]));
        rule["security_groups"] = json!([other]);
        rule
    };
    let all = (0..groups).map(|number| {
        let rules: Vec<Value> = (0..rules).map(|at| rule(number, at)).collect();
        let mut group = group(number, &rules);
        group["instances"][0]["attributes"]["egress"] = json!(rules);
        group
    });
    let vms = (0..machines).map(|number| {
        let mut vm = machine(number, number % groups, Some(&address(number + 1)));
        let has = [0, 1, 2].map(|step| id((number * (step + 1) + step) % groups));
        vm["instances"][0]["attributes"]["vpc_security_group_ids"] = json!(has);
        vm
    });
    state(all.chain(vms))
}
