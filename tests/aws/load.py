"""Builds the estates of Terraform states in a moto server on this machine.

    load.py http://127.0.0.1:PORT [ACCOUNT/]REGION=STATE...

Prints {"[ACCOUNT/]REGION": {live id: id in the state}} for VPCs, subnets, groups, rules, machines and
their interfaces. What carries groups and is no instance becomes interfaces as AWS describes them:
moto makes none for load balancers, functions and databases.
"""

import json
import re
import sys

import boto3
from botocore.config import Config

KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=120)


class Estate:
    """One state, on its way into one account and region."""

    def __init__(self, endpoint, place, state):
        account, _, self.region = place.rpartition("/")
        self.ec2 = boto3.client(
            "ec2", region_name=self.region, endpoint_url=endpoint, config=ONCE, **keys(endpoint, account)
        )
        self.live = {}
        self.resources = {}
        for resource in json.load(open(state, encoding="utf-8"))["resources"]:
            attributes = [instance["attributes"] for instance in resource["instances"]]
            self.resources.setdefault(resource["type"], []).extend(attributes)

    def all(self, kind):
        return self.resources.get(kind, [])

    def ids(self, known):
        """The live ids of what the state knows by other ids."""
        return [self.live[one] for one in known]

    def build(self):
        self.network()
        self.groups()
        self.machines()
        self.interfaces()
        return {live: known for known, live in self.live.items()}

    def network(self):
        for vpc in self.all("aws_vpc"):
            made = self.ec2.create_vpc(CidrBlock=vpc["cidr_block"], TagSpecifications=named("vpc", vpc))
            self.live[vpc["id"]] = made["Vpc"]["VpcId"]
        for subnet in self.all("aws_subnet"):
            made = self.ec2.create_subnet(
                VpcId=self.live[subnet["vpc_id"]],
                CidrBlock=subnet["cidr_block"],
                AvailabilityZone=self.region + subnet["availability_zone"][-1],
                TagSpecifications=named("subnet", subnet),
            )
            self.live[subnet["id"]] = made["Subnet"]["SubnetId"]

    def groups(self):
        for group in self.all("aws_security_group"):
            made = self.ec2.create_security_group(
                VpcId=self.live[group["vpc_id"]],
                GroupName=group["name"],
                Description=group["description"],
                TagSpecifications=named("security-group", group),
            )
            self.live[group["id"]] = made["GroupId"]
        for group in self.all("aws_security_group"):
            # EC2 gives a new group an egress rule that the state need not have.
            self.ec2.revoke_security_group_egress(
                GroupId=self.live[group["id"]],
                IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
            )
        for rule, (description, known) in self.rules().items():
            self.authorize(rule, description, known)

    def rules(self):
        """All rules with description and id: each once, though a state may tell it twice."""
        rules = {}

        def add(group, direction, protocol, ports, peers, description, known=None):
            ports = (None, None) if protocol == "-1" else ports
            for peer in peers:
                rule = (group, direction, protocol, *ports, peer)
                told = rules.get(rule, ("", None))
                rules[rule] = (description or told[0], known or told[1])

        for group in self.all("aws_security_group"):
            for direction in ("ingress", "egress"):
                for row in group[direction]:
                    ports = (row["from_port"], row["to_port"])
                    peers = listed(row, group["id"]) + [("group", peer) for peer in row["security_groups"]]
                    add(group["id"], direction, row["protocol"], ports, peers, row["description"])
        for row in self.all("aws_security_group_rule"):
            group, source = row["security_group_id"], row["source_security_group_id"]
            peers = listed(row, group) + ([("group", source)] if source else [])
            ports = (row["from_port"], row["to_port"])
            known = row["security_group_rule_id"]
            add(group, row["type"], row["protocol"], ports, peers, row["description"], known)
        for direction in ("ingress", "egress"):
            for row in self.all(f"aws_vpc_security_group_{direction}_rule"):
                peers = [
                    (kind, row[key])
                    for kind, key in (
                        ("group", "referenced_security_group_id"),
                        ("v4", "cidr_ipv4"),
                        ("v6", "cidr_ipv6"),
                    )
                    if row[key]
                ]
                ports = (row["from_port"], row["to_port"])
                group, known = row["security_group_id"], row["security_group_rule_id"]
                add(group, direction, row["ip_protocol"], ports, peers, row["description"], known)
        return rules

    def authorize(self, rule, description, known):
        group, direction, protocol, first, last, (kind, peer) = rule
        say = {"Description": description} if description else {}
        permission = {"IpProtocol": protocol}
        if first is not None:
            permission.update(FromPort=first, ToPort=last)
        if kind == "group":
            permission["UserIdGroupPairs"] = [{"GroupId": self.live[peer], **say}]
        elif kind == "v4":
            permission["IpRanges"] = [{"CidrIp": peer, **say}]
        else:
            permission["Ipv6Ranges"] = [{"CidrIpv6": peer, **say}]
        authorize = getattr(self.ec2, f"authorize_security_group_{direction}")
        made = authorize(GroupId=self.live[group], IpPermissions=[permission])
        if known:
            self.live[known] = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    def machines(self):
        for machine in self.all("aws_instance"):
            made = self.run(machine, machine["subnet_id"], PrivateIpAddress=machine["private_ip"])
            self.live[machine["id"]] = made["InstanceId"]
            interface = made["NetworkInterfaces"][0]["NetworkInterfaceId"]
            self.live[machine["primary_network_interface_id"]] = interface
        templates = {template["id"]: template for template in self.all("aws_launch_template")}
        for group in self.all("aws_autoscaling_group"):
            template = templates[group["launch_template"][0]["id"]]
            tags = template["tag_specifications"][0]["tags"]
            subnets = group["vpc_zone_identifier"]
            for number in range(group["desired_capacity"]):
                self.run({**template, "tags": tags}, subnets[number % len(subnets)])

    def run(self, machine, subnet, **more):
        made = self.ec2.run_instances(
            ImageId="ami-0a1b2c3d",
            InstanceType="t3.small",
            MinCount=1,
            MaxCount=1,
            SubnetId=self.live[subnet],
            SecurityGroupIds=self.ids(machine["vpc_security_group_ids"]),
            TagSpecifications=named("instance", machine),
            **more,
        )
        return made["Instances"][0]

    def interfaces(self):
        """Interfaces of everything else, with the descriptions that AWS gives them."""
        lists = {
            group["name"]: group["subnet_ids"]
            for kind in ("aws_db_subnet_group", "aws_elasticache_subnet_group")
            for group in self.all(kind)
        }
        for one in self.all("aws_lb"):
            for subnet in one["subnets"]:
                self.interface(subnet, one["security_groups"], f"ELB {one['arn_suffix']}")
        for one in self.all("aws_lambda_function"):
            vpc = one["vpc_config"][0]
            about = f"AWS Lambda VPC ENI-{one['function_name']}-0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f"
            for subnet in vpc["subnet_ids"]:
                self.interface(subnet, vpc["security_group_ids"], about)
        for one in self.all("aws_db_instance"):
            subnet = lists[one["db_subnet_group_name"]][0]
            self.interface(subnet, one["vpc_security_group_ids"], "RDSNetworkInterface")
        for one in self.all("aws_elasticache_replication_group"):
            subnets = lists[one["subnet_group_name"]]
            for subnet, node in zip(subnets, one["member_clusters"]):
                self.interface(subnet, one["security_group_ids"], f"ElastiCache {node}")
        for one in self.all("aws_mq_broker"):
            self.interface(one["subnet_ids"][0], one["security_groups"], "")

    def interface(self, subnet, groups, description):
        self.ec2.create_network_interface(
            SubnetId=self.live[subnet], Groups=self.ids(groups), Description=description
        )


