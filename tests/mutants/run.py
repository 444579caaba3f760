#!/usr/bin/env python3
"""Do the tests notice it when the code is wrong? Spoils one place at a time and runs them.

    tests/mutants/run.py --list --sample 20 --seed 7     what would be spoiled
    tests/mutants/run.py --sample 40 --seed 7            spoil it, and see who notices
    tests/mutants/run.py --areas traffic query           there alone

A mutant is the code with one change: a comparison, `&&`, `!`, `true` or a set operation becomes its
counterpart, a number or a range is off by one, a `continue`, a `push`, an `extend` or a `filter` is
gone, or two arms of a `match` have each other's answers. Comments, strings, attributes, macros and
tests are left alone. The sample goes round the areas and the kinds, so that none crowds out another;
it follows from the seed and the sources, and a larger one begins with the smaller one.

The work is done in copies of the tree as it stands, changes that are not committed included: a git
worktree for each job under target/mutants/, with a target folder that its mutants share. Each mutant
is compiled and tested in steps, the quickest first (STEPS), and the first failure ends it. The steps
run without the feature `aws`, and what a test needs beside the repository is not there: those tests
skip themselves. The first run of a job has no mutant; if it fails, there is nothing to measure.

    noticed            a test failed
    missed             all tests passed: a test is missing, or the change means nothing
    timeout            it did not end, or not before the memory did, which CI would notice too
    does not compile   the compiler noticed; not part of the score
    not measured       the compiler took too long or too much memory; not part of the score

The score is (noticed + timeout) / (noticed + timeout + missed). Most of the time is the compiler's.
This is a developer's tool: CI does not run it, and it fails only if it cannot measure. To remove what
it leaves: `git worktree remove --force target/mutants/1/tree`, then the folder.

Needs Python 3.9, git and cargo, on Linux or macOS.
"""
import argparse
import collections
import concurrent.futures
import itertools
import os
import queue
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORK = os.path.join(ROOT, "target", "mutants")
AREAS = ("connectivity", "query", "inventory", "traffic")

# What is compiled and run, the quickest first.
STEPS = (("unit tests", ("--lib",)), ("library", ("--test", "library")), ("command", ("--test", "command")))
# It reads the sources as text, where a mutant is nothing new.
SKIPPED = ("architecture",)
# A loop without an end must not take the machine with it: what a run may hold in memory (on Linux).
MEMORY = 6 << 30
# For compiling one step; the first time all packages are compiled.
COMPILE_LIMIT, FIRST_LIMIT = 900, 3600

# ---------------------------------------------------------------------------------------------------
# Reading Rust

