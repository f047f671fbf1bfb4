"""The user service."""

from solo60.declarations import Domain

DOMAIN = Domain(
    name="user",
    title="Users",
    summary="Profiles and in-app notifications.",
)
