"""GET /services."""

from __future__ import annotations

from gateway import documents
from gateway.schemas import ServiceListView
from solo60.declarations import Access
from solo60.http.endpoint import endpoint


@endpoint("GET", "/services", access=Access.PUBLIC)
def handler() -> ServiceListView:
    """All services with base path, endpoints and access.

    For discovery; `GET /openapi.json` has the details.
    """
    return documents.services()
