"""The memory of a running system is that of all its processes, whoever started them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.benchmarks.memory import Process, processes

# The grandchild holds 50 MB, says so, and ends with its standard input.
GRANDCHILD = "import sys; held = b'x' * 50_000_000; print('holds', flush=True); sys.stdin.read()"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GRANDCHILD!r}, 'ministack-' + 'lambda-f'])"


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="needs Linux")
def test_a_process_counts_with_those_that_it_has_started() -> None:
    with subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"holds\n"
        found = {process.kind: process.megabytes for process in processes(child.pid)}
        assert child.stdin is not None
        child.stdin.close()
    assert found.keys() == {"the launcher", "Lambda workers"}
    assert 50 < found["Lambda workers"] < 80
    assert found["the launcher"] < 30


def test_what_has_ended_is_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
        assert processes(child.pid) == []


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("python -m infra_cdk.local.engine", "the engine"),
        ("python -m infra_cdk.local.stripe_standin 8061", "Stripe's stand-in"),
        ("python -m infra_cdk.local.run", "the launcher"),
    ],
)
def test_a_process_is_known_by_its_command(command: str, kind: str) -> None:
    assert Process(command, 1).kind == kind
