"""Cold start: a fresh process that imports an endpoint as packaged, beside bare Python and the usual style.

Every sample is a new process without site-packages; its path holds the code package and the layers alone. Samples of
all subjects alternate, so that a slow moment of the machine falls on all of them. It ends where the start ends: an
execution environment is not torn down after its start, so the interpreter's teardown is left out.
"""

from __future__ import annotations

import compileall
import statistics
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path

from infra_cdk import catalogue
from layers import build
from solo60.grants import SecretGrant

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = "tests.benchmarks.reference_handler"
USES_STRIPE = SecretGrant("stripe")


@dataclass(frozen=True)
class ColdStart:
    """Median start of one endpoint.

    Attributes
    ----------
    times_bare
        Multiples of a process that does nothing.
    times_reference
        Multiples of the reference handler in the usual style.
    stripe
        Whether its declaration reads the Stripe secret, and so has the wider budget.
    """

    endpoint: str
    times_bare: float
    times_reference: float
    stripe: bool


def _start(paths: list[Path], module: str | None, environment: dict[str, str]) -> float:
    code = "pass"
    if module is not None:
        code = f"import os,sys;sys.path[:0]={[str(path) for path in paths]!r};import {module};os._exit(0)"
    started = time.perf_counter()
    subprocess.run([sys._base_executable, "-I", "-S", "-c", code], check=True, env=environment)  # type: ignore[attr-defined]
    return time.perf_counter() - started


def measure(runs: int) -> tuple[list[ColdStart], float]:
    """Start every endpoint `runs` times.

    Returns
    -------
    tuple
        The endpoints, slowest first, and the reference handler in multiples of bare Python.
    """
    package = [
        build.dependencies("host").path / "python",
        build.shared("host").path / "python",
        build.functions("host").path,
    ]
    usual = [Path(sysconfig.get_paths()["purelib"]), ROOT]
    for name in ("boto3", "botocore", "stripe", "aws_xray_sdk", "aws_lambda_powertools", "pynamodb", "pydantic"):
        compileall.compile_dir(str(usual[0] / name), quiet=2)
    environment = {"AWS_XRAY_SDK_ENABLED": "false", "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    endpoints = catalogue.endpoints()
    bare: list[float] = []
    reference: list[float] = []
    samples: dict[str, list[float]] = {endpoint.declaration.module: [] for endpoint in endpoints}
    for _ in range(runs):
        bare.append(_start([], None, environment))
        reference.append(_start(usual, REFERENCE, environment))
        for module, times in samples.items():
            times.append(_start(package, module, environment))
    bare_median, reference_median = statistics.median(bare), statistics.median(reference)
    results = [
        ColdStart(
            endpoint=endpoint.declaration.route,
            times_bare=statistics.median(samples[endpoint.declaration.module]) / bare_median,
            times_reference=statistics.median(samples[endpoint.declaration.module]) / reference_median,
            stripe=USES_STRIPE in endpoint.grants,
        )
        for endpoint in endpoints
    ]
    results.sort(key=lambda result: result.times_bare, reverse=True)
    return results, reference_median / bare_median
