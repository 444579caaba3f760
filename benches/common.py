"""What the benches in Python share: bounded runs, estates, and reading pictures."""
import collections
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ESTATE = os.path.join(ROOT, "..", "shared", "bench", "estate.py")

# Nodes as (x, y, width, height) by name, lines as (from, to, points), in pixels or points.
Picture = collections.namedtuple("Picture", "nodes lines area")


def run(command, output, limit):
    """Runs a command with stdout in a file; (CPU seconds, finished), or exits when it fails."""
    def bound():
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))

    with open(output, "wb") as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=bound)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime
        # The limit ends a run with a signal.
        if child.returncode == -signal.SIGXCPU or child.returncode < 0 and cpu >= limit - 0.5:
            return float(limit), False
        if child.returncode != 0:
            err.seek(0)
            message = err.read().decode(errors="replace")[:400]
            sys.exit(f"{' '.join(command)} exited with {child.returncode}: {message}")
        return cpu, True


def write_estate(groups, path, form="state"):
    """Writes an estate of so many groups, as Terraform state or in another of the generator's forms."""
    subprocess.run([sys.executable, ESTATE, form, "--n", str(groups), "-o", path], check=True)


def dot_version():
    return subprocess.run(["dot", "-V"], capture_output=True, text=True).stderr.strip()


def read_scene(path):
    """The picture of `sglens -f scene`, in pixels; nodes go by their ids."""
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    view, scene = document["view"], document["scene"]
    ids = [node["id"] for node in view["nodes"]]
    nodes = {name: (node["x"], node["y"], node["width"], node["height"])
             for name, node in zip(ids, scene["nodes"], strict=True)}
    lines = [(ids[arrow["from"]], ids[arrow["to"]], [tuple(point) for point in edge["points"]])
             for arrow, edge in zip(view["arrows"], scene["edges"], strict=True)]
    return Picture(nodes, lines, scene["width"] * scene["height"])


def read_plain(path):
    """The picture of `dot -Tplain`, in points, y upwards; lines are the control points of splines."""
    nodes, lines, area = {}, [], 0.0
    with open(path, encoding="utf-8") as file:
        # dot breaks long labels with a backslash.
        rows = file.read().replace("\\\n", "").splitlines()
    # dot counts in inches.
    for fields in map(str.split, rows):
        if fields[:1] == ["graph"]:
            area = float(fields[2]) * 72 * float(fields[3]) * 72
        elif fields[:1] == ["node"]:
            x, y, width, height = (72 * float(field) for field in fields[2:6])
            nodes[fields[1]] = (x - width / 2, y - height / 2, width, height)
        elif fields[:1] == ["edge"]:
            count = int(fields[3])
            numbers = [72 * float(field) for field in fields[4:4 + 2 * count]]
            lines.append((fields[1], fields[2], list(zip(numbers[::2], numbers[1::2]))))
    return Picture(nodes, lines, area)
