"""The gateway service."""

from solo60.domains import Domain

DOMAIN = Domain(
    name="gateway",
    title="Gateway",
    summary="Health, service list, OpenAPI document and docs page.",
    table=False,
)
