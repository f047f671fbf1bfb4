"""Idle Lambda workers of the local engine are bounded over all functions; one that is in use is never ended."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from ministack.core import lambda_runtime

from infra_cdk.local import idle_workers
from infra_cdk.local.idle_workers import KEPT_AT_REST, KEPT_IN_BURST, REST_SECONDS, IdleWorkers, surplus

NOW = 1_790_000_000.0


@dataclass(eq=False)
class Worker:
    """A worker as MiniStack's pool holds it, without a process."""

    idle_seconds: float = 0
    in_use: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    _proc: None = None

    def __post_init__(self) -> None:
        self.last_used = NOW - self.idle_seconds

    def _discard_tmpdir(self) -> None:
        """MiniStack calls this as the last step of ending a worker."""
        self.ended.set()


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Worker]]:
    """MiniStack's pool of workers, empty."""
    workers: dict[str, list[Worker]] = {}
    monkeypatch.setattr(lambda_runtime, "_workers", workers)
    monkeypatch.setattr(lambda_runtime, "_worker_class_for", lambda config: lambda *_: Worker())
    return workers


def acquire(name: str) -> Worker:
    config = {"FunctionArn": f"arn:aws:lambda:eu-west-2:000000000000:function:{name}"}
    worker, _ = lambda_runtime.acquire_worker(name, config, b"")
    assert isinstance(worker, Worker)
    return worker


def idle(count: int, seconds: float) -> list[Worker]:
    """Idle workers, the first idle longest."""
    return [Worker(idle_seconds=seconds + (count - number) / 1000) for number in range(count)]


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_at_rest_the_ones_used_last_are_kept() -> None:
    workers = idle(30, REST_SECONDS)
    assert surplus(workers, NOW) == workers[: 30 - KEPT_AT_REST]


def test_those_kept_at_rest_are_kept_however_long_they_wait() -> None:
    assert surplus(idle(KEPT_AT_REST, 3600), NOW) == []


def test_after_a_burst_more_are_kept_for_some_seconds() -> None:
    workers = idle(KEPT_IN_BURST, REST_SECONDS - 1)
    assert surplus(workers, NOW) == []
    assert surplus(workers, NOW + 1) == workers[: KEPT_IN_BURST - KEPT_AT_REST]


def test_those_beyond_a_burst_are_ended_at_once() -> None:
    workers = idle(KEPT_IN_BURST + 5, 0)
    assert surplus(workers, NOW) == workers[:5]


def test_a_worker_in_use_is_neither_counted_nor_ended() -> None:
    busy = [Worker(idle_seconds=3600, in_use=True) for _ in range(100)]
    assert surplus([*busy, *idle(KEPT_AT_REST, 3600)], NOW) == []


def test_an_ended_worker_is_not_leased_again(pool: dict[str, list[Worker]]) -> None:
    pool |= {f"000000000000:eu-west-2:f{number}:$LATEST": [worker] for number, worker in enumerate(idle(30, 3600))}
    first, last = pool["000000000000:eu-west-2:f0:$LATEST"][0], pool["000000000000:eu-west-2:f29:$LATEST"][0]
    IdleWorkers(lambda_runtime).end_surplus()
    assert first.ended.is_set()
    assert not last.ended.is_set()
    assert len(pool) == KEPT_AT_REST
    assert acquire("f0") is not first
    assert acquire("f29") is last


def test_a_worker_rests_from_the_end_of_its_invocation(pool: dict[str, list[Worker]]) -> None:
    worker = acquire("f")
    worker.last_used = time.time() - 3600
    workers = IdleWorkers(lambda_runtime)
    workers.release(worker)
    assert not worker.in_use
    assert time.time() - worker.last_used < 60


def test_a_worker_is_released_even_if_its_function_failed(pool: dict[str, list[Worker]]) -> None:
    IdleWorkers(lambda_runtime).release(None)


def test_a_worker_in_use_finishes_what_it_has_begun_when_its_function_changes(pool: dict[str, list[Worker]]) -> None:
    busy, idle_one, other = acquire("f"), acquire("f"), acquire("g")
    workers = IdleWorkers(lambda_runtime)
    workers.release(idle_one)
    workers.invalidate("f", qualifier="$LATEST", account="000000000000", region="eu-west-2")
    assert idle_one.ended.is_set()
    assert not busy.ended.is_set()
    assert acquire("f") not in {busy, idle_one}
    workers.release(busy)
    assert busy.ended.is_set()
    workers.release(other)
    assert not other.ended.is_set()


def test_a_change_of_another_version_leaves_a_worker_alone(pool: dict[str, list[Worker]]) -> None:
    worker = acquire("f")
    workers = IdleWorkers(lambda_runtime)
    workers.invalidate("f", qualifier="7")
    workers.release(worker)
    assert not worker.ended.is_set()
    assert acquire("f") is worker


def test_a_worker_of_changed_code_that_is_never_returned_is_ended(
    pool: dict[str, list[Worker]], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = acquire("f")
    workers = IdleWorkers(lambda_runtime)
    workers.invalidate("f")
    workers.end_surplus()
    assert not worker.ended.is_set()
    monkeypatch.setattr(idle_workers, "_LONGEST_INVOCATION_SECONDS", -1)
    workers.end_surplus()
    assert worker.ended.is_set()


def test_under_load_no_worker_in_use_is_ended(pool: dict[str, list[Worker]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_workers, "KEPT_AT_REST", 2)
    monkeypatch.setattr(idle_workers, "KEPT_IN_BURST", 6)
    monkeypatch.setattr(idle_workers, "REST_SECONDS", 0)
    workers = IdleWorkers(lambda_runtime)
    workers.start()
    ended_in_use = []
    leased: set[Worker] = set()

    def invoke(number: int) -> None:
        worker = acquire(f"f{number % 20}")
        leased.add(worker)
        time.sleep(random.random() / 500)
        if worker.ended.is_set():
            ended_in_use.append(number)
        workers.release(worker)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(invoke, range(2_000)))
    eventually(lambda: sum(map(len, pool.values())) == 2)
    eventually(lambda: sum(worker.ended.is_set() for worker in leased) == len(leased) - 2)
    assert ended_in_use == []
