"""What the AWS CLI prints, in files for sglens: one process for many commands, since its start takes
longer than its work.

    dump.py ENDPOINT FOLDER REGION...

Writes FOLDER/REGION/COMMAND.json, for instance eu-west-1/describe-subnets.json.
"""

import contextlib
import pathlib
import sys

from awscli.clidriver import create_clidriver

# What the README tells people to run.
COMMANDS = [
    "describe-security-groups",
    "describe-security-group-rules",
    "describe-network-interfaces",
    "describe-instances",
    "describe-subnets",
    "describe-vpcs",
    "describe-vpc-peering-connections",
    "describe-managed-prefix-lists",
]


def main():
    endpoint, folder, *regions = sys.argv[1:]
    aws = create_clidriver()
    for region in regions:
        place = pathlib.Path(folder, region)
        place.mkdir(parents=True, exist_ok=True)
        for command in COMMANDS:
            with open(place / f"{command}.json", "w", encoding="utf-8") as file:
                with contextlib.redirect_stdout(file):
                    code = aws.main(["ec2", command, "--region", region, "--endpoint-url", endpoint])
            if code != 0:
                raise SystemExit(f"aws ec2 {command} --region {region} ended with {code}")


if __name__ == "__main__":
    main()
