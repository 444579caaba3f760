#!/usr/bin/env python3
"""Does the command hold, whatever it is given? Whole runs of it, on estates and questions drawn from a seed.

    tests/commands/fuzz.py --seconds 300 --seed 7        cases 7/0, 7/1, … for five minutes
    tests/commands/fuzz.py --only 7/1234                 that one alone; its files are kept

A case is an estate, written as documents of one shape (SHAPES), and a command line. Two of three are then
spoiled: values are gone, doubled, of another type, too large, too long, too deep; keys are doubled; bytes are
cut or changed. A few have hundreds of groups, rules, peers or entries, which multiply. What is a finding:

    the end     a code but 0, 1 and 2; a panic; more time, memory or output than the limits; with code 1 an
                answer, or not one line that begins with `error: `
    texts       what steers terminals or build servers, or is no UTF-8; a secret that is never to be shown
    formats     JSON, CSV or SVG that does not parse; SVG with scripts, handlers or links that nobody asked
                for; DOT whose quotes or braces do not match; Mermaid with directives
    files       an input has changed; `-q` says something; `-o FILE` writes no file, or to stdout too
    order       of each tenth case: another answer the second time, or, of documents that are not spoiled,
                with their resources and files in another order

A finding is a line, and its files are kept in a folder, with a `run.sh` that repeats it by hand. A table ends
the run. The exit code is 2 if there were findings. To add a verb, a flag or a format: a line in VERBS, FLAGS
or ENDS; what the help of the command does not list is left out. A case follows from its name and from these.

This is a developer's tool: CI does not run it. Needs Python 3.9 on Linux, and a release build.
"""
import argparse
import collections
import concurrent.futures
import copy
import csv
import io
import itertools
import json
import os
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import time
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PICTURES, TABLES = ("dot", "svg", "mermaid", "scene"), ("text", "text", "json", "markdown", "csv")
# Format: the end of a file's name.
ENDS = {"text": "txt", "dot": "dot", "mermaid": "mmd", "svg": "svg", "json": "json", "scene": "json",
        "markdown": "md", "csv": "csv"}
# Verb: (the words behind it, its formats).
VERBS = {
    "graph": ((), (*PICTURES, "json")),
    "focus": (("TARGET",), (*PICTURES, *TABLES)),
    "explain": (("TARGET", "TARGET", "PORT"), TABLES),
    "members": (("GROUP",), TABLES),
    "list": ((), TABLES),
}
# The formats that flags are for, and the flags with their values. Capitals stand for a word of the estate.
FLAGS = (
    (tuple(ENDS), {"--depth": ("2", "2", "3", "12", "255", "0", "x"), "--direction": ("in", "both", "both", "up"),
                   "--via": (), "--strict": (), "--quiet": (), "--color": ("always", "always", "never", "auto")}),
    ((*PICTURES, "json"), {"--level": ("endpoint", "endpoint", "group")}),
    (PICTURES, {"--vpc": ("VPC",), "--group": ("GROUP",), "--port": ("PORT",), "--hide-internet": (),
                "--hubs": ("off", "auto", "2", "0", "9" * 20), "--max-nodes": ("1", "0", "5", "100000"),
                "--group-by": ("vpc", "name", "tag:Name", "tag:team", "tag:TEXT"), "--title": ("TEXT",)}),
    (("svg",), {"--theme": ("auto", "light", "dark"), "--embed": ("file", "inline"), "--id-prefix": ("p", "TEXT"),
                "--link-template": ("https://x.example/{id}", 'http://x/?q={id}&a="<', "javascript:{id}")}),
)
# Type in Terraform: the member of AWS's answers, and the names there that are not Terraform's in capitals. `A.B`
# makes an object of a value, and a list of objects of a list.
ANSWERS = {
    "aws_vpc": ("Vpcs", {"id": "VpcId"}),
    "aws_subnet": ("Subnets", {"id": "SubnetId"}),
    "aws_vpc_peering_connection": ("VpcPeeringConnections", {
        "id": "VpcPeeringConnectionId", "vpc_id": "RequesterVpcInfo.VpcId",
        "peer_vpc_id": "AccepterVpcInfo.VpcId", "accept_status": "Status.Code"}),
    "aws_ec2_managed_prefix_list": ("PrefixLists", {"id": "PrefixListId", "name": "PrefixListName"}),
    "aws_security_group": ("SecurityGroups", {
        "id": "GroupId", "name": "GroupName", "ingress": "IpPermissions", "egress": "IpPermissionsEgress",
        "protocol": "IpProtocol", "cidr_blocks": "IpRanges.CidrIp", "ipv6_cidr_blocks": "Ipv6Ranges.CidrIpv6",
        "prefix_list_ids": "PrefixListIds.PrefixListId", "security_groups": "UserIdGroupPairs.GroupId"}),
    "aws_instance": ("Reservations", {
        "id": "InstanceId", "private_ip": "PrivateIpAddress", "public_ip": "PublicIpAddress",
        "vpc_security_group_ids": "SecurityGroups.GroupId", "ipv6_address": "Ipv6Address"}),
    "aws_network_interface": ("NetworkInterfaces", {
        "id": "NetworkInterfaceId", "private_ips": "PrivateIpAddresses.PrivateIpAddress",
        "security_groups": "Groups.GroupId", "public_ip": "Association.PublicIp"}),
    "aws_lb": ("LoadBalancers", {"arn": "LoadBalancerArn", "name": "LoadBalancerName",
                                 "subnets": "AvailabilityZones.SubnetId"}),
    "aws_db_instance": ("DBInstances", {"arn": "DBInstanceArn", "identifier": "DBInstanceIdentifier",
                                        "vpc_security_group_ids": "VpcSecurityGroups.VpcSecurityGroupId"}),
    "aws_lambda_function": ("Functions", {"arn": "FunctionArn"}),
}
STATES = ("v4", "v3", "show", "plan")
SHAPES = (*STATES, "ec2", "ec2 files", "snapshot", "services", "mixed")
# More than this on stdout is for nobody.
OUTPUT = 64 << 20
# What has no order in documents.
ORDERLESS = {"resources", "child_modules", "modules", "resource_changes", *(one for one, _ in ANSWERS.values())}