def listed(row, itself):
    """The peers that rows of both older kinds list in the same attributes."""
    if row["prefix_list_ids"]:
        raise SystemExit("no example has prefix lists: teach this script to make them")
    return (
        [("v4", block) for block in row["cidr_blocks"] or []]
        + [("v6", block) for block in row["ipv6_cidr_blocks"] or []]
        + ([("group", itself)] if row["self"] else [])
    )


def named(kind, one):
    tags = [{"Key": key, "Value": value} for key, value in (one["tags"] or {}).items()]
    return [{"ResourceType": kind, "Tags": tags}] if tags else []


def keys(endpoint, account):
    """Credentials of an account: the server's own, or those of a role in another."""
    if not account:
        return KEYS
    sts = boto3.client("sts", region_name="us-east-1", endpoint_url=endpoint, config=ONCE, **KEYS)
    role = f"arn:aws:iam::{account}:role/test"
    given = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def main():
    endpoint, *estates = sys.argv[1:]
    if not re.match(r"http://127\.0\.0\.1:\d+$", endpoint):
        raise SystemExit("only a server on this machine is loaded")
    built = {}
    for estate in estates:
        place, _, state = estate.partition("=")
        built[place] = Estate(endpoint, place, state).build()
    print(json.dumps(built))


if __name__ == "__main__":
    main()
