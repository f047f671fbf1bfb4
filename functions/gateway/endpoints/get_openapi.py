"""GET /openapi.json."""

from __future__ import annotations

from functools import lru_cache

from gateway import documents
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.request import Request
from solo60.http.response import Cacheable, NotModified

ROUTE = "/openapi.json"
HERE = "."


@endpoint("GET", ROUTE, access=Access.PUBLIC)
def handler(request: Request) -> Cacheable | NotModified:
    """The OpenAPI 3.1 document of the whole API.

    Its server is the address of the request. Clients ask each time whether it has changed.
    """
    return _document(_address(request)).unless_known(request.header("if-none-match"))


@lru_cache(maxsize=8)
def _document(address: str) -> Cacheable:
    return Cacheable(documents.openapi(address), "application/json")


def _address(request: Request) -> str:
    """The address of the API; relative to the document if the gateway does not report it."""
    if request.domain and request.public_path.endswith(ROUTE):
        return f"https://{request.domain}{request.public_path.removesuffix(ROUTE)}"
    return HERE
