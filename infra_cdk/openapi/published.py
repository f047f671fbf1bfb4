"""The files that the gateway's endpoints serve. `python -m infra_cdk.openapi` writes them, and a test checks them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from infra_cdk import catalogue
from infra_cdk.openapi.docs_page import docs_page
from infra_cdk.openapi.public import public_document

FOLDER = catalogue.FUNCTIONS / "gateway"
DOCUMENT = FOLDER / "openapi.json"
SERVICES = FOLDER / "services.json"
PAGE = FOLDER / "docs_page" / "page.html.gz"
POLICY = FOLDER / "docs_page" / "policy.txt"


def service_list() -> dict[str, Any]:
    """The service list, for discovery."""
    items = [
        {
            "name": service.domain.name,
            "title": service.domain.title,
            "summary": service.domain.summary,
            "base_path": _base_path([endpoint.declaration.path for endpoint in service.endpoints]),
            "endpoints": [
                {
                    "method": endpoint.declaration.method,
                    "path": endpoint.declaration.path,
                    "access": endpoint.declaration.access.value,
                    "summary": endpoint.declaration.summary,
                }
                for endpoint in sorted(
                    service.endpoints, key=lambda item: (item.declaration.path, item.declaration.method)
                )
            ],
        }
        for service in catalogue.services()
        if service.endpoints
    ]
    return {"items": items}


def _base_path(paths: list[str]) -> str:
    """The prefix of a service's paths, except for administration: `/sessions`."""
    first = {path.removeprefix("/admin").split("/")[1] for path in paths}
    return f"/{first.pop()}" if len(first) == 1 else "/"


def published() -> dict[Path, str | bytes]:
    """All generated files with their contents."""
    document = public_document()
    page = docs_page(document["info"]["title"])
    return {
        DOCUMENT: _json(document),
        SERVICES: _json(service_list()),
        PAGE: page.compressed(),
        POLICY: page.policy + "\n",
    }


def differing() -> list[Path]:
    """The generated files that differ from the declarations."""
    return [path for path, content in published().items() if not path.exists() or not _same(path, content)]


def write() -> list[Path]:
    """Write the files that differ, and return their paths."""
    contents = published()
    changed = [path for path, content in contents.items() if not path.exists() or not _same(path, content)]
    for path in changed:
        content = contents[path]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return changed


def _same(path: Path, content: str | bytes) -> bool:
    present = path.read_bytes()
    if isinstance(content, str):
        return present == content.encode()
    # Versions of zlib compress differently, so the uncompressed page is compared.
    return gzip.decompress(present) == gzip.decompress(content)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