# A text as JSON and DOT write it.
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
PLAIN = ("web", "db", "cache", "queue", "app-1", "app-2", "log_sender", "Web", "api/v1", "käse", "日本")
HOSTILE = (
    "\x1b[8m\x1b]0;title\x07\x9b31m", "\nerror: forged", "\r\n::error::forged", "::set-output name=x::y",
    "##vso[task.setvariable variable=gate]open", "##[section]x", "\u202e\u2066\u2028\x85", "\u3164\u2800\ufe0f",
    "<script>&\"'`|\\", "\"><svg onload=alert(1)>", "]]>--><!--", "javascript:alert(1)", "\"];}\n}{", "\ud800",
    "\0", "", " ", "*", "a,b;\tc", "=1+1", "|x|", "${x}", "%s", "-o", "internet", "0.0.0.0/0", "10.0.0.1", "::1",
    "group:web", "end", "\nclick n0 call x()", "%%{init: {}}%%", "e" + "\u0301" * 50, "q" * 300, "w" * 100_000,
)
PROTOCOLS = ("tcp", "tcp", "tcp", "tcp", "tcp", "udp", "-1", "icmp", "47", "TCP", "58")
CIDRS = (
    "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/-1", "10.0.0.0/08", "010.0.0.1/32", "0.0.0.0/0", "::/0", "10.0.0.0",
    "::ffff:10.0.0.1/96", "fe80::1%eth0/64", "1.2.3/24", "/", "10.0.0.0/99999999999", "2001:db8::/129", "\n::/0",
)
# JSON that no writer would write: in a document that is not yet a text, `@raw:N@` stands for it.
RAW = (
    "1e400", "-1e999", "443.5", "-0", "1e30", "18446744073709551616", "9" * 400, "NaN", '"\\ud800"', '"\\u0000"',
    "[" * 120 + "]" * 120, "[" * 100_000 + "]" * 100_000, '{"a":' * 5000 + "1" + "}" * 5000, '{"a":1,"a":2}', "",
)
ODD = (None, True, 0, -1, -2, 65536, 1 << 40, -(1 << 70), 1.5, "", "0", "443", [], {}, [[]], [None], {"id": {}})


class Dice(random.Random):
    """Random choices that follow from a text."""

    def maybe(self, chance):
        """Tells whether something happens that has this chance."""
        return self.random() < chance

    def few(self, most):
        """A number from 1 to `most`, and rather a small one."""
        return int(max(1, most) ** self.random())

    def some(self, items, most=3):
        """Some of a list, perhaps none."""
        return self.sample(items, min(len(items), self.randint(0, most)))


# ---------------------------------------------------------------------------------------------------
# Estates, and the shapes of documents


