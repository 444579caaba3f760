#!/usr/bin/env python3
"""How much of a picture stays when one rule is added: sglens beside Graphviz's dot.

    benches/stability.py target/release/sglens [STATE|GROUPS ...] [--edits N] [--limit SECONDS]
                         [--flags "..."]

Pictures are the examples and some estates of `../shared/bench/estate.py`, or what is named: files of
Terraform states, format 4, and sizes of estates. From each state one ingress rule is taken, N times
another one, always the same: an instance of a rule resource or an element of an inline `ingress`.
That is "before"; the whole state is "after". sglens draws both, and dot draws sglens' DOT of both.

Nodes that are in both pictures are compared:

  rank   share of them that stay in their column, counted from the left
  order  share of the neighbours in a column of "before" that keep their order, where they still
         share a column

Nodes that no arrow touches have no rank: they count as one column, read row by row. `changed` is
how many of the edits change which nodes or arrows there are, not just a caption; `gone` how many
nodes are in one picture alone, summed over the edits. `bytes` is how many of N shuffles of the
state's resources and instances change any byte of the SVG file; with any, the exit code is 1.
"""
import argparse
import copy
import glob
import itertools
import json
import os
import random
import shlex
import sys
import tempfile
import time

from common import ROOT, dot_version, read_plain, read_scene, run, write_estate

SIZES = ["20", "60", "150"]
RULES = {"aws_security_group_rule", "aws_vpc_security_group_ingress_rule"}
SEED = 1


def attributes(state, types):
    """The attributes of all instances of managed resources of some types, and where they are."""
    for at, resource in enumerate(state["resources"]):
        if resource["mode"] == "managed" and resource["type"] in types:
            for index, instance in enumerate(resource["instances"]):
                yield instance["attributes"], (at, index)


def read_state(path):
    """A state, and where each of its ingress rules is.

    A group whose rules are resources shows them in its `ingress` too, once refreshed. That copy goes,
    so that a rule is in one place.
    """
    with open(path, encoding="utf-8") as file:
        state = json.load(file)
    found, owners = [], set()
    for rule, place in attributes(state, RULES):
        if rule.get("type", "ingress") == "ingress":
            found.append((*place, None))
            owners.add(rule["security_group_id"])
    for group, place in attributes(state, {"aws_security_group"}):
        if group["id"] in owners:
            group["ingress"] = []
        found.extend((*place, index) for index in range(len(group.get("ingress") or [])))
    return state, found


def without(state, rule):
    """The state less one rule."""
    at, index, inline = rule
    state = copy.deepcopy(state)
    instances = state["resources"][at]["instances"]
    if inline is None:
        del instances[index]
    else:
        del instances[index]["attributes"]["ingress"][inline]
    return state


def shuffled(state, chance):
    state = copy.deepcopy(state)
    chance.shuffle(state["resources"])
    for resource in state["resources"]:
        chance.shuffle(resource["instances"])
    return state