TOKEN = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/|\s+)
    |(?P<text>[bc]?r(?P<hash>\#*)".*?"(?P=hash)|[bc]?"(?:\\.|[^"\\])*"|b?'(?:\\'|\\[^']+|[^'\\])')
    |(?P<life>'\w+)
    |(?P<number>\d(?:\w|\.(?=\d))*)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign>::|->|=>|==|!=|<=|>=|&&|\|\||\.\.=|\.\.\.|\.\.|[-+*/%^&|]=|.)""",
    re.VERBOSE | re.DOTALL,
)
OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
# After these a value is not complete: a `!` is a "not", and a `||` a closure without parameters.
KEYWORDS = {"return", "in", "if", "while", "match", "else", "break", "move", "let", "mut", "as", "where"}

Token = collections.namedtuple("Token", "kind text start end")
Mutant = collections.namedtuple("Mutant", "area file line kind says start end new")


class Source:
    """The tokens of a file, with the brackets that belong together, and without what is left alone."""

    def __init__(self, area, file, code):
        self.area, self.file, self.code = area, file, code
        found = (Token(m.lastgroup, m.group(), m.start(), m.end()) for m in TOKEN.finditer(code))
        # The group of the hash marks is within that of the text.
        self.tokens = [t._replace(kind="text") if t.kind == "hash" else t for t in found if t.kind != "skip"]
        self.partner, stack = {}, []
        for at, token in enumerate(self.tokens):
            if token.kind == "sign" and token.text in OPEN:
                stack.append(at)
            elif token.kind == "sign" and token.text in CLOSE and stack:
                self.partner[at] = stack.pop()
                self.partner[self.partner[at]] = at
        self.ignored = self._ignored()

    def text(self, at):
        """The token there, or nothing; text and numbers are no signs."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def is_at(self, at, *texts):
        """Tells whether these tokens stand there."""
        return all(self.text(at + step) == text for step, text in enumerate(texts))

    def _ignored(self):
        """The tokens that are left alone: attributes, `use` lines, macros, tests, and what is only for
        tests."""
        ignored = set()
        for at in range(len(self.tokens)):
            end = at - 1
            if self.is_at(at, "#", "[") or self.is_at(at, "#", "!", "["):
                bracket = at + 1 if self.is_at(at, "#", "[") else at + 2
                end = self.partner.get(bracket, bracket)
                if self.is_at(at, "#", "[", "cfg", "(", "test", ")", "]"):
                    end = self._end_of_item(end + 1)
            elif self.text(at) == "use":
                end = self._end_of_item(at)
            elif self.is_at(at, "macro_rules", "!") or (
                self.text(at).startswith("debug_assert") and self.text(at + 1) == "!"
            ):
                end = self._end_of_item(at)
            ignored.update(range(at, end + 1))
        return ignored

    def _end_of_item(self, at):
        """The last token of an item or a statement that begins there."""
        while at < len(self.tokens):
            if self.text(at) in (";", ","):
                return at
            if self.text(at) == "{":
                return self.partner.get(at, at)
            at = self.partner.get(at, at) + 1 if self.text(at) in OPEN else at + 1
        return at - 1

    def is_value(self, at):
        """Tells whether a value can end there, so that an operator can follow."""
        if not 0 <= at < len(self.tokens):
            return False
        token = self.tokens[at]
        if token.kind == "word":
            return token.text not in KEYWORDS
        return token.kind in ("number", "text") or token.text in (")", "]", "}", "?")

    def is_spaced(self, at):
        """Tells whether there is white space on both sides, as around operators and never around
        the brackets of types."""
        token = self.tokens[at]
        return self.code[token.start - 1].isspace() and self.code[token.end].isspace()

    def statement_start(self, at):
        """The first token of the statement, arm or argument that `at` is in."""
        while at > 0:
            before = self.text(at - 1)
            if before in (";", "{", "}", "=>", ",", "(", "["):
                return at
            at = self.partner.get(at - 1, at - 1) if before in CLOSE else at - 1
        return at

    def mutant(self, kind, first, last, new, says=None):
        """A mutant in which the tokens from `first` to `last` are something else."""
        start, end = self.tokens[first].start, self.tokens[last].end
        line = self.code.count("\n", 0, start) + 1
        if says is None:
            old = short(self.code[start:end])
            says = f"`{old}` → `{short(new)}`" if new.strip() else f"`{old}` → nothing"
        return Mutant(self.area, self.file, line, kind, says, start, end, new)


def short(code, width=60):
    """Code on one line, and not too long."""
    code = " ".join(code.split())
    return code if len(code) <= width else code[: width - 1] + "…"


# ---------------------------------------------------------------------------------------------------
# Kinds of mutants: each yields those of one token

SWAPS = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}


def comparison(source, at):
    """`==` ↔ `!=`, `<` ↔ `<=`, `>` ↔ `>=`."""
    token = source.tokens[at]
    if token.kind == "sign" and token.text in SWAPS and source.is_spaced(at) and source.is_value(at - 1):
        yield source.mutant("comparison", at, at, SWAPS[token.text], around(source, at, SWAPS[token.text]))


def logic(source, at):
    """`&&` ↔ `||`, but not between the parts of an `if let`."""
    other = {"&&": "||", "||": "&&"}.get(source.text(at))
    if other and source.is_spaced(at) and source.is_value(at - 1) and not is_in_let_chain(source, at):
        yield source.mutant("logic", at, at, other, around(source, at, other))


def is_in_let_chain(source, at):
    """Tells whether a `let` is part of the same condition."""
    def until(step, stops):
        here = at + step
        while 0 <= here < len(source.tokens) and source.text(here) not in stops:
            yield source.text(here)
            brackets = CLOSE if step < 0 else OPEN
            here = source.partner.get(here, here) + step if source.text(here) in brackets else here + step

    ends = {";", ",", "{", "}", "(", "[", "=>", "if", "while"}
    return "let" in until(-1, ends) or "let" in until(1, {";", ",", "{", "}", ")", "]", "=>"})


def negation(source, at):
    """A `!` is gone."""
    if source.text(at) == "!" and not source.is_value(at - 1) and source.text(at - 1) not in ("->", "#"):
        yield source.mutant("negation", at, at, "", f"`!{rest_of(source, at + 1)}` without `!`")


def truth(source, at):
    """`true` ↔ `false`."""
    other = {"true": "false", "false": "true"}.get(source.text(at))
    if other and source.tokens[at].kind == "word":
        yield source.mutant("truth", at, at, other, around(source, at, other))


def set_operation(source, at):
    """`union`, `intersection` and `difference` become one another."""
    names = ("union", "intersection", "difference")
    if source.text(at) in names and source.text(at - 1) == "." and source.text(at + 1) == "(":
        for other in names:
            if other != source.text(at):
                says = f"`.{source.text(at)}({rest_of(source, at + 2)}` → `.{other}(`"
                yield source.mutant("set operation", at, at, other, says)


def statement(source, at):
    """A `continue`, a `push` or an `extend` is gone."""
    if source.text(at) == "continue":
        # What follows a `let … else` is not reached without it, and the compiler says so.
        if source.text(at + 1) == ";" and source.text(at - 2) != "else":
            yield source.mutant("statement", at, at + 1, "")
        elif source.text(at - 1) == "=>":
            yield source.mutant("statement", at, at, "{}")
    if source.text(at) in ("push", "extend") and source.text(at - 1) == "." and source.text(at + 1) == "(":
        first, last = source.statement_start(at), source.partner.get(at + 1, at + 1)
        words = {source.text(here) for here in range(first, at)}
        if words & {"let", "=", "if", "return", "match"} or not source.tokens[first].kind == "word":
            return
        if source.text(last + 1) == ";" and source.text(first - 1) in (";", "{", "}"):
            yield source.mutant("statement", first, last + 1, "")
        elif source.text(first - 1) == "=>" and source.text(last + 1) in (",", "}"):
            yield source.mutant("statement", first, last, "{}")


def off_by_one(source, at):
    """A number is one more, an added or subtracted 1 is 0, a range has one more or one less."""
    token, before = source.tokens[at], source.text(at - 1)
    if token.kind == "number":
        digits = re.fullmatch(r"([0-9_]*[0-9])(_?[iu](?:8|16|32|64|128|size))?", token.text)
        # Not the field of a tuple, nor the length of an array type or the size of a type's own.
        if digits is None or before in (".", "<") or before == ";" and source.text(at + 1) in ("]", ">"):
            return
        value = int(digits.group(1).replace("_", ""))
        new = 0 if value == 1 and before in ("+", "-", "+=", "-=") else value + 1
        new_text = f"{new}{digits.group(2) or ''}"
        yield source.mutant("off by one", at, at, new_text, around(source, at, new_text))
    elif token.text in ("..", "..=") and (token.text == "..=" or is_range(source, at)):
        other = ".." if token.text == "..=" else "..="
        yield source.mutant("off by one", at, at, other, around(source, at, other))


def is_range(source, at):
    """Tells whether `..` has an end: the rest of a pattern or of a struct has none."""
    follows = source.tokens[at + 1] if at + 1 < len(source.tokens) else None
    if follows is None or not (follows.kind in ("word", "number") or follows.text == "("):
        return False
    return source.is_value(at - 1) or source.text(at - 1) in ("[", "(")


def filter_gone(source, at):
    """A `.filter(…)` is gone."""
    if source.is_at(at, ".", "filter", "(") and source.text(at + 3) in ("|", "move"):
        yield source.mutant("filter", at, source.partner.get(at + 2, at + 2), "")


def arms(source, at):
    """Two neighbours in a `match` have each other's answers."""
    one = arm_path(source, at)
    if one is None or source.text(one + 1) != ",":
        return
    here = one + 2
    while here < len(source.tokens) and source.text(here) != "=>":
        if source.text(here) in CLOSE or source.text(here) in (";", ","):
            return
        here = source.partner.get(here, here) + 1 if source.text(here) in OPEN else here + 1
    other = arm_path(source, here)
    if other is None or source.text(other + 1) not in (",", "}"):
        return

    def code(first, last):
        return source.code[source.tokens[first].start : source.tokens[last].end]

    left, right = code(at + 1, one), code(here + 1, other)
    if left != right:
        between = source.code[source.tokens[one].end : source.tokens[here + 1].start]
        says = f"`=> {left}` and `=> {right}` change places"
        yield source.mutant("arms", at + 1, other, right + between + left, says)


def arm_path(source, at):
    """The last token of the path behind a `=>`, if that path is all of the arm and no variable."""
    if source.text(at) != "=>" or at + 1 >= len(source.tokens) or source.tokens[at + 1].kind != "word":
        return None
    last = at + 1
    while source.text(last + 1) == "::" and source.tokens[last + 2].kind == "word":
        last += 2
    is_name = last > at + 1 or source.text(last)[0].isupper() or source.text(last) in ("true", "false")
    return last if is_name else None


KINDS = (comparison, logic, negation, truth, set_operation, statement, off_by_one, filter_gone, arms)


def rest_of(source, at):
    """The line from a token on, as far as it is of interest."""
    start = source.tokens[at].start
    return short(source.code[start : source.code.index("\n", start)], 32)


def around(source, at, new):
    """What a change of one token says: with its neighbours, of one line."""
    token = source.tokens[at]
    begin = source.code.rfind("\n", 0, token.start) + 1
    end = source.code.index("\n", token.end)
    left = source.code[begin : token.start].lstrip()
    right = source.code[token.end : end].rstrip()
    left = left if len(left) <= 22 else "…" + left[-21:]
    right = right if len(right) <= 22 else right[:21] + "…"
    return f"`{left}{token.text}{right}`: `{token.text}` → `{new}`"


def mutants_of(source):
    """All mutants of a file, by place."""
    found = []
    for at in range(len(source.tokens)):
        if at not in source.ignored:
            for kind in KINDS:
                found.extend(kind(source, at))
    return found


# ---------------------------------------------------------------------------------------------------
# The sample


def files_of(area):
    """The files of an area but its tests, below the repository."""
    for folder, folders, names in os.walk(os.path.join(ROOT, "src", area)):
        folders[:] = sorted(name for name in folders if name != "tests")
        for name in sorted(names):
            if name.endswith(".rs") and name != "tests.rs":
                yield os.path.relpath(os.path.join(folder, name), ROOT)


def every_mutant(areas):
    """All mutants by area."""
    found = {}
    for area in areas:
        found[area] = []
        for file in files_of(area):
            with open(os.path.join(ROOT, file), encoding="utf-8") as opened:
                found[area].extend(mutants_of(Source(area, file, opened.read())))
    return found


def sample(found, number, seed):
    """So many mutants: round the areas, and in each round its kinds."""
    rounds = []
    for area in sorted(found):
        # A choice of its own for each area: what is drawn from one does not depend on the others.
        choice = random.Random(f"{seed} {area}")
        by_kind = collections.defaultdict(list)
        for mutant in found[area]:
            by_kind[mutant.kind].append(mutant)
        kinds = [by_kind[kind] for kind in sorted(by_kind)]
        for mutants in kinds:
            choice.shuffle(mutants)
        choice.shuffle(kinds)
        layers = itertools.zip_longest(*kinds)
        rounds.append([mutant for layer in layers for mutant in layer if mutant])
    layers = itertools.zip_longest(*rounds)
    return [mutant for layer in layers for mutant in layer if mutant][:number]


# ---------------------------------------------------------------------------------------------------
# Running


class CannotMeasure(Exception):
    """The tests fail without a mutant, or git does not do its part."""


def git(*arguments, where=ROOT):
    """Asks git about the repository of a folder, even from within a hook of another one."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ("git", "-C", where) + arguments
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode != 0:
        raise CannotMeasure(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode()


class Job:
    """A copy of the tree, in which one mutant after another is tried."""

    lock = threading.Lock()

    def __init__(self, number, say):
        self.folder = os.path.join(WORK, str(number))
        self.tree = os.path.join(self.folder, "tree")
        self.say = say
        self.limit = None
        self.running = None

    def prepare(self):
        """Makes the copy what the tree is. Files that are as they were keep their time, so that cargo
        does not compile again what depends on them alone."""
        with Job.lock:
            git("worktree", "prune")
            head = git("rev-parse", "HEAD").strip()
            if os.path.isdir(self.tree):
                # In a folder that is no worktree, git would take the tree itself for what to clean.
                top = git("rev-parse", "--show-toplevel", where=self.tree).strip()
                if os.path.realpath(top) != os.path.realpath(self.tree):
                    raise CannotMeasure(f"{self.tree} is no git worktree: remove it")
                git("checkout", "--quiet", "--force", "--detach", head, where=self.tree)
                git("clean", "-fdq", where=self.tree)
            else:
                os.makedirs(self.folder, exist_ok=True)
                git("worktree", "add", "--quiet", "--force", "--detach", self.tree, head)
            changed = git("diff", "--name-only", "--no-renames", "-z", "HEAD")
            untracked = git("ls-files", "--others", "--exclude-standard", "-z")
        for file in filter(None, (changed + untracked).split("\0")):
            here, there = os.path.join(ROOT, file), os.path.join(self.tree, file)
            if os.path.isfile(here):
                os.makedirs(os.path.dirname(there), exist_ok=True)
                shutil.copy(here, there)
            elif os.path.lexists(there):
                os.remove(there)

    def measure(self):
        """Compiles and tests without a mutant, and sets how long a mutant may take."""
        self.say("without a mutant: compiling and testing")
        longest = 0
        for name, which in STEPS:
            if not self.cargo(which, FIRST_LIMIT, compile_only=True)[0]:
                raise CannotMeasure(f"{name}: does not compile without a mutant; see {self.log}")
            begun = time.monotonic()
            if not self.cargo(which, FIRST_LIMIT)[0]:
                raise CannotMeasure(f"{name}: fails without a mutant; see {self.log}")
            longest = max(longest, time.monotonic() - begun)
        self.limit = self.limit or 30 + 4 * longest
        self.say(f"without a mutant all pass; a step of tests may take {self.limit:.0f} s")

    def try_out(self, mutant):
        """Says who notices a mutant: (outcome, which step)."""
        path = os.path.join(self.tree, mutant.file)
        with open(path, encoding="utf-8") as opened:
            code = opened.read()
        try:
            with open(path, "w", encoding="utf-8") as opened:
                opened.write(code[: mutant.start] + mutant.new + code[mutant.end :])
            for name, which in STEPS:
                compiles, in_time = self.cargo(which, COMPILE_LIMIT, compile_only=True)
                if not in_time:
                    return "not measured", "the compiler did not end"
                if not compiles:
                    return "does not compile", self.first_error()
                passes, in_time = self.cargo(which, self.limit)
                if not passes:
                    return ("noticed" if in_time else "timeout"), name
            return "missed", ""
        finally:
            with open(path, "w", encoding="utf-8") as opened:
                opened.write(code)

    def first_error(self):
        """What the compiler said first: a mutant that ought to compile shows that something else is amiss."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            said = (line.strip() for line in log if line.startswith("error"))
            return next(said, "nothing was said")

    @property
    def log(self):
        """Where the last run's output is."""
        return os.path.join(self.folder, "last.log")

    def cargo(self, which, limit, compile_only=False):
        """Compiles or runs tests: (whether that went well, whether it ended in time)."""
        command = ["cargo", "test", "--quiet", "--locked", "--no-default-features", "-j2", *which]
        if compile_only:
            command.append("--no-run")
        else:
            command += ["--", *(part for name in SKIPPED for part in ("--skip", name))]
        environment = dict(os.environ, CARGO_TARGET_DIR=os.path.join(self.folder, "target"))
        environment.update(CARGO_INCREMENTAL="1", CARGO_TERM_COLOR="never", RUST_BACKTRACE="0")
        # Golden files must not be rewritten, and tests that lack something skip themselves.
        for name in ("UPDATE_GOLDEN", "SGLENS_CI", "SGLENS_FUZZ_SECONDS"):
            environment.pop(name, None)
        with open(self.log, "wb") as log:
            self.running = subprocess.Popen(
                command, cwd=self.tree, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )
            end = time.monotonic() + limit
            try:
                while time.monotonic() < end and memory_of(self.running.pid) < MEMORY:
                    try:
                        return self.running.wait(0.5) == 0, True
                    except subprocess.TimeoutExpired:
                        pass
                return False, False
            finally:
                self.stop()

    def stop(self):
        """Ends what is running, with all that it started."""
        if self.running is not None and self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()


def memory_of(group):
    """What the processes of a group hold in memory, as far as Linux tells."""
    pages = 0
    for process in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else ()):
        try:
            with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as opened:
                # The name of the program, in brackets, may hold anything.
                fields = opened.read().rpartition(")")[2].split()
        except OSError:
            continue
        pages += int(fields[21]) if int(fields[2]) == group else 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def run(mutants, jobs, limit):
    """Tries mutants, several at a time; (mutant, outcome, step) in the order of the sample."""
    print_lock, todo = threading.Lock(), queue.Queue()
    for position, mutant in enumerate(mutants):
        todo.put((position, mutant))
    results, stopped = {}, threading.Event()

    def say(text):
        with print_lock:
            print(text, file=sys.stderr, flush=True)

    def work(job):
        job.limit = limit
        job.prepare()
        job.measure()
        while not stopped.is_set():
            try:
                position, mutant = todo.get_nowait()
            except queue.Empty:
                return
            begun = time.monotonic()
            outcome, step = job.try_out(mutant)
            if stopped.is_set():
                # It was ended from outside, and its outcome says nothing.
                return
            results[position] = (mutant, outcome, step)
            took = time.monotonic() - begun
            say(f"{len(results)}/{len(mutants)} {place(mutant)} {mutant.says}: {outcome} {step} ({took:.0f} s)")

    every = [Job(number + 1, say) for number in range(max(1, min(jobs, len(mutants))))]
    with concurrent.futures.ThreadPoolExecutor(len(every)) as pool:
        futures = [pool.submit(work, job) for job in every]
        try:
            for future in concurrent.futures.as_completed(futures):
                future.result()
        except BaseException as reason:
            stopped.set()
            for job in every:
                job.stop()
            if not isinstance(reason, KeyboardInterrupt):
                raise
            say("stopped: the table has what is done")
    return [results[position] for position in sorted(results)]


