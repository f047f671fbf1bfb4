"""The user service."""

from solo60.domains import Domain

DOMAIN = Domain(
    name="user",
    title="Users",
    summary="Profiles, preferences, in-app notifications, roles and bans.",
)