def draw_estate(dice, is_inline):
    """Draws Terraform's resources: (type, attributes). Ids are unique, so that their order means nothing."""
    wild, big, found = dice.choice((0, 0, 0, 0.02, 0.2)), dice.maybe(0.05), []

    def text(plain=None, chance=wild):
        number = "" if dice.maybe(0.15) else f"-{dice.randrange(99)}"
        plain = dice.choice(PLAIN) + number if plain is None else plain
        return plain + dice.choice(HOSTILE) if dice.maybe(chance) else plain

    def ids(kind, count):
        return [text(f"{kind}-{n:017x}", wild / 4) for n in range(count)]

    def add(kind, own_id, **attributes):
        tags = {"Name": text(), "team": dice.choice(PLAIN)}
        found.append(("aws_" + kind, {"id": own_id, "description": text(), "tags": tags, **attributes}))

    def address(n):
        return f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"

    vpcs, subnets = ids("vpc", dice.randint(1, 3)), ids("subnet", dice.randint(1, 4))
    lists, groups = ids("pl", dice.randint(0, 2)), ids("sg", dice.few(400 if big else 9))
    for n, vpc in enumerate(vpcs):
        add("vpc", vpc, cidr_block=f"10.{n}.0.0/16")
        status = dice.choice(("active", "active", "pending-acceptance"))
        add("vpc_peering_connection", f"pcx-{n}", vpc_id=vpc, peer_vpc_id=vpcs[n - 1], accept_status=status)
    for n, subnet in enumerate(subnets):
        add("subnet", subnet, cidr_block=f"10.{n % 3}.{n}.0/24", vpc_id=dice.choice(vpcs))
    for one in lists:
        cidrs = [f"{address(n)}/32" for n in range(dice.few(10_000 if big else 5))]
        add("ec2_managed_prefix_list", one, name=text(), entry=[{"cidr": cidr} for cidr in cidrs], cidrs=cidrs)
    # Some thousands of peers in all: in a rule of hundreds, or in hundreds of rules.
    rules, machines = dice.few(3000 // len(groups)) if big else 3, dice.few(2000) if big else dice.randint(1, 9)
    peers = dice.few(9000 // rules // len(groups)) if big else 3
    own = [f"{address(dice.randint(1, machines + 1))}/32" for _ in range(2 * peers)]
    known = {"cidr_blocks": ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24", *own],
             "ipv6_cidr_blocks": ["::/0", "2001:db8::/32"], "prefix_list_ids": [*lists, "pl-0f0f0f0f"],
             "security_groups": [*groups, "sg-0f0f0f0f", "111122223333/sg-0e0e0e0e"]}
    singles = dict(zip(known, ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")))
    for group in groups:
        everywhere = {**dict.fromkeys(known, []), "self": False, "description": text(), "protocol": "-1",
                      "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}
        inline = {"ingress": [], "egress": [everywhere] * dice.maybe(0.7)}
        style = "inline" if is_inline else dice.choice("iils")
        for n in range(rules if big else dice.randint(0, rules)):
            low, high = dice.choice(((22, 22), (443, 443), (0, 65535), (8000, 8100), (n, n), (9, 5), (-1, 0)))
            ports, protocol = {"from_port": low, "to_port": high}, dice.choice(PROTOCOLS)
            way = dice.choice(("ingress", "ingress", "egress"))
            drawn = dice.sample(list(known), dice.choice((1, 1, 1, 2)))
            rule = {key: dice.some(known[key], peers) if key in drawn else [] for key in known}
            if style == "l":
                rule["source_security_group_id"] = (rule.pop("security_groups") or [None])[0]
                rule.update(ports, type=way, protocol=protocol)
                add("security_group_rule", f"sgr-{group}-{n}", security_group_id=group, **rule)
            elif style == "s":
                for key, peer in [(key, peer) for key in known for peer in rule[key][:2]]:
                    add(f"vpc_security_group_{way}_rule", f"sgr-{group}-{n}-{peer}", security_group_id=group,
                        ip_protocol=protocol, **ports, **{singles[key]: peer})
            else:
                rest = {"protocol": protocol, "self": dice.maybe(0.1), "description": text()}
                inline[way].append({**ports, **rule, **rest})
        add("security_group", group, name=text(), vpc_id=dice.choice(vpcs), **inline)
    has_addresses = dice.maybe(0.85)
    for n, one in enumerate(ids("i", machines)):
        own, subnet = dice.some(groups + ["sg-0f0f0f0f"] * (n % 5 == 4)), dice.choice(subnets)
        own = own or groups[: dice.maybe(0.8)]
        at = address(n + 1) if has_addresses else None
        public = f"198.51.100.{n}" if n in range(0, 256, 3) else None
        arn, eni = f"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/{one}/1", f"eni-{n}"
        kinds = {
            "instance": {"private_ip": at, "vpc_security_group_ids": own, "primary_network_interface_id": eni},
            "network_interface": {"private_ips": [at] * has_addresses, "security_groups": own, "id": eni,
                                  "description": f"ELB app/{text()}/1", "requester_managed": n % 2 == 0},
            "lb": {"id": arn, "name": text(), "security_groups": own, "subnets": [subnet]},
            "db_instance": {"identifier": f"{text()}{n}", "vpc_security_group_ids": own},
            "lambda_function": {"function_name": f"{text()}{n}", "vpc_config": [{"security_group_ids": own}]},
            "launch_template": {"name": text(), "vpc_security_group_ids": own},
            "autoscaling_group": {"name": text(), "launch_template": [{"id": f"lt-{n}", "version": "$Latest"}]},
        }
        kind = dice.choice([*kinds, "instance", "instance"])
        add(kind, one, **{"arn": arn, "subnet_id": subnet, "public_ip": public,
                     "ipv6_address": f"2001:db8::{n:x}", **kinds[kind]})
        if kind == "autoscaling_group":
            add("launch_template", f"lt-{n}", name=text(), vpc_security_group_ids=own)
    return found


def flat(value, path=""):
    """Attributes as states before version 4 have them: pairs of texts."""
    if isinstance(value, (dict, list)):
        if path:
            yield f"{path}.{'%' if isinstance(value, dict) else '#'}", str(len(value))
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from flat(item, f"{path}.{key}".lstrip("."))
    elif value is not None:
        yield path, value if isinstance(value, str) else json.dumps(value)


def terraform(shape, resources, dice):
    """A state of version 4 or 3, `terraform show -json`, or a plan in which some resources are new: their ids,
    and what holds these, are only known after apply."""
    found, inner, changes, configured = [], [], [], []
    old = [{"path": path, "outputs": {}, "resources": {}} for path in (["root"], ["root", "app"])]
    names = {attributes["id"]: f"{kind}.r{n}" for n, (kind, attributes) in enumerate(resources)}
    new = {json.dumps(one): one for one in names if shape == "plan" and dice.maybe(0.4)}
    for n, (kind, attributes) in enumerate(resources):
        # References are within a module: all of a plan is in the outermost.
        module = "module.app" if n % 4 == 3 and shape != "plan" else ""
        index = ({}, {}, {"index": 0}, {"index": "key"})[n // 4 % 4]
        head = {"mode": "managed", "type": kind, "name": f"r{n}"}
        if shape == "v4":
            instance = {**{"index_key": key for key in index.values()}, "attributes": attributes}
            found.append({**head, **({"module": module} if module else {}), "instances": [instance]})
            continue
        if shape == "v3":
            primary = {"id": attributes["id"], "attributes": dict(flat(attributes))}
            key = f"{kind}.r{n}" + ".0" * len(index)
            old[bool(module)]["resources"][key] = {"type": kind, "primary": primary}
            continue
        texts = {key: STRING.findall(json.dumps(value)) for key, value in attributes.items()}
        unknown = {key: [names[new[one]] for one in texts[key] if one in new] for key in texts}
        known = {key: value for key, value in attributes.items() if not unknown[key]}
        keys = "".join(f"[{json.dumps(key)}]" for key in index.values())
        head.update(index, address=f"{module}.{kind}.r{n}{keys}".lstrip("."))
        (inner if module else found).append({**head, "values": known})
        action, before = ("create", None) if unknown["id"] else ("no-op", attributes)
        change = {"after": known, "after_unknown": {key: True for key in unknown if unknown[key]}}
        changes.append({**head, "change": {"actions": [action], "before": before, **change}})
        configured.append({**head, "address": f"{kind}.r{n}", "expressions": {
            key: {"references": [f"{one}.id" for one in there] + there}
            for key, there in unknown.items() if there and key != "id"}})
    if shape in ("v4", "v3"):
        rest = {"outputs": {}, "resources": found} if shape == "v4" else {"modules": old}
        return {"version": int(shape[1]), "terraform_version": "1.9.0", "serial": 1, "lineage": "l", **rest}
    children = [{"address": "module.app", "resources": inner}]
    root = {"outputs": {}, "root_module": {"resources": found, "child_modules": children}}
    if shape == "show":
        return {"format_version": "1.0", "terraform_version": "1.9.0", "values": root}
    return {"format_version": "1.2", "terraform_version": "1.9.0", "variables": {}, "planned_values": root,
            "resource_changes": changes, "configuration": {"root_module": {"resources": configured}}}


def answer(value, names):
    """Attributes of Terraform as AWS answers them."""
    if not isinstance(value, dict):
        return [answer(item, names) for item in value] if isinstance(value, list) else value
    made = {}
    for key, item in value.items():
        outer, _, inner = names.get(key, key.title().replace("_", "")).partition(".")
        if key == "tags":
            made["Tags"] = made["TagSet"] = [{"Key": name, "Value": text} for name, text in item.items()]
        elif inner:
            made[outer] = [{inner: one} for one in item] if isinstance(item, list) else {inner: item}
        else:
            made[outer] = answer(item, names)
    return made


def documents_of(shape, resources, dice):
    """The documents of an estate in one shape."""
    if shape == "mixed":
        is_net = [bool(re.search("vpc|subnet|security_group|list", kind)) for kind, _ in resources]
        halves = [[one for one, is_one in zip(resources, is_net) if is_one == which] for which in (True, False)]
        shapes = dice.choices(("v4", "v3", "show", "ec2", "services"), k=2)
        return [made for one, half in zip(shapes, halves) for made in documents_of(one, half, dice)]
    if shape in STATES:
        return [terraform(shape, resources, dice)]
    found = {"SecurityGroups": []}
    for kind, attributes in resources:
        member, names = ANSWERS.get(kind, ("", {}))
        if member and (shape == "services" or kind not in ("aws_lb", "aws_db_instance", "aws_lambda_function")):
            made = answer(attributes, names)
            found.setdefault(member, []).append({"Instances": [made]} if member == "Reservations" else made)
    if shape == "snapshot":
        region = {"account": "111122223333", "region": "eu-west-1", **found}
        return [{"sglens_snapshot": 1, "regions": [region]}]
    return [found] if shape == "ec2" else [{key: found[key]} for key in found]


# ---------------------------------------------------------------------------------------------------
# Spoiling, canaries, order


def slots(value):
    """All places of a document, from the outermost inwards: (container, key)."""
    found, todo = [], [value]
    for here in todo:
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        found += [(here, key) for key in keys]
        todo += [here[key] for key in keys]
    return found


def spoil(document, dice):
    """Changes some places of a document."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        # Some changes are for one type of value, and the outermost places matter most.
        places, wanted = slots(document), dice.choice((object, object, str, list, int))
        fitting = [place for place in places if isinstance(place[0][place[1]], wanted)] or places
        if not places:
            return
        here, key = fitting[dice.few(len(fitting)) - 1] if dice.maybe(0.05) else dice.choice(fitting)
        other, another = dice.choice(places)
        value, other, kind = here[key], copy.deepcopy(other[another]), dice.randrange(8)
        if wanted is str and isinstance(value, str) and kind < 6:
            is_address = re.fullmatch(r"[0-9a-f:.]+(/\d+)?", value) and dice.maybe(0.8)
            here[key] = dice.choice(CIDRS) if is_address else dice.choice(("", value)) + dice.choice(HOSTILE)
        elif wanted is list and isinstance(value, list) and kind < 5:
            # Lists that are many times as long make products.
            text = json.dumps(document)
            size = len(text) + text.count("@raw:") * len(max(RAW, key=len))
            times = min(1 + dice.few(3000), 1 + 400_000 // size)
            here[key] = [copy.deepcopy(item) for _ in range(times) for item in value]
        elif kind == 0:
            del here[key]
        elif kind in (1, 2):
            here[key] = other if kind == 1 else value[0] if isinstance(value, list) and value else [value]
        elif kind == 3:
            here[key] = f"@raw:{dice.randrange(len(RAW))}@"
        elif kind == 4 and isinstance(here, dict):
            # A key twice: the other value stands before it or behind it.
            items = dice.sample([(key, value), (f"{key}@twice", dice.choice((other, "x", [])))], 2)
            items += [(name, item) for name, item in here.items() if name != key]
            here.clear()
            here.update(items)
        elif kind == 5 and isinstance(here, dict):
            here[dice.choice(("id", "name", "type", "tags", "x", key.upper(), ""))] = here.pop(key)
        else:
            here[key] = copy.deepcopy(dice.choice(ODD))


def plant(document, canary):
    """Puts canaries where nothing is ever shown, and into a tag, which JSON alone shows."""
    for here in [document] + [here[key] for here, key in slots(document)]:
        here = here if isinstance(here, dict) else {}
        for inner in map(here.get, ("attributes", "values", "after", "before")):
            if isinstance(inner, dict) and "root_module" not in inner:
                inner.update(dict.fromkeys(("user_data", "password", "master_password", "auth_token"), canary))
        if {"InstanceId", "GroupId", "DBInstanceArn", "FunctionName", "LoadBalancerArn"} & here.keys():
            here.update(UserData=canary, MasterUserPassword=canary, Environment={"Variables": {"TOKEN": canary}})
        for key, secret in (("outputs", {"value": canary, "sensitive": True}), ("variables", {"value": canary}),
                            ("expressions", {"constant_value": canary}), ("tags", canary + "tag")):
            if isinstance(here.get(key), dict):
                here[key]["secret"] = secret
        if isinstance(here.get("Tags"), list):
            here["Tags"].append({"Key": "secret", "Value": canary + "tag"})


def reordered(value, dice, key=None):
    """The same document in another order, where none is meant."""
    if not isinstance(value, (dict, list)):
        return value
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    if key in ORDERLESS:
        dice.shuffle(items)
    items = [(name, reordered(item, dice, name)) for name, item in items]
    return dict(items) if isinstance(value, dict) else [item for _, item in items]


def to_bytes(document, dice, is_spoiled):
    """A document as a file holds it."""
    text = json.dumps(document, indent=dice.choice((None, 2)), ensure_ascii=dice.maybe(0.5))
    text = re.sub(r'"@raw:(\d+)@"', lambda found: RAW[int(found.group(1))], text.replace('@twice"', '"'))
    data = text.encode(dice.choice(("utf-8",) * 12 + ("utf-8-sig", "utf-16")), "surrogatepass")
    if not is_spoiled or dice.maybe(0.9):
        return data
    at, to = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return dice.choice((
        data[:at], data[:at] + data[to:], data[:to] + data[at:to][:1000] + data[to:], data + data, b"{}" + data,
        data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :], data[:at] + b"\xff" + data[at:], data + b"]"))


# ---------------------------------------------------------------------------------------------------
# Cases


class Case:
    """The documents of a run and its command line. What the command does not know is drawn all the same, and
    then left out: a case stays what it is when the command learns something."""

    def __init__(self, name, helps):
        self.name, dice = name, Dice(name)
        self.canary, self.shape = f"canary{dice.getrandbits(64):016x}", dice.choice(SHAPES)
        resources = draw_estate(dice, self.shape not in STATES)
        self.documents = copy.deepcopy(documents_of(self.shape, resources, dice))
        # What a user may ask about.
        self.words = {"TARGET": ["internet", "*"], "GROUP": [], "VPC": [],
                      "PORT": ["443", "22", "tcp/443", "udp/53", "icmp", "8000-8100", "all"], "TEXT": HOSTILE}
        there = set(STRING.findall(json.dumps(self.documents)))
        for n, (kind, attributes) in enumerate(resources):
            of = {"aws_security_group": "GROUP", "aws_vpc": "VPC"}.get(kind, "TARGET")
            keys = ("id", "name", "identifier", "function_name", "private_ip")
            texts = [attributes.get(key) for key in keys] + [attributes["tags"]["Name"]]
            if kind in ANSWERS and kind not in ("aws_subnet", "aws_vpc_peering_connection"):
                self.words[of] += [text for text in texts if text and json.dumps(text) in there]
                self.words[of] += [f"{kind}.r{n}"] * (self.shape in STATES)
        self.words["TARGET"] += self.words["GROUP"]
        self.is_spoiled = dice.maybe(0.67)
        for document in dice.sample(self.documents, dice.few(len(self.documents))) if self.is_spoiled else ():
            spoil(document, dice)
        for document in self.documents:
            plant(document, self.canary)
        where, end = dice.choice(("./", "./", "./", "in/", "-")), dice.choice((".tfstate", ".json", ".json"))
        base = dice.choice(("##vso[x]", "\x1b[8m", "::error::x", "\u202e", "-", "a b") + ("a",) * 24)
        self.files = [f"{'in/' * (where == 'in/')}{base}{n}{end}" for n in range(len(self.documents))]
        self.inputs = ["in"] if where == "in/" else [f"./{file}" for file in self.files]
        self.inputs[:1] = ["-"] if where == "-" else self.inputs[:1]
        self.inputs += [dice.choice((self.inputs[0], "none.json", "/dev/null", ""))] if dice.maybe(0.02) else []
        self.verb = next(verb for verb in dice.sample(list(VERBS), len(VERBS)) if verb in helps)
        words, formats = VERBS[self.verb]
        formats, is_any = list(ENDS) if dice.maybe(0.04) else formats, dice.maybe(0.04)
        self.format = next(one for one in dice.sample(formats, len(formats)) if f"- {one}: " in helps[self.verb])
        arguments = [self._word(kind, dice) for kind in words if kind != "PORT" or dice.maybe(0.6)]
        self.flags = {}
        for apt, flag, values in [(apt, *item) for apt, flags in FLAGS for item in flags.items()]:
            is_given, value = dice.maybe(0.13), dice.choice(values or (None,))
            value = value and re.sub("[A-Z]{3,}", lambda kind: self._word(kind.group(), dice), value)
            is_given &= self.format in apt or is_any
            if is_given and re.search(rf"{flag}(?![\w-])", helps[self.verb]):
                self.flags[flag] = value
        arguments += [flag if value is None else f"{flag}={value}" for flag, value in self.flags.items()]
        self.output = dice.choice(("out.", "out.", "out.", "\x1b[8m.", "none/out.")) + ENDS[self.format]
        self.output = ([self.files[0]] + [self.output] * 20)[dice.randrange(20)] if dice.maybe(0.2) else None
        self.is_check = dice.maybe(0.3) and self.output is not None
        options = ["-f", self.format] + (["-o", self.output] if self.output else []) + ["--check"] * self.is_check
        self.arguments = [self.verb, *arguments, *options]

    def _word(self, kind, dice):
        """A word of a kind; now and then a pattern, another spelling, or one that makes no sense."""
        one = dice.choice(HOSTILE if dice.maybe(0.03) else self.words[kind] or HOSTILE)
        if kind not in ("GROUP", "TARGET") or dice.maybe(0.8):
            return one
        forms = ["{}", "group:{}", "vpc:" + dice.choice(self.words["VPC"]) + "/{}", "id:{}", "{}x"]
        forms += [*CIDRS, "{}*", "?{}", "resource:{}", "instance:{}", "outside:{}", "tag:Name={}", "tag:team=web",
                  "10.0.0.0/8", "10.0.0.1", "192.0.2.7", "2001:db8::1", "eni-1"] * (kind == "TARGET")
        form = dice.choice(forms)
        return form.replace("{}", one[:3] if "*" in form else one)

    def write(self, folder, in_other_order=False):
        """Writes the files anew, into an empty folder; returns the arguments."""
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(os.path.join(folder, "in"))
        dice, inputs, self.contents = Dice(f"{self.name} order"), list(self.inputs), {}
        for n, (file, document) in enumerate(zip(self.files, self.documents)):
            document = reordered(document, dice) if in_other_order else document
            self.contents[file] = to_bytes(document, Dice(f"{self.name} {n}"), self.is_spoiled)
        if self.is_check and self.output.startswith("out"):
            self.contents[self.output] = b"stale\n"
        for file, data in self.contents.items():
            with open(os.path.join(folder, file), "wb") as opened:
                opened.write(data)
        inputs = dice.sample(inputs, len(inputs)) if in_other_order else inputs
        return [text.replace("\0", "").encode("utf-8", "surrogatepass") for text in self.arguments + inputs]


# ---------------------------------------------------------------------------------------------------
# Running and checking

Ran = collections.namedtuple("Ran", "code out written err seconds memory")
STEERING = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
# What GitHub Actions and Azure Pipelines obey; `::1` and `::/0` are addresses.
OBEYED = re.compile(r"(?im)^\s*::[\w-]*(?: .*)?::|##vso\[|##\[")


def run(case, arguments, folder, options):
    """Runs the command in the folder. The code is negative after a signal, and `late` after the time limit."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (options.memory << 20, options.memory << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def opened(name, mode="wb"):
        return open(os.path.join(folder, name), mode)

    command, given = [os.fsencode(options.binary), *arguments], case.files[0] if b"-" in arguments else os.devnull
    with opened("run.sh") as script:
        words = [os.fsencode(shlex.quote(os.fsdecode(part))) for part in [*command, os.fsencode(given)]]
        script.write(b'cd "$(dirname "$0")" || exit\n' + b" ".join([*words[:-1], b"<", words[-1]]) + b"\n")
    with opened(given, "rb") as stdin, opened("stdout") as out, opened("stderr") as err:
        process = subprocess.Popen(command, cwd=folder, env={"LC_ALL": "C.UTF-8"}, stdin=stdin, stdout=out,
                                   stderr=err, preexec_fn=limit)
        begun = time.monotonic()
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.setitimer(signal.ITIMER_REAL, options.timeout)
        _, status, usage = os.wait4(process.pid, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        seconds = time.monotonic() - begun
    process.returncode = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
    read = []
    for name in ("stdout", case.output or "none", "stderr"):
        is_file = os.path.isfile(os.path.join(folder, name))
        with opened(name if is_file else os.devnull, "rb") as file:
            read.append(file.read(OUTPUT + 1) if is_file else None)
    code = "late" if seconds >= options.timeout else process.returncode
    # A process begins as a copy of this one: its memory is never less than that of this script.
    return Ran(code, *read, seconds, usage.ru_maxrss >> 10)


def faults(case, ran, folder):
    """All that is wrong with a run."""
    err, is_written = ran.err.decode(errors="replace"), ran.written not in (None, case.contents.get(case.output))
    errors = len(re.findall("(?m)^error: ", err))
    if ran.code not in (0, 1, 2) or "panicked" in err or len(ran.out) > OUTPUT:
        yield f"ends with {ran.code} after {ran.seconds:.1f} s and {len(ran.out)} bytes: {err[-300:]!r}"
        return
    if ran.code == 1 and (ran.out or is_written or errors != 1):
        yield "fails, and has an answer" if errors == 1 else f"fails with {errors} lines of `error: `"
    elif ran.code != 1 and (errors or err and "--quiet" in case.flags):
        yield f"says on stderr what it should not: {err[-300:]!r}"
    elif ran.code != 1 and case.output and (ran.out or (is_written if case.is_check else ran.written is None)):
        yield "does not write where `-o` and `--check` say"
    for file in case.files:
        with open(os.path.join(folder, file), "rb") as opened:
            if opened.read() != case.contents[file]:
                yield f"an input has changed: {file!r}"
    answer = ran.written if is_written else ran.out
    for name, data in (("stderr", ran.err), ("the answer", answer)):
        text = data.decode(errors="surrogateescape")
        plain = re.sub("\x1b\\[[0-9;]*m", "", text) if case.flags.get("--color") == "always" else text
        secret = text.lower().replace(case.canary + "tag", "") if case.format == "json" else text.lower()
        looked = {"no UTF-8": re.search("[\ud800-\udfff]", text), "a secret": re.search(case.canary, secret),
                  "characters that steer": STEERING.search(plain), "a command": OBEYED.search(plain)}
        for what, found in looked.items():
            if found:
                yield f"{name} has {what}: {found.string[max(0, found.start() - 60) : found.end() + 20]!r}"
    try:
        found = format_fault(case, answer.decode(errors="replace")) if answer and ran.code != 1 else None
    except (ValueError, csv.Error, xml.etree.ElementTree.ParseError) as error:
        found = f"does not parse: {error}"
    if found:
        yield f"{case.format}: {found}"


def format_fault(case, text):
    """What is wrong with an answer in its format; or it does not parse, and an error is raised."""
    def once(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError(f"doubled keys among {[key for key, _ in pairs][:20]}")

    if case.format in ("json", "scene"):
        # A number that is none (`NaN`) is no number in base 10 either.
        json.loads(text, object_pairs_hook=once, parse_constant=int)
    elif case.format == "csv":
        widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)}
        return "rows of different widths" if len(widths) > 1 else None
    elif case.format == "dot":
        rest = STRING.sub("", re.sub("(?m)^//.*", "", text))
        return "quotes or braces do not match" if '"' in rest or rest.count("{") != rest.count("}") else None
    elif case.format == "mermaid":
        found = re.search(r"(?mi)^\s*(click\b|href\b|%%\{|---).*", text)
        return f"a directive: {found.group()[:100]!r}" if found else None
    elif case.format == "svg":
        link = (case.flags.get("--link-template") or "#").partition("{")[0]
        for element in xml.etree.ElementTree.fromstring(text).iter():
            names = {name.rpartition("}")[2].lower(): value for name, value in element.attrib.items()}
            addresses = [names[name] for name in ("href", "src") if name in names]
            if (element.tag.rpartition("}")[2] in ("script", "foreignObject", "iframe", "image", "animate", "set")
                    or any(name.startswith("on") for name in names)
                    or not all(address.startswith((link, "#")) for address in addresses)):
                return f"scripts, handlers or links: {element.tag} {names}"
    return None


def try_out(name, helps, options):
    """Tries one case; returns what the table says of it, and the findings as lines."""
    case, folder = Case(name, helps), os.path.join(options.keep, name.replace("/", "-"))
    arguments = case.write(folder)
    ran = run(case, arguments, folder, options)
    found = list(faults(case, ran, folder))
    if not found and (int(name.partition("/")[2]) % 10 == 0 or options.only):
        # Files in another order have other names: an output that was an input may be none.
        for is_other, parts in ((False, 4), (True, 3))[: 1 if case.is_spoiled or ran.code == 1 else 2]:
            again = run(case, case.write(folder, is_other), folder, options)
            if not found and again[:parts] != ran[:parts]:
                found = [f"answers otherwise {'in another order' if is_other else 'the second time'}"]
    if found or options.only:
        # What is kept is the case itself, and not its other order.
        run(case, case.write(folder), folder, options)
    else:
        shutil.rmtree(folder)
    line = " ".join(shlex.quote(os.fsdecode(part)) for part in arguments).encode("unicode_escape").decode()[:300]
    lines = [f"{name}  {line}  {reason}  → {os.path.relpath(folder)}\n" for reason in found]
    return case.verb, case.shape, str(ran.code), ran.seconds, ran.memory, name, lines


def main():
    """Tries cases until the time is over, and counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=os.path.join(ROOT, "target", "release", "sglens"), metavar="PATH")
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="how long to go on (60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="what the cases follow from (1)")
    parser.add_argument("--only", metavar="SEED/NUMBER", help="try this case alone, and keep its files")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="how many at a time (1)")
    parser.add_argument("--timeout", type=float, default=20, metavar="SECONDS", help="how long a run may be (20)")
    parser.add_argument("--memory", type=int, default=2048, metavar="MIB", help="its address space (2048)")
    parser.add_argument("--keep", default=os.path.join(ROOT, "target", "commands-fuzz"), metavar="DIR")
    options = parser.parse_args()
    options.keep, options.binary = os.path.abspath(options.keep), os.path.abspath(options.binary)
    helps = {}
    for verb in VERBS:
        asked = subprocess.run([options.binary, verb, "--help"], capture_output=True, text=True, check=False)
        helps.update({verb: asked.stdout} if asked.returncode == 0 else {})
    names = iter([options.only]) if options.only else (f"{options.seed}/{n}" for n in itertools.count())
    end, runs, waiting = time.monotonic() + options.seconds, [], set()
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        while True:
            for name in itertools.islice(names, 2 * options.jobs - len(waiting) if time.monotonic() < end else 0):
                waiting.add(pool.submit(try_out, name, helps, options))
            if not waiting:
                break
            done, waiting = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
            for one in done:
                runs.append(one.result())
                print("".join(runs[-1][-1]), end="", flush=True)
    codes, counts = sorted({one[2] for one in runs}), collections.Counter()
    for verb, shape, code, *_ in runs:
        counts.update([(f"verb   {verb}", code), (f"shape  {shape}", code)])
    print(f"\n{'exit code':20}" + "".join(f"{code:>8}" for code in codes))
    for row in sorted({row for row, _ in counts}, reverse=True):
        print(f"{row:20}" + "".join(f"{counts[row, code]:8}" for code in codes))
    slowest, largest = max(runs, key=lambda one: one[3]), max(runs, key=lambda one: one[4])
    findings = sum(len(one[-1]) for one in runs)
    if options.only:
        print(f"files: {os.path.join(options.keep, options.only.replace('/', '-'))}")
    print(f"\n{len(runs)} cases, {findings} findings; longest {slowest[3]:.2f} s ({slowest[5]}), "
          f"largest {largest[4]} MiB ({largest[5]})")
    return 2 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
