"""Take each guard out in a process of its own and run the tests that prove it: 1 if a case survives.

This module imports nothing of the system: the process that runs a mutant loads its edited sources first.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutants.guards import MUTANTS, Edit, Mutant

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 2


class MutantError(Exception):
    """A guard is not where it was, or its tests cannot be run."""


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module from its edited source."""

    def __init__(self, name: str, path: str, edits: Sequence[Edit]) -> None:
        super().__init__(name, path)
        self._edits = edits

    def get_code(self, fullname: str) -> CodeType:
        return compile(edited(Path(self.path).read_text(), self._edits), self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the modules of the edited files before all other finders do."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits: dict[str, list[Edit]] = {}
        for edit in edits:
            self._edits.setdefault(str(ROOT / edit.file), []).append(edit)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module's specification, if its file is edited."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin not in self._edits:
            return None
        spec.loader = _Loader(fullname, spec.origin, self._edits[spec.origin])
        return spec


@dataclass
class Outcomes:
    """A pytest plugin: what became of each case.

    Attributes
    ----------
    survived
        Cases that passed without the guard.
    killed
        Cases that failed in the test itself.
    broken
        Cases that could not be run.
    """

    survived: list[str] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome of a phase."""
        if report.when == "call":
            (self.killed if report.failed else self.survived).append(report.nodeid)
        elif report.when == "setup" and not report.passed:
            self.broken.append(report.nodeid)


def edited(source: str, edits: Sequence[Edit]) -> str:
    """A source with its edits.

    Raises
    ------
    MutantError
        A text does not stand there once.
    """
    for edit in edits:
        if source.count(edit.old) != 1:
            raise MutantError(f"{edit.file} has {source.count(edit.old)} times: {edit.old}")
        source = source.replace(edit.old, edit.new)
    return source


def _run_here(mutant: Mutant, report: Path) -> int:
    """Run a mutant's tests in this process."""
    for file in {edit.file for edit in mutant.edits}:
        edited((ROOT / file).read_text(), [edit for edit in mutant.edits if edit.file == file])
    sys.meta_path.insert(0, _Finder(mutant.edits))
    outcomes = Outcomes()
    options = ["-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", *mutant.tests]
    if mutant.only:
        options += ["-k", mutant.only]
    pytest.main(options, plugins=[outcomes])
    report.write_text(json.dumps(vars(outcomes)))
    return 0


def _run(mutant: Mutant) -> Outcomes:
    """Run a mutant's tests in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "outcomes.json"
        command = [sys.executable, "-m", "tests.mutants", "--here", mutant.guard, "--report", str(report)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if not report.exists():
            raise MutantError(f"{mutant.guard}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return Outcomes(**json.loads(report.read_text()))


def main() -> int:
    """Print each guard with the number of cases that fail without it, and the cases that survive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("guards", nargs="*", help="run these alone")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    parser.add_argument("--report", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    known = {mutant.guard: mutant for mutant in MUTANTS}
    if options.here:
        return _run_here(known[options.here], options.report)
    chosen = [known[name] for name in options.guards] or list(MUTANTS)
    wrong = 0
    with ThreadPoolExecutor(PROCESSES) as pool:
        for mutant, outcomes in zip(chosen, pool.map(_run, chosen), strict=True):
            left = [*outcomes.survived, *outcomes.broken]
            wrong += len(left) + (not outcomes.killed)
            print(f"{mutant.guard}: {len(outcomes.killed)} of {len(outcomes.killed) + len(left)} cases fail")
            for nodeid in left:
                print(f"    {'survives' if nodeid in outcomes.survived else 'cannot be run'}: {nodeid}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
