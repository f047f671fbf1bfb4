"""Refusals of the session service. Each booking rule has its own code; those of the gym's rules are gym's."""

from __future__ import annotations

from gym.published import (
    BeyondHorizon,
    GymClosed,
    GymNotActive,
    OffGrid,
    SlotTaken,
    TooLong,
    TooShort,
    TooSoon,
)
from payment.published import InsufficientCredits
from solo60.problems import AccountBanned, Conflict, InvalidRequest, NotFound, Problem


class SessionNotFound(NotFound):
    """The member has no session with this id."""

    code = "session_not_found"
    title = "You have no such session"


class OwnOverlap(Conflict):
    code = "own_overlap"
    title = "You have another session at this time"


class InductionRequired(Conflict):
    code = "induction_required"
    title = "This gym asks for an induction that is valid when the session starts"


class BookingSuspended(Conflict):
    code = "booking_suspended"
    title = "Three missed sessions stop bookings for a while"


class CheckInClosed(Conflict):
    code = "check_in_closed"
    title = "You cannot check in at present"


class NotMissed(Conflict):
    code = "not_missed"
    title = "This session is not a no-show"


class NotCheckedIn(Conflict):
    code = "not_checked_in"
    title = "Nobody has checked in to this session"


class NotCancellable(Conflict):
    code = "not_cancellable"
    title = "This session cannot be cancelled any more"


class HoldNotFound(NotFound):
    """The member has no hold with this id, or it has expired."""

    code = "hold_not_found"
    title = "You hold no such time"


class TooManyHolds(Conflict):
    code = "too_many_holds"
    title = "You hold as many times as you may"


class NotChangeable(Conflict):
    code = "not_changeable"
    title = "This session cannot be changed any more"


class TooManyMoves(Conflict):
    code = "too_many_moves"
    title = "This session was moved as often as it may be"


class TooManyInvitees(InvalidRequest):
    code = "too_many_invitees"
    title = "The gym does not hold so many people"


class InvitationNotFound(NotFound):
    """No invitation with this id is to the caller, or of the caller's session."""

    code = "invitation_not_found"
    title = "There is no such invitation"


class InvitationsClosed(Conflict):
    code = "invitations_closed"
    title = "Nobody can be invited to this session any more"


class TooManyInvitations(Conflict):
    code = "too_many_invitations"
    title = "No more invitations can be sent for this session"


class InvitationClosed(Conflict):
    code = "invitation_closed"
    title = "This invitation can no longer be answered"


class SessionFull(Conflict):
    code = "session_full"
    title = "All places are taken"


class FeedNotFound(NotFound):
    """No calendar feed has this address, or a newer one has replaced it."""

    code = "feed_not_found"
    title = "There is no calendar at this address"


class ReviewNotFound(NotFound):
    """The member has no review of this session, or it was taken down."""

    code = "review_not_found"
    title = "There is no review of this session"


class NotReviewable(Conflict):
    code = "not_reviewable"
    title = "A session is reviewed after its end, by who has checked in"


class AlreadyReviewed(Conflict):
    code = "already_reviewed"
    title = "You have reviewed this session"


class ReviewTakenDown(Conflict):
    code = "review_taken_down"
    title = "Your review of this session was taken down"


BOOKING_REFUSALS: tuple[type[Problem], ...] = (
    AccountBanned,
    BookingSuspended,
    GymNotActive,
    TooShort,
    TooLong,
    OffGrid,
    TooSoon,
    BeyondHorizon,
    GymClosed,
    OwnOverlap,
    SlotTaken,
    InductionRequired,
    InsufficientCredits,
)
"""The errors of the booking rules in their order of precedence: a booking raises the first that fails.

`OwnOverlap` comes before `SlotTaken`: who books the same time twice is told of the own session, not of a stranger's.
"""

OTHER_TIME_MAY_HELP: frozenset[type[Problem]] = frozenset(
    {GymNotActive, OffGrid, TooSoon, BeyondHorizon, GymClosed, SlotTaken}
)
"""The errors for which a response offers alternatives."""
