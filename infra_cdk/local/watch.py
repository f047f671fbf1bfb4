"""`make watch`: changed sources go into the running system; what needs new templates is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.markup import escape

from infra_cdk.catalogue import FUNCTIONS, SHARED
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.processes import clean_environment
from infra_cdk.local.redeploy import Redeployment
from infra_cdk.local.screen import console
from infra_cdk.local.sources import Sources
from infra_cdk.local.stack import ROOT
from infra_cdk.local.system import System

LOOK_SECONDS = 0.2
_INFRASTRUCTURE = ROOT / "infra_cdk"
_SHOWN = 4

Digests = dict[str, str]


class Declarations:
    """Finds out in the background whether the declarations are still those that were deployed.

    Parameters
    ----------
    read
        Reads the digests of the declarations as the sources are now.
    """

    def __init__(self, read: Callable[[], Digests]) -> None:
        self._read = read
        self._pool = ThreadPoolExecutor(1)
        self._deployed = self._pool.submit(read)
        self._asked: Future[Digests] | None = None
        self._told: Collection[str] = ()

    def ask(self) -> None:
        """The sources have changed."""
        if self._asked is not None:
            self._asked.cancel()
        self._asked = self._pool.submit(self._read)

    def differences(self) -> Collection[str]:
        """The names of functions and domains whose declaration differs, once after each change of them.

        Raises
        ------
        LocalRunError
            The sources cannot be imported.
        """
        if self._asked is None or not self._asked.done():
            return ()
        asked, self._asked = self._asked, None
        now, deployed = asked.result(), self._deployed.result()
        found = sorted(name for name in now.keys() | deployed.keys() if now.get(name) != deployed.get(name))
        told, self._told = self._told, found
        return () if found == told else found


def current_digests() -> Digests:
    """The digests of the declarations, read by a process of its own.

    Raises
    ------
    LocalRunError
        The sources cannot be imported.
    """
    path = os.pathsep.join(str(part) for part in (FUNCTIONS, SHARED, ROOT))
    done = subprocess.run(
        [sys.executable, "-m", "infra_cdk.local.declared"],
        cwd=ROOT,
        env={**clean_environment(), "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise LocalRunError(said[-1] if said else "The declarations cannot be read")
    found: Digests = json.loads(done.stdout)
    return found


class Watch:
    """Follows the sources.

    Parameters
    ----------
    sources
        Of the functions and of the infrastructure.
    redeployment
        Into the running system.
    declarations
        As they were deployed.
    """

    def __init__(self, sources: Sources, redeployment: Redeployment, declarations: Declarations) -> None:
        self._sources = sources
        self._redeployment = redeployment
        self._declarations = declarations
        self._not_deployed: frozenset[Path] = frozenset()

    @staticmethod
    def of(system: System) -> Watch:
        """A watch over a system that was deployed from the sources as they are now."""
        sources = Sources(FUNCTIONS, SHARED, _INFRASTRUCTURE)
        return Watch(sources, Redeployment(system.client("lambda")), Declarations(current_digests))

    def wait_and_look(self) -> None:
        """Wait a moment, then look."""
        time.sleep(LOOK_SECONDS)
        self.look()

    def look(self) -> None:
        """Deploy what has changed since the last look, and tell what has to be known."""
        changed = self._sources.changed()
        infrastructure = {path for path in changed if path.is_relative_to(_INFRASTRUCTURE)}
        if infrastructure:
            _tell("yellow", "restart", "make watch: the infrastructure changed")
        try:
            if changed - infrastructure:
                self._not_deployed |= changed - infrastructure
                self._deploy()
                self._declarations.ask()
            differences = self._declarations.differences()
        except (LocalRunError, BotoCoreError, ClientError) as error:
            _tell("red", "error", str(error))
            return
        if differences:
            _tell("yellow", "restart", f"make watch: the declaration changed of {_listed(differences)}")

    def _deploy(self) -> None:
        began = time.monotonic()
        names = self._redeployment.deploy(self._not_deployed)
        files = _listed(sorted(str(path.relative_to(ROOT)) for path in self._not_deployed))
        self._not_deployed = frozenset()
        what = _listed(names) if names else "no function runs it"
        _tell("green", "deployed", f"{files}: {what} ({time.monotonic() - began:.1f} s)")


def _listed(names: Collection[str]) -> str:
    shown = list(names)[:_SHOWN]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _tell(colour: str, word: str, text: str) -> None:
    console.print(f"[{colour}]{word}[/{colour}]  {escape(text)}")
