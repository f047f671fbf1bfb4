"""The user service's own refusals."""

from __future__ import annotations

from solo60.problems import NotFound


class ProfileNotReady(NotFound):
    """The event of the registration has not arrived yet; it takes seconds."""

    code = "profile_not_ready"
    title = "The profile is being created; try again in a moment"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})
