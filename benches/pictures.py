#!/usr/bin/env python3
"""sglens and Graphviz draw the same pictures: CPU time, crossings, length of lines, area.

    benches/pictures.py target/release/sglens [GROUPS ...] [--limit SECONDS] [--repeat N] [--flags "..."]

For each size an estate of `../shared/bench/estate.py` is written as a Terraform state. sglens draws
it as SVG; `dot -Tsvg` draws sglens' own DOT of it, so both draw the same nodes, arrows, boxes and
labels, with hubs as tags, folded, and with `newrank`. Geometry is that of `sglens -f scene` and of
`dot -Tplain`, in pixels and points: both write labels of about the same size in them.

With `--whole` the last columns are dot's time for the whole map, which the estate's generator writes
as labelled DOT, group to group, with nothing folded or tagged: what drawing the estate takes without
sglens.

CPU time is user and system time of the child, the least of some runs; for sglens the whole program
from the state on, for dot the layout and the drawing. A run of dot that reaches the limit counts at
the limit. Crossings are proper intersections of lines, splines cut into eight parts a piece.
"""
import argparse
import os
import shlex
import tempfile
import time

from common import dot_version, read_plain, read_scene, run, write_estate

SIZES = [20, 60, 150, 300, 1000]
PARTS = 8


def best(command, output, limit, repeat):
    """The least CPU time of some runs; slow commands run once."""
    least, finished = run(command, output, limit)
    for _ in range(repeat - 1):
        if not finished or least > 2:
            break
        least = min(least, run(command, output, limit)[0])
    return least, finished


def flatten(points):
    """A chain of cubic Bézier curves as a polyline."""
    line = points[:1]
    for start in range(0, len(points) - 3, 3):
        a, b, c, d = points[start:start + 4]
        for part in range(1, PARTS + 1):
            t = part / PARTS
            s = 1 - t
            line.append(tuple(s ** 3 * a[i] + 3 * s * s * t * b[i] + 3 * s * t * t * c[i] + t ** 3 * d[i]
                              for i in (0, 1)))
    return line


def length(lines):
    return sum(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
               for line in lines for a, b in zip(line, line[1:]))


def crossings(lines):
    """How often two different lines cross."""
    segments = []
    for owner, line in enumerate(lines):
        for a, b in zip(line, line[1:]):
            segments.append((min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1]), a, b, owner))
    segments.sort(key=lambda segment: segment[0])
    found, active = 0, []
    for segment in segments:
        left, _, low, high, a, b, owner = segment
        active = [other for other in active if other[1] >= left]
        for other in active:
            if other[6] != owner and other[2] <= high and other[3] >= low and crosses(a, b, other[4], other[5]):
                found += 1
        active.append(segment)
    return found


def crosses(a, b, c, d):
    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def ratio(ours, theirs):
    """How many times as much dot needs or draws."""
    if theirs is None:
        return "-"
    if ours == 0:
        return "1" if theirs == 0 else "inf"
    return f"{theirs / ours:.3g}"


def shown(value):
    return "-" if value is None else f"{value:,.0f}"


def compare(sglens, groups, folder, options):
    state = os.path.join(folder, f"{groups}.tfstate")
    write_estate(groups, state)
    flags = shlex.split(options.flags)

    def graph(form):
        return [sglens, "--quiet", "graph", state, "-f", form, *flags]

    def file(name):
        return os.path.join(folder, f"{groups}.{name}")

    ours, _ = best(graph("svg"), file("svg"), options.limit, options.repeat)
    run(graph("scene"), file("scene"), options.limit)
    run(graph("dot"), file("dot"), options.limit)
    picture = read_scene(file("scene"))
    nodes, lines, area = len(picture.nodes), [points for _, _, points in picture.lines], picture.area
    theirs, finished = best(["dot", "-Tsvg", file("dot")], file("dot.svg"), options.limit, options.repeat)
    their_nodes, their_lines, their_area = None, None, None
    if finished and run(["dot", "-Tplain", file("dot")], file("plain"), options.limit)[1]:
        picture = read_plain(file("plain"))
        their_nodes, their_area = len(picture.nodes), picture.area
        their_lines = [flatten(points) for _, _, points in picture.lines]
    same = their_lines is None or (their_nodes, len(their_lines)) == (nodes, len(lines))
    crossed = crossings(lines)
    their_crossed = None if their_lines is None else crossings(their_lines)
    their_length = None if their_lines is None else length(their_lines)
    whole = []
    if options.whole:
        write_estate(groups, file("whole.dot"), "dot")
        time_whole, finished_whole = run(["dot", "-Tsvg", file("whole.dot")], file("whole.svg"), options.limit)
        sign = "" if finished_whole else ">"
        whole = [f"{sign}{time_whole:.3g}", sign + ratio(ours, time_whole)]
    return [
        str(groups), str(nodes), str(len(lines)),
        f"{ours:.3f}", f"{theirs:.3f}" if finished else f">{theirs:.0f}", ("" if finished else ">") + ratio(ours, theirs),
        shown(crossed), shown(their_crossed), ratio(crossed, their_crossed),
        shown(length(lines)), shown(their_length), ratio(length(lines), their_length),
        shown(area / 1000), shown(None if their_area is None else their_area / 1000), ratio(area, their_area),
        *whole,
        "" if same else f"dot lost something: {their_nodes} nodes, {len(their_lines)} edges",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sglens", help="the program, built for release")
    parser.add_argument("groups", nargs="*", type=int, help=f"sizes of estates; {SIZES} if none is given")
    parser.add_argument("--limit", type=int, default=60, help="CPU seconds that a run may take")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each quick command, of which the best counts")
    parser.add_argument("--flags", default="", help="more flags for `sglens graph`, such as \"--hubs off\"")
    parser.add_argument("--whole", action="store_true", help="time dot on the map of all groups too")
    options = parser.parse_args()
    head = ["groups", "nodes", "arrows", "CPU s", "dot", "ratio", "crossings", "dot", "ratio",
            "length", "dot", "ratio", "area/1000", "dot", "ratio", *(["whole", "ratio"] if options.whole else []), ""]
    widths = [max(len(title), 7) for title in head]

    def row(cells):
        return "  ".join(cell.rjust(width) for cell, width in zip(cells, widths)).rstrip()

    print(time.strftime("%Y-%m-%d"), "dot is", dot_version())
    print("ratios: dot / sglens, so above 1 sglens is better")
    print(row(head))
    with tempfile.TemporaryDirectory() as folder:
        for groups in options.groups or SIZES:
            print(row(compare(options.sglens, groups, folder, options)), flush=True)


if __name__ == "__main__":
    main()
