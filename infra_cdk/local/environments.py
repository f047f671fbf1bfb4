"""Fits MiniStack's Lambda to one machine, so that forty requests at once are slow rather than broken.

As published it starts a process for each request in flight, each with its own copy of the layers: a burst starves
itself until functions time out. Here a layer is unpacked once, as on AWS, where /opt is shared and read-only; no more
processes start at once than there are processors; a function has a bounded number of them, for which requests wait; and
idle ones are ended (`idle_workers`).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path
from threading import BoundedSemaphore, Condition, Lock
from typing import Any

from infra_cdk.local.idle_workers import IdleWorkers
from infra_cdk.local.invocation_logs import read_exact_logs
from infra_cdk.local.stream_repairs import repair_streams

PROCESSORS = os.cpu_count() or 2
PER_FUNCTION = max(8, 2 * PROCESSORS)
_SHARE_FROM_BYTES = 256 * 1024
_LOOK_AGAIN_SECONDS = 0.05


class SharedLayers:
    """Stands in for the `zipfile` module in MiniStack's Lambda runtime."""

    BadZipFile = zipfile.BadZipFile
    LargeZipFile = zipfile.LargeZipFile

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="solo60-layers-"))
        self._unpacked: dict[str, Path] = {}
        self._lock = Lock()

    def ZipFile(self, file: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 - the name that it stands in for
        """The archive itself, or for a layer one whose extraction is a link to what is unpacked already."""
        path = Path(file)
        if not path.name.startswith("layer_") or path.stat().st_size < _SHARE_FROM_BYTES:
            return zipfile.ZipFile(file, *args, **kwargs)
        return _Linked(self._unpack(path))

    def _unpack(self, path: Path) -> Path:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with self._lock:
            if digest not in self._unpacked:
                home = self._home / digest[:16]
                with zipfile.ZipFile(path) as archive:
                    archive.extractall(home)
                self._unpacked[digest] = home
            path.unlink()
            return self._unpacked[digest]


class _Linked:
    def __init__(self, unpacked: Path) -> None:
        self._unpacked = unpacked

    def __enter__(self) -> _Linked:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def namelist(self) -> list[str]:
        return []

    def extractall(self, target: str) -> None:
        os.rmdir(target)
        os.symlink(self._unpacked, target)


def fit_to_this_machine() -> None:
    """Change the emulator before it serves."""
    from ministack.core import lambda_runtime
    from ministack.services import dynamodb, lambda_svc

    lambda_runtime.zipfile = SharedLayers()
    _start_few_at_once(lambda_runtime.Worker)
    read_exact_logs(lambda_runtime)
    idle_workers = IdleWorkers(lambda_runtime)
    _bound_each_function(lambda_svc, idle_workers)
    idle_workers.start()
    share_reserved_concurrency(lambda_svc)
    _read_streams_from_their_start(lambda_svc)
    _measure_layers_once(lambda_svc)
    repair_streams(lambda_svc, dynamodb)


def _start_few_at_once(worker: Any) -> None:
    starting = BoundedSemaphore(PROCESSORS)
    spawn = worker._spawn

    def spawn_in_turn(self: Any) -> None:
        with starting:
            spawn(self)

    worker._spawn = spawn_in_turn


def _bound_each_function(lambda_svc: Any, idle_workers: IdleWorkers) -> None:
    acquire = lambda_svc.acquire_worker
    released = Condition()

    def acquire_or_wait(*args: Any, **kwargs: Any) -> Any:
        while True:
            worker, reason = acquire(*args, **{**kwargs, "max_concurrency": PER_FUNCTION})
            if worker is not None:
                return worker, reason
            with released:
                released.wait(_LOOK_AGAIN_SECONDS)

    def release_and_tell(worker: Any) -> None:
        idle_workers.release(worker)
        with released:
            released.notify()

    lambda_svc.acquire_worker, lambda_svc.release_worker = acquire_or_wait, release_and_tell
    lambda_svc.invalidate_worker = idle_workers.invalidate


def _measure_layers_once(lambda_svc: Any) -> None:
    """A change of a function reads the directories of all its layers, thousands of entries, to add up their sizes."""
    measure = lambda_svc._layer_unzipped_size
    sizes: dict[str, int] = {}

    def measure_once(attachment: str | dict[str, Any]) -> int:
        arn = attachment if isinstance(attachment, str) else attachment["Arn"]
        # A version of a layer never changes.
        if arn not in sizes:
            sizes[arn] = measure(attachment)
        return sizes[arn]

    lambda_svc._layer_unzipped_size = measure_once


def share_reserved_concurrency(lambda_svc: Any) -> None:
    """Let a function's reserved concurrency hold for its versions too, which are what an alias invokes."""
    reserved = lambda_svc._reserved_concurrency

    def reserved_of_function(func: dict[str, Any], config: dict[str, Any]) -> int | None:
        account, region = lambda_svc._account_region_from_function_config(config)
        function = lambda_svc._functions.get_scoped(account, region, config["FunctionName"])
        found: int | None = reserved(function or func, config)
        return found

    lambda_svc._reserved_concurrency = reserved_of_function


def _read_streams_from_their_start(lambda_svc: Any) -> None:
    """A kept state has how far each stream was read, but not the streams: the new ones would be skipped that far."""
    restore = lambda_svc._restore_esm_positions

    def restore_others(store: Any, positions: Any) -> None:
        if store is not lambda_svc._dynamodb_stream_positions:
            restore(store, positions)

    lambda_svc._restore_esm_positions = restore_others
