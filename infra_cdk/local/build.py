"""The layers and the synthesized templates: what a start can reuse, known by a digest of all that goes into them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.processes import clean_environment
from infra_cdk.local.stack import HOME, ROOT, STAGE

ASSEMBLY = HOME / "cdk.out"
STRIPE_PLACEHOLDER = "http://stripe.invalid"
"""Stands in the templates for the stand-in's address, so that another port needs no other templates."""

_DIGEST = HOME / "cdk.out.digest"
_INPUTS = ("functions", "infra_cdk", "layers", "events", "cdk.json", "uv.lock", "pyproject.toml")
_NOT_INPUTS = {"__pycache__", "commands", "local", "decisions"}


def _files(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        top = ROOT / name
        if top.is_file():
            yield top
        for path in sorted(top.rglob("*")) if top.is_dir() else ():
            inside = path.relative_to(ROOT)
            if path.is_file() and not _NOT_INPUTS.intersection(inside.parts) and path.suffix != ".pyc":
                yield path


def _digest(values: Mapping[str, str]) -> str:
    digest = hashlib.sha256(f"{sys.version}{ROOT}{json.dumps(values, sort_keys=True)}".encode())
    for path in _files(_INPUTS):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """Two runs at once build one after the other."""
    HOME.mkdir(exist_ok=True)
    with (HOME / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def synthesize(values: Mapping[str, str]) -> bool:
    """Build the layers and synthesize the local stage's templates, unless nothing changed.

    Parameters
    ----------
    values
        Values of the stage that override its own.

    Returns
    -------
    bool
        Whether it had to be done.

    Raises
    ------
    LocalRunError
        The last line that the CDK app said.
    """
    with _alone():
        digest = _digest(values)
        if (ASSEMBLY / "manifest.json").exists() and _DIGEST.exists() and _DIGEST.read_text() == digest:
            return False
        _DIGEST.unlink(missing_ok=True)
        shutil.rmtree(ASSEMBLY, ignore_errors=True)
        context = json.loads((ROOT / "cdk.json").read_text()).get("context", {})
        context |= {"stripe_api_base": STRIPE_PLACEHOLDER, **values, "stage": STAGE}
        _run_app({"CDK_OUTDIR": str(ASSEMBLY), "CDK_CONTEXT_JSON": json.dumps(context)})
        _DIGEST.write_text(digest)
        return True


def _run_app(environment: dict[str, str]) -> None:
    path = os.pathsep.join(str(ROOT / part) for part in ("functions", "layers/shared/python", "."))
    done = subprocess.run(
        [sys.executable, "-m", "infra_cdk.app"],
        cwd=ROOT,
        env={**clean_environment(), "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        log = HOME / "log" / "synth.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout + done.stderr)
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise LocalRunError(f"Synthesis failed: {said[-1] if said else 'it said nothing'} (all of it: {log})")
