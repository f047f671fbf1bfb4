"""infra_cdk.dead_code: what is defined and not used is found, fields of classes are left alone."""

from __future__ import annotations

from pathlib import Path

from infra_cdk.dead_code import dead_code

SOURCE = """
import json

KNOWN = 1
FORGOTTEN = 2


class Body:
    name: str
    kind = "body"

    def called(self): ...

    def abandoned(self): ...

    @model_validator(mode="after")
    def _checked(self): ...


def unused(): ...


print(KNOWN, Body().called())
"""


def test_what_nothing_uses_is_found(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(SOURCE)
    found = {line.rsplit(": ", 1)[1] for line in dead_code(tmp_path)}
    assert found == {
        "unused import 'json'",
        "unused variable 'FORGOTTEN'",
        "unused method 'abandoned'",
        "unused function 'unused'",
    }


def test_use_in_another_file_counts(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("def shared(): ...\n")
    assert dead_code(tmp_path) != []
    (tmp_path / "two.py").write_text("from one import shared\nshared()\n")
    assert dead_code(tmp_path) == []