# ---------------------------------------------------------------------------------------------------
# Printing


def place(mutant):
    """Where a mutant is."""
    return f"{mutant.file}:{mutant.line}"


def table(rows):
    """Rows in columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def report(results):
    """The outcome of each mutant, and the score of each area."""
    rows = [("place", "kind", "mutation", "outcome")]
    for mutant, outcome, step in results:
        rows.append((place(mutant), mutant.kind, mutant.says, f"{outcome} ({step})" if step else outcome))
    table(rows)
    print()
    outcomes = ("noticed", "timeout", "missed", "does not compile", "not measured")
    rows = [("area", *outcomes, "score")]
    areas = sorted({mutant.area for mutant, _, _ in results})
    for name in [*areas, "all"]:
        told = [outcome for mutant, outcome, _ in results if name in (mutant.area, "all")]
        counts = [told.count(outcome) for outcome in outcomes]
        caught, asked = counts[0] + counts[1], sum(counts[:3])
        score = f"{100 * caught / asked:.0f} %" if asked else "-"
        rows.append((name, *map(str, counts), score))
    table(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--sample", type=int, default=40, metavar="N", help="so many mutants (40)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which ones (1)")
    parser.add_argument("--areas", nargs="+", choices=AREAS, default=list(AREAS), help="where (everywhere)")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="so many at a time, each in a copy (1)")
    parser.add_argument("--timeout", type=float, metavar="SECONDS",
                        help="for one step of a mutant's tests (30 s and four times what the slowest step takes)")
    parser.add_argument("--list", action="store_true", help="print the sample, and run nothing")
    arguments = parser.parse_args()

    found = every_mutant(sorted(set(arguments.areas)))
    mutants = sample(found, arguments.sample, arguments.seed)
    if arguments.list:
        table([("place", "kind", "mutation"), *((place(m), m.kind, m.says) for m in mutants)])
        counts = ", ".join(f"{area} {len(all_of)}" for area, all_of in found.items())
        print(f"\n{len(mutants)} of {sum(map(len, found.values()))} mutants ({counts})")
        return
    try:
        results = run(mutants, arguments.jobs, arguments.timeout)
    except CannotMeasure as reason:
        sys.exit(f"cannot measure: {reason}")
    if results:
        report(results)


if __name__ == "__main__":
    main()
