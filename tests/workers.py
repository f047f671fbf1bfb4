"""How the tests are divided among the processes of `pytest -n 2`.

Tests that share something slow are one group, which one process runs: the running system, the synthesized stages, and
otherwise a file with its fixtures. The marker `xdist_group` would do, but pytest-xdist 3.8 ignores it under pytest 9.2.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

SLOWEST = ("tests/e2e/", "template_tests/")
"""Folders that are a group each; they begin first, so that the other processes do the rest meanwhile."""


def group_of(nodeid: str) -> str:
    """The folder or the file of a test."""
    return next((folder for folder in SLOWEST if nodeid.startswith(folder)), nodeid.split("::", 1)[0])


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a process a group at a time, in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling:
    """Divide by group, whatever `--dist` says."""
    config.option.loadscopereorder = False
    return GroupScheduling(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the slowest groups first, in the processes among which the tests are divided."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in SLOWEST])
