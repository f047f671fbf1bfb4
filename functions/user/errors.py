"""The user service's own refusals."""

from __future__ import annotations

from solo60.problems import NotFound


class ProfileNotReady(NotFound):
    """The registration has not arrived here yet; it is a matter of seconds."""

    code = "profile_not_ready"
    title = "The profile is being made; ask again in a moment"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})
