"""How soon a change is in the running system: `python -m tests.benchmarks.watch`, with `make watch` in another shell.

It changes the health endpoint and then the shared package, so that the version in the answer changes, and asks until
it has; the time is from the write to that answer, with the start of a process in it. Each file is put back at once.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra_cdk.catalogue import FUNCTIONS, SHARED
from infra_cdk.local.client import Api
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.stack import STACK_FILE, Stack

FUNCTION_SECONDS, SHARED_SECONDS = 2.0, 5.0
MOST_SECONDS = 60
_VERSION = 'settings.read("VERSION")'


def _in_the_function(source: str, version: str) -> str:
    return source.replace(_VERSION, f'"{version}"')


def _in_the_shared_package(source: str, version: str) -> str:
    return f"""{source}

_read = read


def read(name, *rest):
    return "{version}" if name == "VERSION" else _read(name, *rest)
"""


CHANGES: tuple[tuple[str, Path, Callable[[str, str], str], float], ...] = (
    ("a function", FUNCTIONS / "gateway" / "endpoints" / "get_health.py", _in_the_function, FUNCTION_SECONDS),
    ("a shared module", SHARED / "solo60" / "settings.py", _in_the_shared_package, SHARED_SECONDS),
)


@contextmanager
def _changed(path: Path, content: str) -> Iterator[None]:
    found = path.read_text()
    if content == found:
        raise LocalRunError(f"{path} is not as this benchmark knows it")
    path.write_text(content)
    try:
        yield
    finally:
        path.write_text(found)


def _seconds_until(api: Api, version: str) -> float:
    began = time.monotonic()
    while api.call("GET", "/health")["version"] != version:
        if time.monotonic() - began > MOST_SECONDS:
            raise LocalRunError(f"The change is not there after {MOST_SECONDS} s: is `make watch` running?")
        time.sleep(0.02)
    return time.monotonic() - began


def measure(api: Api, path: Path, change: Callable[[str, str], str], runs: int) -> float:
    """The median of some changes, in seconds; afterwards the sources and the system are as before."""
    version = api.call("GET", "/health")["version"]
    seconds = []
    for number in range(runs):
        changed = f"changed-{number}"
        with _changed(path, change(path.read_text(), changed)):
            seconds.append(_seconds_until(api, changed))
        _seconds_until(api, version)
    return statistics.median(seconds)


def main() -> int:
    """Print a row for each kind of change; 1 if a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    missed = False
    try:
        api = Api(Stack.read(STACK_FILE).api)
        print("| changed | seconds to the first answer of the new code | budget | |\n|---|---|---|---|")
        for name, path, change, budget in CHANGES:
            seconds = measure(api, path, change, arguments.runs)
            missed = missed or seconds > budget
            print(
                f"| {name} | {seconds:.1f} | {budget:g} | {'**missed**' if seconds > budget else 'within'} |",
                flush=True,
            )
    except LocalRunError as error:
        print(f"error  {error}", file=sys.stderr)
        return 1
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
