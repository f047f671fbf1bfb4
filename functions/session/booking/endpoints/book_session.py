"""POST /sessions/book."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from payment import published as payment
from payment.published import Ledger
from session.booking.booking import BookingRequest, book
from session.booking.repository import BookingRepository
from session.booking.schemas import BookSessionRequest
from session.booking.views import refused_booking_view
from session.claims import SessionClaims
from session.errors import BOOKING_REFUSALS, TooManyInvitees
from session.invitations.sending import Invitations
from session.records import Session
from session.repository import SessionRepository
from session.time.alternatives import Alternatives
from session.views import session_view
from solo60.declarations import MONEY_THROTTLE, Access, BanCheck
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/sessions/book",
    access=Access.MEMBER,
    status=201,
    grants=(
        TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),
        gym.READ,
        gym.CHECK,
        gym.CLAIM,
        gym.NEARBY,
        payment.READ,
        payment.DEBIT,
    ),
    errors=(GymNotFound, TooManyInvitees, *BOOKING_REFUSALS),
    throttle=MONEY_THROTTLE,
    conflict_view=refused_booking_view,
    ban_check=BanCheck.IN_USE_CASE,
    view=session_view,
)
def handler(
    body: Body[BookSessionRequest],
    caller: Caller,
    uow: UnitOfWork,
    *,
    sessions: SessionRepository,
    bookings: BookingRepository,
    claims: SessionClaims,
    ledger: Ledger,
    alternatives: Alternatives,
    invitations: Invitations,
) -> Session:
    """Book: slot, credits, session and event in one transaction.

    A 409 has the code of the first rule that fails, and up to five ranked `alternatives` that the caller can book;
    `own_overlap` has the `session_id` of the caller's own session instead. Each of the `invitees` gets an invitation,
    without duplicates and without the caller's own address.
    """
    invitees = [address for address in dict.fromkeys(body.invitees) if address != caller.email.lower()]
    request = BookingRequest(caller.id, str(body.gym_id), body.starts_at, body.duration, invitees)
    return book(
        uow,
        sessions,
        bookings,
        claims,
        ledger,
        alternatives=alternatives,
        invitations=invitations,
        request=request,
    )
