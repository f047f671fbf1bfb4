"""Gives each invocation exactly its own log lines, without waiting for them.

MiniStack reads a worker's standard error after each invocation: up to 50 ms for a first line, and until 5 ms pass
without another. A function that logs nothing is 50 ms slower by that, and a late line counts for the next invocation.
Here the worker writes a mark behind the output of each invocation, and reading ends at the mark.
"""

from __future__ import annotations

import contextlib
import queue
import secrets
import time
from io import TextIOWrapper
from typing import Any, Protocol

MARK = f"\0end of {secrets.token_hex(16)} "
"""What no function writes by accident; the id of the invocation follows."""
MOST_SECONDS = 1.0
"""For the mark to come; it comes at once, unless the function has closed its standard error."""

_LOOP_END = "        _real_stdout.flush()\n\nrun()\n"
_MARKED_LOOP_END = f"""\
        try:
            sys.stderr.flush()
            os.write(2, ({MARK!r} + str(_ms_ctx.get("request_id", "")) + "\\n").encode())
        except (OSError, ValueError):
            pass
{_LOOP_END}"""


class EngineChanged(RuntimeError):
    """MiniStack's worker script is not the one that this module was written for."""


class _Process(Protocol):
    stderr: TextIOWrapper


class _Worker(Protocol):
    """What is read of MiniStack's workers."""

    _proc: _Process
    _stderr_queue: queue.Queue[str | None]
    invocation: str


def read_exact_logs(runtime: Any) -> None:
    """Change MiniStack's Python workers.

    Parameters
    ----------
    runtime
        The module `ministack.core.lambda_runtime`.

    Raises
    ------
    EngineChanged
        Its worker script does not end as expected.
    """
    script: str = runtime._PYTHON_WORKER_SCRIPT
    if not script.endswith(_LOOP_END):
        raise EngineChanged("MiniStack's Python worker ends an invocation in another way than version 1.5.33")
    runtime._PYTHON_WORKER_SCRIPT = script.removesuffix(_LOOP_END) + _MARKED_LOOP_END
    worker = runtime.Worker
    invoke = worker.invoke

    def invoke_and_remember(self: _Worker, event: object, request_id: str, **rest: object) -> object:
        self.invocation = request_id
        return invoke(self, event, request_id, **rest)

    worker.invoke = invoke_and_remember
    worker._read_stderr = _read
    worker._drain_stderr = worker._drain_stderr_bounded = _lines_of_invocation


def _read(self: _Worker) -> None:
    # Both belong to this process: the worker has others once it starts its next process.
    output, lines = self._proc.stderr, self._stderr_queue
    output.reconfigure(errors="replace")
    with contextlib.suppress(OSError, ValueError):
        for line in output:
            lines.put(line.rstrip("\n"))
    lines.put(None)


def _lines_of_invocation(self: _Worker) -> str:
    """The lines up to the mark, or up to the end of the process."""
    lines = []
    deadline = time.monotonic() + MOST_SECONDS
    with contextlib.suppress(queue.Empty):
        while (line := self._stderr_queue.get(timeout=max(0.0, deadline - time.monotonic()))) is not None:
            text, marked, invocation = line.rpartition(MARK)
            if not marked:
                lines.append(line)
                continue
            if text:
                lines.append(text)
            if invocation == self.invocation:
                break
    return "\n".join(lines)
