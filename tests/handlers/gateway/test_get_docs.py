"""GET /docs."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

from gateway.endpoints.get_docs import handler
from tests.conftest import call

LAMBDA_ANSWER_LIMIT = 6 * 1024 * 1024


class _Page(HTMLParser):
    """The page as a browser's parser sees it: scripts, styles, and what it would load."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks: dict[str, list[str]] = {"script": [], "style": []}
        self.loaded: list[str] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [str(value) for name, value in attrs if name == "src" or (tag == "link" and name == "href")]
        if tag in self.blocks:
            self._inside = tag
            self.blocks[tag].append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.blocks[self._inside][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""


def test_the_page_fits_a_lambda_answer_and_is_html() -> None:
    answer = call(handler)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert len(answer.text.encode()) < LAMBDA_ANSWER_LIMIT


def test_browsers_keep_the_page_for_a_day_and_then_ask_whether_it_has_changed() -> None:
    first = call(handler)
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    again = call(handler, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert "Content-Type" not in again.headers
    changed = call(handler, headers={"If-None-Match": '"another"'})
    assert (changed.status, changed.text) == (200, first.text)


def test_it_loads_nothing_from_other_hosts() -> None:
    assert _Page(call(handler).text).loaded == ["data:,"]


def test_its_policy_allows_only_its_own_scripts_and_styles() -> None:
    answer = call(handler)
    page = _Page(answer.text)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        digests = [_digest(block) for block in page.blocks[tag]]
        assert digests
        assert policy[directive].split() == digests


def test_it_reads_the_document_that_is_served_beside_it() -> None:
    start = _Page(call(handler).text).blocks["script"][-1]
    assert re.search(r'new URL\("openapi\.json", window\.location\.href\)', start)
    assert "validatorUrl: null" in start


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
