"""The source tree, for rules over it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from infra_cdk.catalogue import FUNCTIONS, ROOT, SHARED

RUNTIME = (FUNCTIONS, SHARED)
EVERYTHING = (FUNCTIONS, SHARED, ROOT / "infra_cdk", ROOT / "layers", ROOT / "tests", ROOT / "template_tests")


def python_files(*folders: Path) -> list[Path]:
    """Every Python file below `folders`, in a stable order."""
    return sorted(
        {
            path
            for folder in folders
            for path in folder.rglob("*.py")
            if not {part for part in path.parts if part == "__pycache__" or part.startswith(".")}
        }
    )


def shown(path: Path) -> str:
    """A path as it stands in the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """A file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_of(path: Path) -> str:
    """The name by which a Lambda imports a file: `session.booking.endpoints.book_session`."""
    base = next(base for base in RUNTIME if path.is_relative_to(base))
    parts = path.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def dotted(node: ast.expr) -> str:
    """`datetime.now` for the expression that says so; empty for any other kind."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else f".{node.attr}"
    return ""


def names_used(path: Path) -> dict[str, int]:
    """Every dotted name in a file, with the line where it stands first."""
    used: dict[str, int] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node):
            used.setdefault(dotted(node), node.lineno)
    return used
