"""Each invocation of the local engine has exactly its own log lines, and one without lines is not waited for."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from ministack.core import lambda_runtime

from infra_cdk.local import invocation_logs
from infra_cdk.local.invocation_logs import MARK, MOST_SECONDS, EngineChanged, read_exact_logs

HANDLER = b"""
import os, subprocess, sys, time

print("at the import")

def handler(event, context):
    print(*event.get("lines", ()), sep="\\n", end=event.get("end", "\\n") if "lines" in event else "")
    os.write(2, event.get("bytes", "").encode("latin-1"))
    if "linger" in event:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(%r)" % event["linger"]])
    if "pause" in event:
        time.sleep(event["pause"])
    if "raise" in event:
        raise RuntimeError(event["raise"])
    if "exit" in event:
        os._exit(event["exit"])
    if "close" in event:
        os.close(2)
    return event.get("answer")
"""
CHANGED = ("invoke", "_read_stderr", "_drain_stderr", "_drain_stderr_bounded")

Invoke = Callable[..., dict[str, Any]]


@contextmanager
def as_published() -> Iterator[pytest.MonkeyPatch]:
    """MiniStack's workers are afterwards as they were before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lambda_runtime, "_PYTHON_WORKER_SCRIPT", lambda_runtime._PYTHON_WORKER_SCRIPT)
        for name in CHANGED:
            patch.setattr(lambda_runtime.Worker, name, getattr(lambda_runtime.Worker, name))
        patch.setattr(lambda_runtime, "execution_credentials", lambda config: {})
        yield patch


def _code() -> bytes:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", HANDLER)
        # MiniStack instruments botocore where there is one; its import would be most of the start of a process.
        archive.writestr("botocore/__init__.py", "")
    return code.getvalue()


@pytest.fixture(scope="module")
def worker() -> Iterator[Any]:
    """A function in a real process, which logs what its event says."""
    config = {
        "FunctionName": "f",
        "FunctionArn": "arn:aws:lambda:eu-west-2:000000000000:function:f",
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Timeout": 5,
    }
    with as_published():
        read_exact_logs(lambda_runtime)
        made = lambda_runtime.Worker("f", config, _code())
        yield made
        made.kill()


@pytest.fixture
def invoke(worker: Any) -> Invoke:
    """Calls the function with an event; ids count up. The lines of an import are taken by a first call."""
    calls = iter(range(10_000))

    def call(**event: Any) -> dict[str, Any]:
        answer = worker.invoke(event, f"request-{next(calls)}")
        assert isinstance(answer, dict)
        return answer

    assert call()["log"] in {"", "at the import"}
    return call


def test_lines_belong_to_the_invocation_that_wrote_them(invoke: Invoke) -> None:
    for number in range(300):
        lines = [f"{number} line {line}" for line in range(number % 4)]
        assert invoke(**({"lines": lines} if lines else {}))["log"].splitlines() == lines


def test_a_silent_invocation_is_not_waited_for(invoke: Invoke) -> None:
    seconds = []
    for _ in range(40):
        began = time.monotonic()
        assert invoke()["log"] == ""
        seconds.append(time.monotonic() - began)
    # As published not one of them takes less than this.
    assert min(seconds) < 0.050


def test_many_lines_and_a_large_answer_come_whole(invoke: Invoke) -> None:
    lines = [f"{number} " + "x" * 200 for number in range(3_000)]
    answer = invoke(lines=lines, answer="y" * 500_000)
    assert answer["log"].splitlines() == lines
    assert len(answer["result"]) == 500_000
    assert invoke(lines=["next"])["log"] == "next"


def test_a_last_line_without_an_end_belongs_to_its_invocation(invoke: Invoke) -> None:
    assert invoke(lines=["one", "two"], end="")["log"] == "one\ntwo"
    assert invoke()["log"] == ""


def test_bytes_that_are_no_text_do_not_stop_the_reading(invoke: Invoke) -> None:
    assert invoke(bytes="\xff\xfe one\n")["log"].endswith(" one")
    assert invoke(lines=["two"])["log"] == "two"


def test_the_lines_before_an_exception_belong_to_its_invocation(invoke: Invoke) -> None:
    answer = invoke(lines=["before"], **{"raise": "failed"})
    assert (answer["status"], answer["error"], answer["log"]) == ("error", "failed", "before")
    assert invoke(lines=["after"])["log"] == "at the import\nafter"


def test_the_lines_before_the_end_of_a_process_belong_to_its_invocation(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A process that has ended writes no mark, and is not waited for either.
    monkeypatch.setattr(invocation_logs, "MOST_SECONDS", 60)
    began = time.monotonic()
    answer = invoke(lines=["before"], exit=1)
    assert (answer["error"], answer["log"]) == ("Worker process died", "before")
    assert time.monotonic() - began < 30
    assert invoke()["log"] == "at the import"


def test_the_lines_before_a_time_out_belong_to_its_invocation(invoke: Invoke, worker: Any) -> None:
    worker.config["Timeout"] = 0.5
    answer = invoke(lines=["before"], pause=30)
    assert answer["error"].startswith("Task timed out")
    assert answer["log"] == "before"
    worker.config["Timeout"] = 5
    assert invoke()["log"] == "at the import"


def test_a_process_that_the_function_leaves_behind_is_not_waited_for(invoke: Invoke) -> None:
    began = time.monotonic()
    assert invoke(lines=["one"], linger=3)["log"] == "one"
    assert time.monotonic() - began < MOST_SECONDS
    assert invoke(lines=["two"])["log"] == "two"


def test_a_late_mark_does_not_shift_the_lines_that_follow(invoke: Invoke, worker: Any) -> None:
    # As if the lines of an earlier invocation had not come within the time.
    for line in ("late", "\0end of nobody", MARK + "request-0"):
        worker._stderr_queue.put(line)
    assert invoke(lines=["mine"])["log"] == "late\n\0end of nobody\nmine"
    assert invoke()["log"] == ""


def test_a_function_that_closes_its_output_still_answers(invoke: Invoke, worker: Any) -> None:
    began = time.monotonic()
    assert invoke(lines=["last"], close=True, answer=1)["result"] == 1
    assert time.monotonic() - began < 2 * MOST_SECONDS
    worker.kill()


def test_workers_side_by_side_keep_their_lines_apart(worker: Any) -> None:
    others = [type(worker)("f", worker.config, worker.code_zip) for _ in range(2)]

    def run(number: int) -> None:
        for call in range(100):
            line = f"worker {number} call {call}"
            log = others[number].invoke({"lines": [line]}, f"{number}-{call}")["log"]
            assert log.splitlines()[-1] == line

    try:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(run, range(2)))
    finally:
        lambda_runtime.kill_workers(others)


def test_another_worker_script_is_refused() -> None:
    with as_published() as patch:
        patch.setattr(lambda_runtime, "_PYTHON_WORKER_SCRIPT", "while True: serve()\n")
        with pytest.raises(EngineChanged):
            read_exact_logs(lambda_runtime)
