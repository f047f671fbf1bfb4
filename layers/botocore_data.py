"""What the dependency layer carries of botocore: the operations that functions call, and Amazon's own certificates."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

OPERATIONS: dict[str, frozenset[str]] = {
    "cognito-idp": frozenset(
        {
            *("AdminAddUserToGroup", "AdminCreateUser", "AdminDeleteUser", "AdminInitiateAuth", "AdminSetUserPassword"),
            *("AdminRemoveUserFromGroup", "AdminUpdateUserAttributes", "AdminUserGlobalSignOut"),
        }
    ),
    "dynamodb": frozenset(
        {
            *("BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"),
        }
    ),
    "events": frozenset({"PutEvents"}),
    # The signer of forms takes the address of a bucket from the operation that creates one.
    "s3": frozenset({"CreateBucket", "DeleteObjects", "GetObject", "HeadObject", "PutObject"}),
    "secretsmanager": frozenset({"GetSecretValue"}),
    "sesv2": frozenset({"SendEmail"}),
    "sqs": frozenset({"SendMessage", "SendMessageBatch"}),
}
"""The operations that functions call, by service: the layer carries no others of botocore's data."""
_ENDPOINT_PREFIXES = {*OPERATIONS, "email"}
_PARTITION = "aws"

_AMAZON_ROOTS = ("Amazon Root CA ", "Starfield Services Root Certificate Authority - G2")

_NO_DOCSTRINGS = '''"""In the place of botocore's generators of docstrings, which nobody reads in a function."""


class NoDocstring(str):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


ClientMethodDocstring = PaginatorDocstring = WaiterDocstring = NoDocstring
'''


class BuildError(RuntimeError):
    """A layer cannot be built."""


def prune(botocore: Path) -> None:
    """Leave of botocore's data and documentation what functions use."""
    _prune_data(botocore / "data")
    _prune_docstrings(botocore / "docs")


def _prune_data(data: Path) -> None:
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
    kept = _without_documentation(model)
    if "clientContextParams" in model:
        # botocore asks for these texts when it makes a client.
        kept["clientContextParams"] = model["clientContextParams"]
    _write_json(version / "service-2.json", kept)


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


def _without_documentation(part: Any) -> Any:
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


def pick_roots(bundle: str) -> str:
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


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
