"""The gateway's own service."""

from solo60.domains import Domain

DOMAIN = Domain(
    name="gateway",
    title="Gateway",
    summary="Health, service discovery, the OpenAPI document and the page to read it.",
    table=False,
)
