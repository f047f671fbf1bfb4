"""From nothing to a system that answers: processes, templates, deployment, demo data."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra_cdk.local import build
from infra_cdk.local.seed import seed
from infra_cdk.local.stack import REGION, Stack
from infra_cdk.local.system import System

Step = Callable[[str], Any]


def bring_up(system: System, step: Step) -> Stack:
    """Start, build, deploy and seed; what can be done at once is.

    Returns
    -------
    Stack
        Where everything is.
    """
    with ThreadPoolExecutor(1) as pool, step("Layers and templates") as tell:
        synthesis = pool.submit(build.synthesize, system.values)
        system.start(tell)
        tell("building")
        synthesis.result()
    with step("Deployment") as tell:
        system.deploy(tell)
    with step("First request") as tell:
        system.api.call("GET", "/health")
    with step("Demo data") as tell:
        users = seed(system, tell)
    return Stack(
        api=system.api_url,
        docs=f"{system.api_url}/docs",
        aws=system.aws_url,
        inbox=system.inbox_url,
        stripe=system.stripe_url,
        region=REGION,
        users=users,
        process=os.getpid(),
    )
