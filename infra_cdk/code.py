"""The code package of each domain: exactly the files that its Lambdas import.

A change to a file that a domain does not import does not change the hash of its package, so a deployment updates only
the functions that changed.
"""

from __future__ import annotations

import shutil
import sys
from functools import cache
from pathlib import Path

import grimp

from infra_cdk.catalogue import FUNCTIONS
from layers import build


def _domains() -> list[str]:
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/domain.py"))


def forget_imports() -> None:
    """Read the sources again: they have changed."""
    _imports.cache_clear()


def importers_of(module: str) -> frozenset[str]:
    """The modules that run code of a module: itself, those inside it, and those that import any of them."""
    graph = _imports()
    if module not in graph.modules:
        return frozenset({module})
    run = {module, *graph.find_descendants(module)}
    return frozenset(run.union(*(graph.find_downstream_modules(each) for each in run)))


@cache
def _imports() -> grimp.ImportGraph:
    if str(FUNCTIONS) not in sys.path:
        sys.path.insert(0, str(FUNCTIONS))
    return grimp.build_graph(*_domains(), cache_dir=None, exclude_type_checking_imports=True)


def _file(module: str) -> Path:
    path = Path(*module.split("."))
    package = path / "__init__.py"
    return package if (FUNCTIONS / package).exists() else path.with_suffix(".py")


def files_of(domain: str) -> list[Path]:
    """The files of a domain's package, relative to `functions/`: its own folder, and its imports from other domains."""
    graph = _imports()
    own = {domain, *graph.find_descendants(domain)}
    modules = own.union(*(graph.find_upstream_modules(module) for module in own))
    for module in list(modules):
        parts = module.split(".")
        modules |= {".".join(parts[:end]) for end in range(1, len(parts))}
    data = {path.relative_to(FUNCTIONS) for path in build.sources(FUNCTIONS / domain) if path.suffix != ".py"}
    return sorted({_file(module) for module in modules} | data)


@cache
def package(domain: str, platform: str) -> build.Tree:
    """A domain's package for a platform, under `.build/`, with the digest of its sources."""
    files = files_of(domain)
    tree = build.functions(platform)
    contents = [(file.as_posix(), (FUNCTIONS / file).read_bytes()) for file in files]

    def make(fresh: Path) -> None:
        for file in files:
            compiled = (tree.path / file.parent / "__pycache__").glob(f"{file.stem}.*.pyc")
            for source in (tree.path / file, *(compiled if file.suffix == ".py" else ())):
                copy = fresh / source.relative_to(tree.path)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, copy)

    return build.built(build.BUILD / "code" / platform / domain, build.digest(contents, build.flavour(platform)), make)
