"""Builds what the Lambdas run on: the dependency layer, the shared layer, and the compiled tree of `functions/`.

    python -m layers.build --platform aws     # for a deployment
    python -m layers.build --platform host    # for the embedded engine and the benchmarks

Everything lands under `.build/`, is skipped while its inputs are unchanged, and ships `.pyc` made by the runtime's own
Python. Those are `unchecked-hash`: a zip does not keep the modification times that the usual kind is checked by.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from layers import botocore_data
from layers.botocore_data import BuildError

__all__ = ["BuildError"]

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
FUNCTIONS = ROOT / "functions"
SHARED = ROOT / "layers" / "shared" / "python"

RUNTIME = "3.13"
AWS_PLATFORM = "aarch64-manylinux2014"
PLATFORMS = ("aws", "host")
_INPUTS = ("uv.lock", "pyproject.toml", "layers/build.py", "layers/botocore_data.py")
EXTRA_PLATFORM = "aarch64-manylinux_2_28"
"""Of the extra layers: Pillow has no wheels for an older one, and Lambda's Amazon Linux 2023 is newer."""
MAX_DEPENDENCY_BYTES = 40 * 1024 * 1024

ROOTS = "amazon_roots.pem"
"""The file of the certificates that AWS's own endpoints chain to, in the dependency layer beside the packages."""
_PRUNED = (
    "bin",
    "**/__pycache__",
    "**/tests",
    "**/*.pyi",
    "**/*.c",
    "**/*.h",
    # Types of call parameters: stripe imports them under TYPE_CHECKING alone.
    "stripe/params",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.js",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.css",
    "botocore/data/*/*/examples-1.json",
)


