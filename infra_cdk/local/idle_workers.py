"""Bounds the idle Lambda workers of MiniStack, over all functions together.

MiniStack keeps the first worker process of each function for ever, about 50 MB each. Here a few idle workers are kept
for the next requests, more of them while a burst lasts, and a worker that runs an invocation is never ended: when its
function changes, it finishes what it has begun, and is ended then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from types import ModuleType
from typing import Protocol, TypeVar

KEPT_AT_REST = 12
"""Idle workers that stay however long they wait; a strict bound of 8 or 16 would start processes all the time."""
KEPT_IN_BURST = 40
"""Idle workers beyond these are ended at once."""
REST_SECONDS = 10.0
"""Idle time after which a worker beyond `KEPT_AT_REST` is ended."""
_CHECK_SECONDS = 1.0
_LONGEST_INVOCATION_SECONDS = 120.0
"""After which a worker of changed code is ended in any case: MiniStack does not return one that has failed."""


class IdleWorker(Protocol):
    """What is read of MiniStack's workers."""

    in_use: bool
    last_used: float


W = TypeVar("W", bound=IdleWorker)


def surplus(workers: Iterable[W], now: float) -> list[W]:
    """The workers to end, the ones that have been idle longest first.

    Parameters
    ----------
    workers
        All workers of all functions.
    now
        In seconds since the epoch, as `last_used` is.
    """
    idle = sorted((worker for worker in workers if not worker.in_use), key=lambda worker: worker.last_used)
    beyond_burst = max(0, len(idle) - KEPT_IN_BURST)
    beyond_rest = max(0, len(idle) - KEPT_AT_REST)
    rested = [worker for worker in idle[beyond_burst:beyond_rest] if now - worker.last_used >= REST_SECONDS]
    return idle[:beyond_burst] + rested


def _is_of(key: str, wanted: tuple[str | None, ...]) -> bool:
    """Whether the key of a pool has these parts; None stands for any."""
    return all(part is None or part == found for part, found in zip(wanted, key.split(":"), strict=True))


class IdleWorkers:
    """The bound around MiniStack's pool.

    Parameters
    ----------
    runtime
        The module `ministack.core.lambda_runtime`, which holds the pool and its lock.
    """

    def __init__(self, runtime: ModuleType) -> None:
        self._runtime = runtime
        self._released = threading.Event()
        self._outdated: dict[IdleWorker, float] = {}

    def release(self, worker: IdleWorker | None) -> None:
        """Return a worker to the pool; it has been idle since now, not since its invocation began."""
        if worker is not None:
            worker.last_used = time.time()
        self._runtime.release_worker(worker)
        with self._runtime._lock:
            outdated = worker is not None and self._outdated.pop(worker, None) is not None
        if outdated:
            self._runtime.kill_workers([worker])
        self._released.set()

    def invalidate(
        self, function: str, qualifier: str | None = None, account: str | None = None, region: str | None = None
    ) -> None:
        """Let a function's workers take no more invocations; end them once they are idle.

        Parameters
        ----------
        function, qualifier, account, region
            As MiniStack's `invalidate_worker` takes them.
        """
        with self._runtime._lock:
            for key, pool in self._runtime._workers.items():
                if _is_of(key, (account, region, function, qualifier)):
                    self._outdated |= {worker: time.time() for worker in pool if worker.in_use}
                    pool[:] = [worker for worker in pool if not worker.in_use]
        self._runtime.invalidate_worker(function, qualifier=qualifier, account=account, region=region)

    def end_surplus(self) -> None:
        """End the surplus: chosen under the pool's lock, so that nobody leases them, and ended outside it."""
        runtime = self._runtime
        with runtime._lock:
            ending = surplus((worker for pool in runtime._workers.values() for worker in pool), time.time())
            chosen = {id(worker) for worker in ending}
            lost = [
                worker for worker, since in self._outdated.items() if since < time.time() - _LONGEST_INVOCATION_SECONDS
            ]
            for worker in lost:
                del self._outdated[worker]
            for key, pool in list(runtime._workers.items()):
                pool[:] = [worker for worker in pool if id(worker) not in chosen]
                if not pool:
                    del runtime._workers[key]
        runtime.kill_workers(ending + lost)

    def start(self) -> None:
        """End the surplus from now on, in a thread."""
        threading.Thread(target=self._run, daemon=True, name="end-idle-workers").start()

    def _run(self) -> None:
        while True:
            self._released.wait(_CHECK_SECONDS)
            self._released.clear()
            self.end_surplus()
