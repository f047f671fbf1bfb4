"""The docs page: Swagger UI from its package, inlined, so that it needs no other host.

One route serves it, so the page contains script and style. Its policy allows them by their digests: nothing else runs,
and the page calls only the API.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.metadata
import re
from dataclasses import dataclass
from html import escape
from importlib.metadata import PackagePath
from typing import Any

PACKAGE = "flask-swagger-ui"

_START = """\
window.ui = SwaggerUIBundle({
  url: new URL("openapi.json", window.location.href).href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
"""

_FITTING = """\
.swagger-ui .response-col_links { display: none; }
.swagger-ui .info .link, .swagger-ui .info .url, .swagger-ui .opblock-summary-path { overflow-wrap: anywhere; }
"""
"""Fits the page to a phone: addresses break; the column for links between operations, which we have none of, goes."""

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
<style>{fitting}</style>
</head>
<body>
<!-- Swagger UI {version}, Apache License 2.0, https://github.com/swagger-api/swagger-ui -->
<noscript>The document that this page shows is at <a href="openapi.json">openapi.json</a>.</noscript>
<div id="swagger-ui"></div>
<script>{bundle}</script>
<script>{start}</script>
</body>
</html>
"""


@dataclass(frozen=True)
class DocsPage:
    """The page and its Content-Security-Policy."""

    html: str
    policy: str

    def compressed(self) -> bytes:
        """The compressed page as stored in the gateway's package; deterministic."""
        return gzip.compress(self.html.encode(), compresslevel=9, mtime=0)


def docs_page(title: str) -> DocsPage:
    """The page, from the installed package."""
    bundle = _inlined_script(_asset("swagger-ui-bundle.js"))
    style = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", _asset("swagger-ui.css")).strip()
    html = _PAGE.format(
        title=escape(title),
        version=importlib.metadata.version(PACKAGE),
        style=style,
        fitting=_FITTING,
        bundle=bundle,
        start=_START,
    )
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_digest(bundle)} {_digest(_START)}",
            f"style-src {_digest(style)} {_digest(_FITTING)}",
            "img-src data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    return DocsPage(html, policy)


def _asset(name: str) -> str:
    """A file of the package's distribution, read without an import, which would need Flask."""
    files: list[PackagePath] = importlib.metadata.files(PACKAGE) or []
    found: Any = next(file for file in files if file.name == name)
    return str(found.read_text(encoding="utf-8"))


def _inlined_script(script: str) -> str:
    """`script` with what an HTML parser would take for markup escaped, inside its strings and expressions."""
    return (
        script.replace("</script", "<\\/script").replace("<script", "\\x3cscript").replace("<!--", "\\x3c!--").strip()
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
