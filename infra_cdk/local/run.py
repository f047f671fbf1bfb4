"""`make run` and `make watch`: bring the system up, show where it is, end it on Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from rich.markup import escape

from infra_cdk.local import screen
from infra_cdk.local.bring_up import bring_up
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.stack import DEFAULT_PORT, HOME, STACK_FILE
from infra_cdk.local.system import System, prepare_environment
from infra_cdk.local.watch import Watch

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def _only_run() -> Iterator[None]:
    HOME.mkdir(exist_ok=True)
    with (HOME / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LocalRunError(f"Another `make run` is running from this folder; see {STACK_FILE}") from error
        yield


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _serve(port: int, values: Mapping[str, str], *, keep: bool, watch: bool) -> None:
    STACK_FILE.unlink(missing_ok=True)
    system = System(HOME, port, port + 1, keep=keep, values=values)
    try:
        stack = bring_up(system, screen.step)
        stack.write(STACK_FILE)
        screen.show(stack)
        wait = Watch.of(system).wait_and_look if watch else _wait
        while system.running:
            wait()
        raise LocalRunError(f"A process of the system has ended by itself; see {HOME / 'log'}")
    finally:
        STACK_FILE.unlink(missing_ok=True)
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)
        system.stop()


def _wait() -> None:
    time.sleep(0.5)


def main() -> int:
    """Run until interrupted.

    Returns
    -------
    int
        0 after Ctrl-C, 1 after an error, which is told in one line.
    """
    parser = argparse.ArgumentParser(description="Run SOLO60 on this machine.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the API; Stripe's stand-in takes the next")
    parser.add_argument("--keep", action="store_true", help="keep the state between runs")
    parser.add_argument("--watch", action="store_true", help="put changed sources into the running functions")
    parser.add_argument("values", nargs="*", metavar="name=value", help="values of the local stage")
    arguments = parser.parse_args()
    if any("=" not in value for value in arguments.values):
        parser.error('say values as name=value, or SET="name=value" to make')
    if arguments.keep and arguments.watch:
        parser.error("what a watched system has taken over is not kept: use one of --keep and --watch")
    prepare_environment()
    for number in _ENDING:
        signal.signal(number, _interrupt)
    try:
        with _only_run():
            values = dict(value.split("=", 1) for value in arguments.values)
            _serve(arguments.port, values, keep=arguments.keep, watch=arguments.watch)
    except LocalRunError as error:
        screen.console.print(f"[red]error[/red]  {escape(str(error))}")
        return 1
    except KeyboardInterrupt:
        screen.console.print("ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