class Drawing:
    """Draws states. All go through one file, because pictures name it."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder

    def file(self, name):
        return os.path.join(self.folder, name)

    def sglens(self, state, form):
        """The path of a picture of a state in some format."""
        with open(self.file("terraform.tfstate"), "w", encoding="utf-8") as file:
            json.dump(state, file)
        command = [self.options.sglens, "--quiet", "graph", self.file("terraform.tfstate"), "-f", form]
        if not run(command + shlex.split(self.options.flags), self.file(form), self.options.limit)[1]:
            sys.exit(f"sglens took more than {self.options.limit} s")
        return self.file(form)

    def svg(self, state):
        with open(self.sglens(state, "svg"), "rb") as file:
            return file.read()

    def both(self, state):
        """The pictures of sglens and of dot; None where dot reached the limit."""
        ours = read_scene(self.sglens(state, "scene"))
        dot = ["dot", "-Tplain", self.sglens(state, "dot")]
        if not run(dot, self.file("plain"), self.options.limit)[1]:
            return ours, None
        theirs = read_plain(self.file("plain"))
        # sglens' DOT names nodes by their places in the view.
        ids = {f"n{index}": name for index, name in enumerate(ours.nodes)}
        nodes = {ids[name]: box for name, box in theirs.nodes.items()}
        lines = [(ids[start], ids[end], points) for start, end, points in theirs.lines]
        if nodes.keys() != ours.nodes.keys() or arrows(lines) != arrows(ours.lines):
            sys.exit("dot lost something")
        return ours, theirs._replace(nodes=nodes, lines=lines)


def arrows(lines):
    return sorted((start, end) for start, end, _ in lines)


def columns(picture):
    """The columns from the left, each a list of nodes in order; first that of the untouched ones."""
    boxes = picture.nodes
    touched = {end for line in picture.lines for end in line[:2]}
    found, right = [[name for name in boxes if name not in touched]], float("-inf")
    for name in sorted(touched, key=lambda name: boxes[name][0]):
        x, _, width, _ = boxes[name]
        if x >= right:
            found.append([])
        found[-1].append(name)
        right = max(right, x + width)
    return [sorted(column, key=lambda name: boxes[name][1::-1]) for column in found]


def kept(before, after):
    """The shares of ranks and of orders that stay; None where there is nothing to keep."""
    place = {name: (rank, order) for rank, column in enumerate(columns(after))
             for order, name in enumerate(column)}
    ranks, orders = [], []
    for rank, column in enumerate(columns(before)):
        both = [place[name] for name in column if name in place]
        ranks.extend(at == rank for at, _ in both)
        orders.extend(a < b for a, b in itertools.pairwise(both) if a[0] == b[0])
    return share(ranks), share(orders)


def share(flags):
    return sum(flags) / len(flags) if flags else None


def summary(values):
    """The mean and the worst of shares, in percent."""
    values = [100 * value for value in values if value is not None]
    return [f"{sum(values) / len(values):.1f}", f"{min(values):.1f}"] if values else ["-", "-"]


def measure(name, path, drawing):
    """A row of the table, and how many shuffles changed the SVG file."""
    state, rules = read_state(path)
    chance = random.Random(SEED)
    rules = chance.sample(rules, min(drawing.options.edits, len(rules)))
    after = drawing.both(state)
    ours, theirs, changed, gone = [], [], 0, 0
    for rule in rules:
        before = drawing.both(without(state, rule))
        alone = len(before[0].nodes.keys() ^ after[0].nodes.keys())
        gone += alone
        changed += alone > 0 or arrows(before[0].lines) != arrows(after[0].lines)
        ours.append(kept(before[0], after[0]))
        if before[1] and after[1]:
            theirs.append(kept(before[1], after[1]))
    svg = drawing.svg(state)
    differ = sum(drawing.svg(shuffled(state, chance)) != svg for _ in range(drawing.options.edits))
    shares = [summary(kept[which] for kept in engine) for which in (0, 1) for engine in (ours, theirs)]
    slow = len(rules) - len(theirs)
    return [
        name, str(len(after[0].nodes)), str(len(after[0].lines)), str(len(rules)), str(changed), str(gone),
        *itertools.chain(*shares), str(differ), f"dot reached the limit {slow} times" if slow else "",
    ], differ


def main():
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("sglens", help="the program, built for release")
    parser.add_argument("pictures", nargs="*", metavar="STATE|GROUPS",
                        help=f"states, and sizes of estates; the examples and {SIZES} if none is given")
    parser.add_argument("--edits", type=int, default=10, help="how many rules and shuffles are tried")
    parser.add_argument("--limit", type=int, default=60, help="CPU seconds that a run may take")
    parser.add_argument("--flags", default="", help="more flags for `sglens graph`, such as \"--hubs off\"")
    options = parser.parse_intermixed_args()
    examples = sorted(glob.glob(os.path.join(ROOT, "examples", "*", "terraform.tfstate")))
    widths = [18, 5, 6, 5, 7, 4, *[6] * 8, 5, 0]

    def row(cells):
        first, *others = (cell.rjust(width) for cell, width in zip(cells, widths))
        print("  ".join([first.strip().ljust(widths[0]), *others]).rstrip(), flush=True)

    print(time.strftime("%Y-%m-%d"), "dot is", dot_version())
    print("rank and order: percent that stays, mean and worst of the edits")
    row([""] * 6 + ["rank", "", "dot", "", "order", "", "dot", ""])
    row(["picture", "nodes", "arrows", "edits", "changed", "gone", *["mean", "worst"] * 4, "bytes"])
    unstable = 0
    with tempfile.TemporaryDirectory() as folder:
        for picture in options.pictures or examples + SIZES:
            name, path = os.path.basename(os.path.dirname(os.path.abspath(picture))), picture
            if picture.isdecimal():
                name, path = f"{picture} groups", os.path.join(folder, "estate.tfstate")
                write_estate(picture, path)
            cells, differ = measure(name, path, Drawing(options, folder))
            row(cells)
            unstable += differ
    sys.exit(unstable > 0)


if __name__ == "__main__":
    main()
