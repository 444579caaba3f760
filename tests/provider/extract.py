#!/usr/bin/env python3
"""Lists where resources and data sources of the Terraform AWS provider name security groups.

The schema comes from the PyPI package cdktn-provider-aws, which follows the provider's releases: its
wheel (70 MB) holds a jsii manifest, one JSON document with a class for each resource type and for
each nested block. Nothing of the package is installed or run. Takes 10 seconds and 1 GB of memory.

Prints one line for each attribute, sorted: type, path, and "resource" or "data". A path is attribute
names joined with dots; lists, sets and maps of blocks are stepped through by themselves.

    python3 extract.py >paths.tsv                          # the newest version, by `pip download`
    python3 extract.py --package cdktn-provider-aws==25.8.1 >paths.tsv
    python3 extract.py --package cdktn-provider-awscc >awscc.tsv
    python3 extract.py FILE.whl >paths.tsv                 # or FILE.tar.gz
"""

import argparse
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

WANTED = re.compile(r"security_?group")
ROOTS = {"TerraformResource": "resource", "TerraformDataSource": "data"}
# "Represents a {@link https://…/hashicorp/aws/6.63.0/docs/resources/eks_cluster aws_eks_cluster}."
ROOT_DOC = re.compile(r"/(\w+/[\d.]+)/docs/[\w-]+/\w+ (\w+)\}")
# "Docs at Terraform Registry: {@link https://…/docs/resources/eks_cluster#vpc_config EksCluster#vpc_config}"
NAME_DOC = re.compile(r"#\w+ \w+#(\w+)\}")

Json = dict[str, Any]


def download(package: str, folder: str) -> Path:
    """Downloads a package and returns its file."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, package]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return next(Path(folder).iterdir())


def read_manifest(package: Path) -> Json:
    """Reads the jsii manifest of a wheel or of a source distribution."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
            with wheel.open(name) as file:
                return read_inner_manifest(file)
    with tarfile.open(package) as source:
        member = next(member for member in source if member.name.endswith(".jsii.tgz"))
        return read_inner_manifest(source.extractfile(member))


def read_inner_manifest(file: BinaryIO) -> Json:
    """Reads the manifest of the npm package that a Python package holds."""
    with tarfile.open(fileobj=file, mode="r|gz") as package:
        for member in package:
            if member.name.endswith("/.jsii"):
                return json.load(package.extractfile(member))
    raise SystemExit("the package has no jsii manifest")


class Schema:
    """The classes of a manifest, read as resource types, blocks and attributes."""

    def __init__(self, manifest: Json) -> None:
        self.types: Json = manifest["types"]
        # Not every name can be converted back: `self` is `selfAttribute`. The documentation has the names.
        self.documented: dict[str, str] = {}
        for kind in self.types.values():
            for item in kind.get("properties", []):
                docs = item.get("docs", {})
                name = NAME_DOC.search(docs.get("summary", "") + docs.get("remarks", ""))
                if name:
                    self.documented[item["name"]] = name[1]

    def roots(self) -> Iterator[tuple[str, str, str, Json]]:
        """Yields each type: the provider with its version, the name, "resource" or "data", the class."""
        for kind in self.types.values():
            origin = ROOTS.get(self.base(kind))
            if origin:
                provider, name = ROOT_DOC.search(kind["docs"]["summary"]).groups()
                yield provider, name, origin, kind

    def paths(self, kind: Json, before: str = "", outer: tuple[str, ...] = ()) -> Iterator[str]:
        """Yields the paths of all attributes and blocks of a class, at any depth.

        A block that may hold itself, such as a statement of aws_wafv2_web_acl_rule, is not entered again.
        """
        items = {item["name"]: item for item in kind.get("properties", []) if not item.get("static")}
        for name, item in items.items():
            # Beside the attribute `x` there is `xInput`, its value as configured.
            if name == "internalValue" or (name.endswith("Input") and name[: -len("Input")] in items):
                continue
            path = before + self.terraform_name(name)
            yield path
            block = self.block(item["type"])
            if block and block["fqn"] not in outer:
                yield from self.paths(block, path + ".", (*outer, block["fqn"]))

    def terraform_name(self, name: str) -> str:
        """Returns the name of an attribute in Terraform: `vpc_config` of `vpcConfig`."""
        return self.documented.get(name) or re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)

    def block(self, reference: Json) -> Json:
        """Returns the class of a nested block that a property holds: one, a list, a set or a map."""
        kind = self.types.get(reference.get("fqn"), {})
        if self.base(kind) in ("ComplexList", "ComplexMap"):
            get = next(method for method in kind["methods"] if method["name"] == "get")
            return self.block(get["returns"]["type"])
        return kind if self.base(kind) == "ComplexObject" else {}

    @staticmethod
    def base(kind: Json) -> str:
        """Returns the name of a class's base class without its package."""
        return kind.get("base", "").rpartition(".")[2]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, help="wheel or source distribution to read")
    parser.add_argument("--package", default="cdktn-provider-aws", help="what to download without a file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        manifest = read_manifest(options.file or download(options.package, folder))
    schema = Schema(manifest)
    lines, providers = set(), set()
    for provider, name, origin, kind in schema.roots():
        providers.add(provider)
        paths = (path for path in schema.paths(kind) if WANTED.search(path.rpartition(".")[2]))
        lines.update(f"{name}\t{path}\t{origin}" for path in paths)
    print(
        f"# Attributes that name security groups, of the Terraform provider {' '.join(sorted(providers))};"
        f" made by extract.py from {manifest['targets']['python']['distName']} {manifest['version']}."
    )
    print("\n".join(sorted(lines)))


if __name__ == "__main__":
    main()