@dataclass(frozen=True)
class Tree:
    """A built directory and the digest of what it was built from, which does not depend on the machine."""

    path: Path
    digest: str

    @property
    def size(self) -> int:
        """Bytes, unzipped."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())


@cache
def interpreter(platform: str) -> Path | None:
    """The Python that the platform's functions run on, or None where this machine has no such one."""
    if platform == "host":
        return Path(sys.executable)
    found = subprocess.run(["uv", "python", "find", RUNTIME], capture_output=True, text=True, check=False).stdout
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [found.strip(), *sorted(map(str, pyenv.glob(f"versions/{RUNTIME}.*/bin/python{RUNTIME}")))]
    for candidate in filter(None, candidates):
        asked = subprocess.run(
            [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.stdout.strip() == RUNTIME:
            return Path(candidate)
    return None


def flavour(platform: str) -> str:
    """What else than sources an artefact depends on."""
    python = interpreter(platform)
    if platform == "host":
        return f"host-{sys.implementation.cache_tag}-{os.uname().machine}"
    return f"aws-{RUNTIME}-{AWS_PLATFORM}-{'compiled' if python else 'source'}"


def digest(files: Iterable[tuple[str, bytes]], *salts: str) -> str:
    """A digest of named contents, the same on every machine."""
    sha = hashlib.sha256()
    for part in (*salts, *(f"{name}\0{hashlib.sha256(content).hexdigest()}" for name, content in sorted(files))):
        sha.update(part.encode() + b"\n")
    return sha.hexdigest()


def sources(root: Path) -> list[Path]:
    """The files below `root` that are written by people, in order."""
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    )


def _contents(root: Path) -> list[tuple[str, bytes]]:
    return [(path.relative_to(root).as_posix(), path.read_bytes()) for path in sources(root)]


def compile_tree(platform: str, root: Path, deployed_at: str) -> None:
    """Put `.pyc` beside the sources, with the paths that they will have in the Lambda."""
    python = interpreter(platform)
    if python is None:
        return
    subprocess.run(
        [
            *(str(python), "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(root), "-p", deployed_at, str(root)),
        ],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""},
    )


def built(target: Path, key: str, make: Callable[[Path], None]) -> Tree:
    """`target`, made anew if its stamp is not `key`; safe when two processes ask at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    stamp = target.with_name(f"{target.name}.stamp")
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists() or not stamp.exists() or stamp.read_text() != key:
            stamp.unlink(missing_ok=True)
            fresh = target.with_name(f"{target.name}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            make(fresh)
            shutil.rmtree(target, ignore_errors=True)
            fresh.rename(target)
            stamp.write_text(key)
    return Tree(target, key)


def dependencies(platform: str) -> Tree:
    """The layer of third-party packages, from the lock file.

    Raises
    ------
    BuildError
        It would be larger than 40 MB.
    """
    files = [(name, (ROOT / name).read_bytes()) for name in _INPUTS]

    def make(fresh: Path) -> None:
        packages = fresh / "python"
        _install(platform, packages, locked_requirements(), AWS_PLATFORM)
        _prune(packages)
        compile_tree(platform, packages, "/opt/python")
        size = Tree(fresh, "").size
        if size > MAX_DEPENDENCY_BYTES:
            raise BuildError(f"the dependency layer has {size / 2**20:.1f} MB; it may have 40")

    return built(BUILD / "layers" / platform / "dependencies", digest(files, flavour(platform)), make)


def extra_layer(group: str, platform: str) -> Tree:
    """The layer of a dependency group, for the functions alone that declare it.

    Raises
    ------
    BuildError
        It would be larger than 40 MB, or there is no such group.
    """
    files = [(name, (ROOT / name).read_bytes()) for name in _INPUTS]

    def make(fresh: Path) -> None:
        packages = fresh / "python"
        _install(platform, packages, locked_requirements("--only-group", group), EXTRA_PLATFORM)
        for pattern in _PRUNED:
            for path in sorted(packages.glob(pattern)):
                _remove(path)
        compile_tree(platform, packages, "/opt/python")
        size = Tree(fresh, "").size
        if size > MAX_DEPENDENCY_BYTES:
            raise BuildError(f"the layer {group} has {size / 2**20:.1f} MB; it may have 40")

    return built(BUILD / "layers" / platform / group, digest(files, flavour(platform), EXTRA_PLATFORM), make)


def shared(platform: str) -> Tree:
    """The layer of the project's own shared package."""

    def make(fresh: Path) -> None:
        shutil.copytree(SHARED, fresh / "python", ignore=shutil.ignore_patterns("__pycache__"))
        compile_tree(platform, fresh / "python", "/opt/python")

    return built(BUILD / "layers" / platform / "shared", digest(_contents(SHARED), flavour(platform)), make)


def functions(platform: str) -> Tree:
    """All of `functions/`, compiled: what the domains' packages are picked from."""

    def make(fresh: Path) -> None:
        shutil.copytree(FUNCTIONS, fresh, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        compile_tree(platform, fresh, "/var/task")

    return built(BUILD / "code" / platform / "all", digest(_contents(FUNCTIONS), flavour(platform)), make)


def locked_requirements(*which: str) -> bytes:
    """What the lock file names for the functions, with hashes, as pip's requirements.

    Parameters
    ----------
    which
        Options of `uv export` that name other packages than those of all functions.

    Raises
    ------
    BuildError
        uv does not say.
    """
    # Without colours, whatever the environment asks for: the next uv reads this.
    done = subprocess.run(
        [
            *("uv", "export", *(which or ("--no-default-groups",))),
            *("--frozen", "--no-header", "--quiet", "--color", "never"),
        ],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        raise BuildError("uv cannot read the lock file: see above")
    return done.stdout


def _install(platform: str, target: Path, requirements: bytes, aws_platform: str) -> None:
    where = ["--python", sys.executable]
    if platform == "aws":
        where = ["--python-platform", aws_platform, "--python-version", RUNTIME, "--only-binary", ":all:", *where]
    done = subprocess.run(
        [
            *("uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--link-mode", "copy"),
            *("--target", str(target), *where, "-r", "-"),
        ],
        input=requirements,
        check=False,
    )
    if done.returncode:
        raise BuildError("uv cannot install the layer's packages: see above")


def _prune(packages: Path) -> None:
    for pattern in _PRUNED:
        for path in sorted(packages.glob(pattern)):
            _remove(path)
    for info in packages.glob("*.dist-info"):
        for path in info.iterdir():
            if path.name != "METADATA":
                _remove(path)
    for path in packages.glob(".*"):
        _remove(path)
    (packages / ROOTS).write_text(botocore_data.pick_roots((packages / "botocore" / "cacert.pem").read_text()))
    botocore_data.prune(packages / "botocore")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def main() -> int:
    """Build for one platform and print what came of it."""
    parser = argparse.ArgumentParser(description="Build the Lambda layers.")
    parser.add_argument("--platform", choices=PLATFORMS, default="aws")
    parser.add_argument("--require-bytecode", action="store_true", help="fail without the runtime's own Python")
    arguments = parser.parse_args()
    if interpreter(arguments.platform) is None:
        said = (
            f"no Python {RUNTIME} here: the layers carry no .pyc, cold starts are slower (uv python install {RUNTIME})"
        )
        print(said, file=sys.stderr)
        if arguments.require_bytecode:
            return 1
    for tree in (dependencies(arguments.platform), shared(arguments.platform), functions(arguments.platform)):
        print(f"{tree.path.relative_to(ROOT)}  {tree.size / 2**20:.1f} MB  {tree.digest[:12]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
