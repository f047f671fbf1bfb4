"""Builds what the Lambdas run on: the dependency layer, the shared layer, and the compiled tree of `functions/`.

    python layers/build.py --platform aws     # for a deployment
    python layers/build.py --platform host    # for the embedded engine and the benchmarks

Everything lands under `.build/`, is skipped while its inputs are unchanged, and ships `.pyc` made by the runtime's own
Python. Those are `unchecked-hash`: a zip does not keep the modification times that the usual kind is checked by.
"""

from __future__ import annotations

import argparse
import fcntl
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
FUNCTIONS = ROOT / "functions"
SHARED = ROOT / "layers" / "shared" / "python"

RUNTIME = "3.13"
AWS_PLATFORM = "aarch64-manylinux2014"
PLATFORMS = ("aws", "host")
MAX_DEPENDENCY_BYTES = 40 * 1024 * 1024

OPERATIONS: dict[str, frozenset[str]] = {
    "cognito-idp": frozenset(
        {
            *("AdminAddUserToGroup", "AdminCreateUser", "AdminGetUser", "AdminInitiateAuth", "AdminSetUserPassword"),
            *("AdminUpdateUserAttributes", "AdminUserGlobalSignOut", "GetTokensFromRefreshToken", "RevokeToken"),
        }
    ),
    "dynamodb": frozenset(
        {
            *("BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"),
        }
    ),
    "events": frozenset({"PutEvents"}),
    "secretsmanager": frozenset({"GetSecretValue"}),
    "sesv2": frozenset({"SendEmail"}),
    "sqs": frozenset({"SendMessage", "SendMessageBatch"}),
}
"""The operations that functions call, by service: the layer carries no others of botocore's data."""
_ENDPOINT_PREFIXES = {*OPERATIONS, "email"}
_PARTITION = "aws"

ROOTS = "amazon_roots.pem"
"""The file of the certificates that AWS's own endpoints chain to, in the dependency layer beside the packages."""
_AMAZON_ROOTS = ("Amazon Root CA ", "Starfield Services Root Certificate Authority - G2")

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


_NO_DOCSTRINGS = '''"""In the place of botocore's generators of docstrings, which nobody reads in a function."""


class NoDocstring(str):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


ClientMethodDocstring = PaginatorDocstring = WaiterDocstring = NoDocstring
'''


class BuildError(RuntimeError):
    """A layer cannot be built."""


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
    files = [(name, (ROOT / name).read_bytes()) for name in ("uv.lock", "pyproject.toml", "layers/build.py")]

    def make(fresh: Path) -> None:
        packages = fresh / "python"
        _install(platform, packages)
        _prune(packages)
        compile_tree(platform, packages, "/opt/python")
        size = Tree(fresh, "").size
        if size > MAX_DEPENDENCY_BYTES:
            raise BuildError(f"the dependency layer has {size / 2**20:.1f} MB; it may have 40")

    return built(BUILD / "layers" / platform / "dependencies", digest(files, flavour(platform)), make)


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


def locked_requirements() -> bytes:
    """What the lock file names for the functions, with hashes, as pip's requirements.

    Raises
    ------
    BuildError
        uv does not say.
    """
    # Without colours, whatever the environment asks for: the next uv reads this.
    done = subprocess.run(
        ["uv", "export", "--no-default-groups", "--frozen", "--no-header", "--quiet", "--color", "never"],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        raise BuildError("uv cannot read the lock file: see above")
    return done.stdout


def _install(platform: str, target: Path) -> None:
    where = ["--python", sys.executable]
    if platform == "aws":
        where = ["--python-platform", AWS_PLATFORM, "--python-version", RUNTIME, "--only-binary", ":all:", *where]
    done = subprocess.run(
        [
            *("uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--link-mode", "copy"),
            *("--target", str(target), *where, "-r", "-"),
        ],
        input=locked_requirements(),
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
    (packages / ROOTS).write_text(_pick_roots((packages / "botocore" / "cacert.pem").read_text()))
    _prune_botocore(packages / "botocore" / "data")
    _prune_docstrings(packages / "botocore" / "docs")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _prune_botocore(data: Path) -> None:
    for service in (path for path in data.iterdir() if path.is_dir()):
        if service.name not in OPERATIONS:
            _remove(service)
            continue
        *older, newest = sorted(service.iterdir())
        for version in older:
            _remove(version)
        _prune_service(newest, OPERATIONS[service.name])
    for path in (data / "endpoints.json", data / "partitions.json"):
        content = json.loads(path.read_text())
        content["partitions"] = [part for part in content["partitions"] if _PARTITION in part.values()]
        for partition in content["partitions"]:
            if "services" in partition:
                partition["services"] = {
                    name: service for name, service in partition["services"].items() if name in _ENDPOINT_PREFIXES
                }
        _write_json(path, content)


def _prune_service(version: Path, operations: AbstractSet[str]) -> None:
    """Keep of a service what its operations need, and unpacked: reading it takes most of the making of a client."""
    for packed in version.glob("*.json.gz"):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    for unused in ("paginators-1.json", "waiters-2.json"):
        _remove(version / unused)
    model = json.loads((version / "service-2.json").read_text())
    if missing := operations - model["operations"].keys():
        raise BuildError(f"{version.parent.name} has no operation {', '.join(sorted(missing))}")
    model["operations"] = {name: model["operations"][name] for name in sorted(operations)}
    needed: set[str] = set()
    _collect_shapes(list(model["operations"].values()), model["shapes"], needed)
    model["shapes"] = {name: model["shapes"][name] for name in sorted(needed)}
    _write_json(version / "service-2.json", _without_documentation(model))


def _collect_shapes(part: object, shapes: dict[str, object], found: set[str]) -> None:
    if isinstance(part, list):
        for item in part:
            _collect_shapes(item, shapes, found)
    elif isinstance(part, dict):
        name = part.get("shape")
        if isinstance(name, str) and name not in found:
            found.add(name)
            _collect_shapes(shapes[name], shapes, found)
        _collect_shapes(list(part.values()), shapes, found)


def _without_documentation(part: object) -> object:
    if isinstance(part, list):
        return [_without_documentation(item) for item in part]
    if isinstance(part, dict):
        return {
            name: _without_documentation(item)
            for name, item in part.items()
            if not (name == "documentation" and isinstance(item, str))
        }
    return part


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, separators=(",", ":"), sort_keys=True))


def _pick_roots(bundle: str) -> str:
    """The certificates of Amazon's own authorities: each of the other 120 costs every client time to read."""
    found = [
        block
        for block in bundle.split("# Issuer: ")
        if f'# Label: "{_AMAZON_ROOTS[0]}' in block or f'# Label: "{_AMAZON_ROOTS[1]}"' in block
    ]
    if len(found) != 5:
        raise BuildError(f"botocore's bundle has {len(found)} of Amazon's 5 root certificates")
    return "".join(f"# Issuer: {block.rstrip()}\n\n" for block in found)


def _prune_docstrings(docs: Path) -> None:
    """Leave of botocore's documentation what its hooks name: the rest costs every start an HTML parser."""
    for path in docs.iterdir():
        if path.name != "utils.py":
            _remove(path)
    (docs / "__init__.py").write_text("")
    (docs / "docstring.py").write_text(_NO_DOCSTRINGS)


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
