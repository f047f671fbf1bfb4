"""`make check`: what functions, layers and infrastructure define and do not use, found by vulture.

Tests do not count as use. Fields of classes are left out: pydantic, pynamodb and clients read them by name.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from vulture import Vulture
from vulture.core import Item

from infra_cdk.catalogue import ROOT

FOLDERS = (ROOT / "functions", ROOT / "layers", ROOT / "infra_cdk")
CONFIDENCE = 60
"""In percent: what no code mentions by its name."""
CALLED_BY_LIBRARIES = ["@model_validator", "@field_validator", "@*.register", "@jsii.*"]
USED_BY_NAME = [
    # Python
    "__getattr__",
    "header_*_parse",
    "fold_binary",
    # ministack
    "_read_stderr",
    "_drain_stderr*",
    "_poll_dynamodb_streams",
    # pynamodb
    "serialize",
    "deserialize",
    "by_*_pk",
    # zipfile
    "external_attr",
    "compress_type",
    "namelist",
    # localstripe
    "_send_webhook",
    "dump_to_disk",
    # tests
    "forget_collaborators",
    "free_ports",
    "path_of",
    "SAMPLES",
]


def dead_code(*folders: Path) -> list[str]:
    """A line for each definition in `folders` that nothing there uses."""
    found = Vulture(ignore_names=USED_BY_NAME, ignore_decorators=CALLED_BY_LIBRARIES)
    found.scavenge(folders, exclude=[".venv", ".build", ".local"])
    unused = found.get_unused_code(min_confidence=CONFIDENCE)
    return [f"{item.filename}:{item.first_lineno}: {item.message}" for item in unused if not _is_field(item)]


def _is_field(item: Item) -> bool:
    """Whether it is assigned in the body of a class."""
    if item.typ != "variable":
        return False
    tree = ast.parse(Path(item.filename).read_text(encoding="utf-8"))
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    fields = (part for found in classes for part in found.body if isinstance(part, ast.Assign | ast.AnnAssign))
    return item.first_lineno in {field.lineno for field in fields}


if __name__ == "__main__":
    lines = dead_code(*FOLDERS)
    print("\n".join(lines), file=sys.stderr, end="\n" if lines else "")
    sys.exit(bool(lines))
