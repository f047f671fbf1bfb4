"""The published files of the API: generated from the declarations, packaged with this module."""

from __future__ import annotations

import gzip
import json
from functools import cache, lru_cache
from pathlib import Path

from gateway.schemas import ServiceListView

_FOLDER = Path(__file__).parent


@cache
def services() -> ServiceListView:
    """The service list."""
    return ServiceListView.model_validate_json((_FOLDER / "services.json").read_bytes())


@lru_cache(maxsize=8)
def openapi(address: str) -> str:
    """The OpenAPI document, with `address` as its server.

    Parameters
    ----------
    address
        The address of the API, absolute or relative to the document.
    """
    document = json.loads((_FOLDER / "openapi.json").read_bytes())
    document["servers"] = [{"url": address}]
    return json.dumps(document, ensure_ascii=False)


@cache
def docs_page() -> str:
    """The docs page, for reading and trying the API. It changes with Swagger UI alone: it shows the document."""
    return gzip.decompress((_FOLDER / "docs_page" / "page.html.gz").read_bytes()).decode()


@cache
def docs_policy() -> str:
    """The Content-Security-Policy that allows the docs page and nothing else."""
    return (_FOLDER / "docs_page" / "policy.txt").read_text().strip()
