"""GET /docs."""

from __future__ import annotations

from gateway import documents
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.response import Raw


@endpoint("GET", "/docs", access=Access.PUBLIC, content_type="text/html")
def handler() -> Raw:
    """A page for reading and trying the API in a browser.

    It contains its script and style, and calls no other host.
    """
    return Raw(
        documents.docs_page(),
        "text/html; charset=utf-8",
        {"Content-Security-Policy": documents.docs_policy(), "Referrer-Policy": "no-referrer"},
    )
