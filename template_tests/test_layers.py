"""Building the layers."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from layers import build


def test_the_requirements_are_plain_whatever_colours_the_environment_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CDK's command line asks its children for colours, and uv refuses to read coloured requirements."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    requirements = build.locked_requirements()
    assert b"\x1b" not in requirements
    assert b"pynamodb==" in requirements
    assert b"boto3==" not in requirements


def test_what_uv_refuses_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        return SimpleNamespace(returncode=2, stdout=b"")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(build.BuildError, match="lock file"):
        build.locked_requirements()
