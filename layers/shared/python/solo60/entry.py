"""Where Lambda begins: imports a function's handler and opens its connections before the first request.

Lambda gives a function a whole processor while it starts, and at 512 MB a third of one for its requests. So whatever
every request needs is made here. Lambda asks this module for `handler`, and no other code does.
"""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable
from typing import Any

from solo60 import settings

HANDLER = f"{__name__}.handler"
FUNCTION_MODULE = "FUNCTION_MODULE"
"""The variable that names the module with the function's handler."""

# CPython 3.11 to 3.13 keep frames in chunks of 16 KB. An import or a loop at a chunk's edge maps and unmaps memory at
# every call. A frame of this width gets a chunk of its own, with room behind it for all that it calls.
WIDE_FRAME = 16_384

Handler = Callable[[dict[str, Any], Any], Any]


def __getattr__(name: str) -> Handler:
    if name != "handler":
        raise AttributeError(name)
    return _start()


def _start() -> Handler:
    # A start drops next to none of the objects that it makes, so the collector finds nothing in them.
    gc.disable()
    handler = importlib.import_module(settings.read(FUNCTION_MODULE)).handler
    _connect(handler)
    gc.freeze()
    gc.enable()

    def answer(event: dict[str, Any], context: Any) -> Any:
        return handler(event, context)

    answer.__code__ = answer.__code__.replace(co_stacksize=WIDE_FRAME)
    return answer


def _connect(handler: Any) -> None:
    connected: set[type[object]] = set()
    for grant in handler.grants:
        try:
            if type(grant) not in connected and grant.connect():
                connected.add(type(grant))
        except Exception as error:  # noqa: BLE001 - the first request connects instead, and reports what it meets
            from solo60 import observability

            observability.log_failure("no connection at the start", error, grant=type(grant).__name__)


_start.__code__ = _start.__code__.replace(co_stacksize=WIDE_FRAME)
