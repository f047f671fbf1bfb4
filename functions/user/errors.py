"""The user service's own refusals."""

from __future__ import annotations

from solo60.problems import Conflict, NotFound


class ProfileNotReady(NotFound):
    """A caller without a profile: an account that was made by other means than a registration."""

    code = "profile_not_ready"
    title = "The profile is being created; try again in a moment"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class MemberNotFound(NotFound):
    title = "There is no such member"


class LastAdmin(Conflict):
    """Somebody has to be able to appoint others."""

    code = "last_admin"
    title = "The last admin who is not banned can be neither demoted nor banned"


class NotAnAdmin(Conflict):
    """Only admins have a second factor."""

    code = "not_an_admin"
    title = "This member is no admin, and has no second factor"


class MemberBanned(Conflict):
    """Nobody is left with an admin who can do nothing."""

    code = "member_banned"
    title = "This member is banned; lift the ban first"


class OwnSecondFactor(Conflict):
    """Who has taken over a login must not get a second factor of their own by it."""

    code = "own_second_factor"
    title = "Another admin has to reset your second factor"
