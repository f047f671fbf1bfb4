"""GET /openapi.json."""

from __future__ import annotations

from gateway import documents
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.request import Request
from solo60.http.response import Raw

ROUTE = "/openapi.json"
HERE = "."


@endpoint("GET", ROUTE, access=Access.PUBLIC)
def handler(request: Request) -> Raw:
    """The OpenAPI 3.1 document of the whole API.

    Its server is the address of the request.
    """
    return Raw(documents.openapi(_address(request)), "application/json")


def _address(request: Request) -> str:
    """The address of the API; relative to the document if the gateway does not report it."""
    if request.domain and request.public_path.endswith(ROUTE):
        return f"https://{request.domain}{request.public_path.removesuffix(ROUTE)}"
    return HERE
