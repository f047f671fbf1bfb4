"""What the running system holds in memory at rest: `make memory`, with `make run` in another shell.

It runs the end-to-end tests against that system, which call every function, waits until the surplus of processes has
been ended, and adds up the proportional set size of each process: pages that processes share count once in all. This
is read from `/proc`, so it needs Linux.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.idle_workers import KEPT_AT_REST, REST_SECONDS
from infra_cdk.local.stack import ROOT, STACK_FILE, Stack

BUDGET_MB = 1_500
MOST_SECONDS = 120
"""For the system to come to rest; jobs run each minute, so that some workers are always young."""
PROC = Path("/proc")
KINDS = {
    "infra_cdk.local.engine": "the engine",
    "ministack-lambda-": "Lambda workers",
    "infra_cdk.local.stripe_standin": "Stripe's stand-in",
}


@dataclass(frozen=True)
class Process:
    """A process of the system.

    Attributes
    ----------
    command
        Its command line, the words separated by spaces.
    megabytes
        Its proportional set size.
    """

    command: str
    megabytes: float

    @property
    def kind(self) -> str:
        """What it is for."""
        return next((kind for part, kind in KINDS.items() if part in self.command), "the launcher")


def descendants(of: int) -> Iterator[int]:
    """The ids of a process and of all below it."""
    children: dict[int, list[int]] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            # The name of a process may contain spaces and brackets; the parent's id is the second field behind it.
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    waiting = [of]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children.get(process, ())


def processes(of: int) -> list[Process]:
    """A process and all below it that still run, as they are now."""
    found = []
    for process in descendants(of):
        try:
            command = (PROC / str(process) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            size = re.search(r"^Pss:\s+(\d+) kB", (PROC / str(process) / "smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        if size is not None:
            found.append(Process(command.strip(), int(size[1]) / 1024))
    return found


def at_rest(of: int) -> list[Process]:
    """The processes once the bound of idle workers holds, or after two minutes."""
    deadline = time.monotonic() + MOST_SECONDS
    time.sleep(REST_SECONDS)
    while True:
        found = processes(of)
        workers = sum(process.kind == KINDS["ministack-lambda-"] for process in found)
        if workers <= KEPT_AT_REST or time.monotonic() > deadline:
            return found
        time.sleep(1)


def main() -> int:
    """Run the tests, then print a row for each kind of process; 1 if a test fails or the budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", help="what pytest runs against the system before; without: nothing")
    arguments = parser.parse_args()
    try:
        stack = Stack.read(STACK_FILE)
    except LocalRunError as error:
        print(f"error  {error}", file=sys.stderr)
        return 1
    if arguments.tests:
        environment = {**os.environ, "SOLO60_STACK": str(STACK_FILE)}
        command = [sys.executable, "-m", "pytest", "-q", *arguments.tests]
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            return 1
    found = at_rest(stack.process)
    print("\n| at rest | processes | MB |\n|---|---|---|")
    for kind in sorted({process.kind for process in found}):
        sizes = [process.megabytes for process in found if process.kind == kind]
        print(f"| {kind} | {len(sizes)} | {sum(sizes):.0f} |")
    total = sum(process.megabytes for process in found)
    verdict = "within" if total <= BUDGET_MB else "**missed**"
    print(f"| all | {len(found)} | {total:.0f} of {BUDGET_MB}: {verdict} |")
    return 0 if total <= BUDGET_MB else 1


if __name__ == "__main__":
    sys.exit(main())
