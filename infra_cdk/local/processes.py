"""Child processes that never outlive the run, and the ports that they listen on."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from infra_cdk.local.errors import LocalRunError

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 15
_LOG_TAIL_LINES = 15


def clean_environment() -> dict[str, str]:
    """The caller's environment without what would lead AWS clients or loopback calls elsewhere."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and name not in {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "MAKEFLAGS"}
    }
    for name in ("NO_PROXY", "no_proxy"):
        others = environment.get(name)
        environment[name] = f"{LOOPBACK},localhost" + (f",{others}" if others else "")
    return environment


def require_free(port: int) -> None:
    """Make sure that nothing listens on `port`.

    Raises
    ------
    LocalRunError
        Something does.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise LocalRunError(f"Port {port} is in use; choose another one: make run PORT={port + 10}") from error


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Child:
    """A process in a group of its own, ended with everything that it has started.

    It holds the reading end of a pipe as its standard input: when this process dies, however it dies, the child sees
    the end of the pipe (`end_with_parent`).
    """

    def __init__(self, name: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether its first process is alive."""
        return self._process.poll() is None

    def wait_until_answers(self, url: str, timeout_seconds: float = 60) -> None:
        """Return when `url` answers 200.

        Raises
        ------
        LocalRunError
            It died or never answered; the last lines of its log are in the message.
        """
        deadline = time.monotonic() + timeout_seconds
        with httpx.Client(trust_env=False, timeout=2) as client:
            while time.monotonic() < deadline:
                if not self.running:
                    raise LocalRunError(f"{self.name} ended at once:\n{self._tail()}")
                try:
                    if client.get(url).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(0.05)
        raise LocalRunError(f"{self.name} does not answer at {url}:\n{self._tail()}")

    def stop(self, *, saving: bool) -> None:
        """End its whole group; with `saving` it is asked first and has time to write its state down."""
        if saving:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_SECONDS)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return

    def _tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LOG_TAIL_LINES:]) + f"\n(all of it: {self.log})"


def end_with_parent() -> None:
    """Called by a child: end its group as soon as the process that started it is gone."""

    def watch() -> None:
        while os.read(0, 1024):
            continue
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="end-with-parent").start()
