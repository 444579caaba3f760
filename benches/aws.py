#!/usr/bin/env python3
"""What reading a live account costs: the CPU time of `sglens snapshot` beside that of the AWS CLI.

    benches/aws.py target/release/sglens [--n GROUPS] [--repeat N]

An estate of `../shared/bench/estate.py` is loaded into a moto server on this machine, which
`tests/install moto` installs into `target/moto`. `sglens snapshot` asks it for everything; the
AWS CLI runs three commands, one process each, as people do. CPU time is user and system time of the
child, the least of some runs; memory is the child's peak. The server's own time does not count.
"""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
ESTATE = os.path.join(ROOT, "..", "shared", "bench", "estate.py")
PYTHON = os.path.join(ROOT, "target", "moto", "bin", "python")
COMMANDS = ["describe-security-groups", "describe-network-interfaces", "describe-instances"]
# The estate's own region.
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
}


def run(command, environment, output):
    """Runs a command with stdout in a file; (CPU seconds, peak MiB), or exits when it fails."""
    with open(output, "wb") as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)} exited with {child.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def best(repeat, *arguments):
    """The least CPU time and the largest peak of some runs."""
    runs = [run(*arguments) for _ in range(repeat)]
    return min(cpu for cpu, _ in runs), max(peak for _, peak in runs)


def measure(arguments, folder, environment):
    print(f"{arguments.n} groups, {4 * arguments.n} instances; least of {arguments.repeat} runs")
    print(f"{'':42}{'CPU s':>8}{'peak MiB':>10}{'KiB':>9}")

    def row(name, command, file):
        cpu, peak = best(arguments.repeat, command, environment, file)
        print(f"{name:42}{cpu:8.3f}{peak:10.1f}{os.path.getsize(file) / 1024:9.0f}", flush=True)
        return cpu

    file = os.path.join(folder, "answer.json")
    own = row("sglens snapshot", [arguments.sglens, "snapshot", "--aws", "--quiet"], file)
    theirs = sum(
        row(f"aws ec2 {command}", [PYTHON, "-m", "awscli", "ec2", command], file) for command in COMMANDS
    )
    print(f"sglens needs {own / theirs:.2f} of the AWS CLI's {theirs:.3f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sglens", type=os.path.abspath)
    parser.add_argument("--n", type=int, default=200, help="how many groups the estate has")
    parser.add_argument("--repeat", type=int, default=3, help="how many runs each command gets")
    arguments = parser.parse_args()
    for needed in (PYTHON, ESTATE):
        if not os.path.exists(needed):
            parser.error(f"there is no {needed}")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**ENVIRONMENT, "HOME": folder}
        serve = [PYTHON, os.path.join(ROOT, "tests", "aws", "serve.py")]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        # The server ends when its standard input does.
        with subprocess.Popen(serve, env=environment, **pipes) as server:
            environment["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{int(server.stdout.readline())}"
            load = [PYTHON, ESTATE, "load", "--n", str(arguments.n)]
            load += ["--endpoint", environment["AWS_ENDPOINT_URL"]]
            subprocess.run(load, env=environment, check=True, stderr=subprocess.DEVNULL)
            measure(arguments, folder, environment)


if __name__ == "__main__":
    main()
