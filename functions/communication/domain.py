"""The communication service."""

from solo60.domains import Domain, Index

DOMAIN = Domain(
    name="communication",
    title="Communications",
    summary="What is sent to members, by which channel, and how it ended.",
    indexes=(Index("by_member"),),
)
