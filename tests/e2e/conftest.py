"""One running system for all of these tests: the one of SOLO60_STACK, or one of our own that ends with them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra_cdk.local.bring_up import bring_up
from infra_cdk.local.processes import clean_environment, free_ports
from infra_cdk.local.screen import step
from infra_cdk.local.stack import HOME, Stack
from infra_cdk.local.system import System
from tests.e2e.harness import World


@contextmanager
def _loopback_alone() -> Iterator[None]:
    found = dict(os.environ)
    cleaned = clean_environment()
    for name in found.keys() - cleaned.keys():
        del os.environ[name]
    os.environ.update(cleaned)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(found)


@pytest.fixture(scope="package")
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """Where everything is."""
    given = os.environ.get("SOLO60_STACK")
    if given:
        yield Stack.read(Path(given))
        return
    port, stripe_port = free_ports(2)
    home = HOME / "e2e" / str(os.getpid())
    with _loopback_alone():
        system = System(home, port, stripe_port)
        try:
            running = bring_up(system, step)
            running.write(home / "stack.json")
            yield running
        finally:
            system.stop()
            if not request.session.testsfailed:
                shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="package")
def world(stack: Stack) -> World:
    """The system as people outside meet it."""
    return World(stack)
