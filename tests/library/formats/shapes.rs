//! Shapes of documents: every version of the state, what others write in its name, and text in
//! other encodings.

use sglens::inventory::EndpointId;

use super::fixture::{
    A, B, C, D, ONE, OPEN, TWO, addresses, arrows, bytes, carried, endpoints, graph, read, read_bytes, rules,
    skipped,
};

#[test]
fn tainted_objects_count_and_deposed_ones_do_not() {
    let inventory = read("tainted-deposed.tfstate");
    assert_eq!(endpoints(&inventory), [ONE]);
    assert_eq!((inventory.groups.len(), skipped(&inventory, "deposed objects")), (1, 3));
}

#[test]
fn deposed_objects_of_a_flat_state_do_not_count() {
    let inventory = read("deposed-v3.tfstate");
    assert_eq!(endpoints(&inventory), [ONE], "it is tainted, and still there");
    assert_eq!(rules(&inventory, A), [OPEN]);
    assert_eq!((inventory.groups.len(), skipped(&inventory, "deposed objects")), (1, 3));
}

#[test]
fn resources_may_have_no_instances_and_instances_no_attributes() {
    let inventory = read("empty-instances.tfstate");
    assert_eq!((inventory.tally.groups, inventory.tally.endpoints), (1, 0));
}

#[test]
fn what_has_no_id_is_counted() {
    let inventory = read("missing-ids.tfstate");
    let named: Vec<&str> = inventory.endpoints.keys().map(EndpointId::as_str).collect();
    assert_eq!(named, ["aws_instance.no_id"], "what has groups is known by its address");
    assert!(inventory.network.vpcs.is_empty() && inventory.network.subnets.is_empty());
    assert_eq!(skipped(&inventory, "resources without an id"), 4);
}

#[test]
fn what_a_failed_apply_leaves_is_no_rule_and_no_machine() {
    let inventory = read("failed-apply-v3.tfstate");
    assert_eq!(rules(&inventory, A), [OPEN]);
    assert!(inventory.endpoints.is_empty());
}

#[test]
fn pruned_attributes_leave_rules_in_doubt() {
    let inventory = read("pruned.tfstate");
    assert_eq!(rules(&inventory, A), ["? all traffic from B"]);
    assert!(!inventory.groups[A].egress_known, "no list of rules is not an empty list");
    assert_eq!(skipped(&inventory, "rules without a direction"), 1);
}

#[test]
fn keys_may_come_in_any_order() {
    let inventory = read("keys-in-odd-order.tfstate");
    assert_eq!(rules(&inventory, A), [OPEN, "tcp 443 from 10.0.0.0/8"]);
    assert_eq!(addresses(&inventory, A), ["aws_security_group.app"]);
}

#[test]
fn new_keys_do_no_harm() {
    let inventory = read("new-keys.tfstate");
    assert_eq!(addresses(&inventory, A), [r#"module.net["a.b"].module.sg[0].aws_security_group.this["x"]"#]);
    assert_eq!(inventory.groups[A].region.as_deref(), Some("eu-west-1"));
}

#[test]
fn the_provider_may_be_opentofus() {
    let inventory = read("opentofu.tfstate");
    assert_eq!(rules(&inventory, A), [OPEN, "tcp 443 from 10.0.0.0/8"]);
    assert_eq!(carried(&inventory, ONE), [["A"]]);
}

#[test]
fn version_4_may_hold_flat_maps() {
    let inventory = read("attributes-flat.tfstate");
    assert_eq!(addresses(&inventory, A), ["module.old.aws_security_group.app[0]"]);
    assert_eq!(rules(&inventory, A), [OPEN, "tcp 443 from B"]);
    assert_eq!(inventory.groups[A].tags.get("kubernetes.io/cluster/x").map(|value| &**value), Some("owned"));
    assert_eq!(carried(&inventory, "aws_eks_cluster:shop"), [["A", "C"]]);
}

#[test]
fn flat_states_of_all_versions_have_nested_modules_and_counts() {
    let graphs = ["modules-v1.tfstate", "modules-v2.tfstate", "modules-v3.tfstate"].map(|name| {
        let inventory = read(name);
        assert_eq!(arrows(&inventory), ["A -> D: tcp 5432 allowed", "internet -> A: tcp 443 allowed"]);
        let groups =
            ["module.data.module.db.data.aws_security_group.web", "module.web.aws_security_group.web"];
        assert_eq!(addresses(&inventory, A), groups);
        let rule = &inventory.groups[D].rules[0].origins[0];
        assert_eq!(&*rule.address, "module.data.module.db.aws_security_group_rule.web");
        let machine = &inventory.endpoints[TWO];
        assert_eq!(&*machine.origins[0].address, "module.web.aws_instance.web[1]");
        assert_eq!(machine.label(), "web-2");
        graph(&inventory).replace(name, "state")
    });
    assert!(graphs.iter().all(|graph| *graph == graphs[0]));
}

#[test]
fn terraformer_writes_sets_as_lists_and_odd_names() {
    let inventory = read("terraformer-v3.tfstate");
    assert_eq!(rules(&inventory, A), ["all traffic from A", OPEN, "tcp 10250 from B"]);
    let address = "aws_security_group.tfer--k8s.node_sg-0a0a0a0a0a0a0a0a1";
    assert_eq!(addresses(&inventory, A), [address]);
    assert_eq!(
        inventory.groups[A].tags.get("kubernetes.io/cluster/shop").map(|value| &**value),
        Some("owned")
    );
}

#[test]
fn a_cached_remote_state_is_a_state() {
    assert_eq!(rules(&read("remote-cache-v3.tfstate"), A), [OPEN]);
}

#[test]
fn version_3_with_the_list_of_version_4_is_read() {
    assert_eq!(rules(&read("v3-with-v4-list.tfstate"), A), [OPEN]);
}

#[test]
fn show_json_has_nested_modules_with_keys() {
    let inventory = read("show-modules.json");
    assert_eq!(addresses(&inventory, A), [r#"module.web["eu.west"].aws_security_group.this"#]);
    let machine = r#"module.web["eu.west"].module.node[0].aws_instance.this["blue"]"#;
    assert_eq!(&*inventory.endpoints[ONE].origins[0].address, machine);
    assert!(inventory.groups.contains_key(B), "it is tainted, and still there");
    assert!(!inventory.groups.contains_key(C));
    assert_eq!(skipped(&inventory, "deposed objects"), 1);
}

#[test]
fn an_empty_state_is_a_state() {
    let inventory = read("show-empty.json");
    assert_eq!((inventory.tally.files, inventory.groups.len()), (1, 0));
}

#[test]
fn text_may_be_in_utf_16_and_have_a_byte_order_mark() {
    let text = String::from_utf8(bytes("odd-names.tfstate")).unwrap();
    let plain = graph(&read_bytes(text.as_bytes()).unwrap());
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = |mark: &[u8], text: &[u8]| [mark, text].concat();
    let forms = [
        ("UTF-8 with a mark", marked(b"\xEF\xBB\xBF", text.as_bytes())),
        ("UTF-16LE with a mark", marked(b"\xFF\xFE", &little)),
        ("UTF-16BE with a mark", marked(b"\xFE\xFF", &big)),
        ("UTF-16LE", little),
        ("UTF-16BE", big),
        ("lines of Windows", text.replace('\n', "\r\n").into_bytes()),
    ];
    for (form, bytes) in forms {
        assert_eq!(graph(&read_bytes(&bytes).unwrap()), plain, "{form}");
    }
}
