"""GET /docs."""

from __future__ import annotations

from functools import cache

from gateway import documents
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.request import Request
from solo60.http.response import Cacheable, NotModified

KEPT_SECONDS = 24 * 60 * 60


@endpoint("GET", "/docs", access=Access.PUBLIC, content_type="text/html")
def handler(request: Request) -> Cacheable | NotModified:
    """A page for reading and trying the API in a browser.

    It contains its script and style, and calls no other host. Browsers keep it for a day.
    """
    return _page().unless_known(request.header("if-none-match"))


@cache
def _page() -> Cacheable:
    headers = {"Content-Security-Policy": documents.docs_policy(), "Referrer-Policy": "no-referrer"}
    return Cacheable(
        documents.docs_page(), "text/html; charset=utf-8", headers, cache_control=f"public, max-age={KEPT_SECONDS}"
    )
