"""Refusals of the session service. Each booking rule has its own code."""

from __future__ import annotations

from payment.published import InsufficientCredits
from solo60.problems import AccountBanned, Conflict, InvalidRequest, NotFound, Problem


class SessionNotFound(NotFound):
    title = "You have no such session"


class GymNotActive(Conflict):
    code = "gym_not_active"
    title = "This gym cannot be booked at present"


class GymClosed(Conflict):
    code = "gym_closed"
    title = "The gym is closed in this time"


class OffGrid(Conflict):
    code = "off_grid"
    title = "Sessions start and last in steps of the gym"


class TooShort(Conflict):
    code = "too_short"
    title = "The session is shorter than the gym allows"


class TooLong(Conflict):
    code = "too_long"
    title = "The session is longer than the gym allows"


class TooSoon(Conflict):
    code = "too_soon"
    title = "The session starts too soon"


class BeyondHorizon(Conflict):
    code = "beyond_horizon"
    title = "The session is too far ahead"


class SlotTaken(Conflict):
    code = "slot_taken"
    title = "This time is taken"


class OwnOverlap(Conflict):
    code = "own_overlap"
    title = "You have another session at this time"


class InductionRequired(Conflict):
    code = "induction_required"
    title = "This gym asks for an induction that is valid when the session starts"


class NotCancellable(Conflict):
    code = "not_cancellable"
    title = "This session cannot be cancelled any more"


class TooManyInvitees(InvalidRequest):
    code = "too_many_invitees"
    title = "The gym does not hold so many people"


BOOKING_REFUSALS: tuple[type[Problem], ...] = (
    AccountBanned,
    GymNotActive,
    TooShort,
    TooLong,
    OffGrid,
    TooSoon,
    BeyondHorizon,
    GymClosed,
    SlotTaken,
    OwnOverlap,
    InductionRequired,
    InsufficientCredits,
)
"""The errors of the booking rules in their order of precedence: a booking raises the first that fails."""

OTHER_TIME_MAY_HELP: frozenset[type[Problem]] = frozenset(
    {GymNotActive, OffGrid, TooSoon, BeyondHorizon, GymClosed, SlotTaken, OwnOverlap}
)
"""The errors for which a response offers alternatives."""
