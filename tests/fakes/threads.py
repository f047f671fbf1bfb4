"""Requests in threads, with moto behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

import pytest
from moto.core.botocore_stubber import BotocoreStubber

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 8


def at_once(act: Callable[[T], R], arguments: Iterable[T]) -> list[R]:
    """Act on all arguments in several threads. Moto has no locks, so it gets one call at a time."""
    lock, stub = Lock(), BotocoreStubber.__call__

    def one_at_a_time(self: BotocoreStubber, *args: Any, **kwargs: Any) -> Any:
        with lock:
            return stub(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(AT_ONCE) as pool:
        patch.setattr(BotocoreStubber, "__call__", one_at_a_time)
        return list(pool.map(act, arguments))
