"""The communication service."""

from solo60.domains import Domain, Index

DOMAIN = Domain(
    name="communication",
    title="Communications",
    summary="Messages to members: channels, delivery, history.",
    indexes=(Index("by_member"),),
)
