"""POST /sessions/{session_id}/reschedule."""

from __future__ import annotations

from gym import published as gym
from payment import published as payment
from session.booking.changing import SessionChanger
from session.booking.schemas import RescheduleSessionRequest
from session.booking.views import refused_booking_view
from session.errors import BOOKING_REFUSALS, NotChangeable, SessionNotFound, TooManyMoves
from session.records import Session
from session.views import session_view
from solo60.declarations import MONEY_THROTTLE, Access, BanCheck
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/sessions/{session_id}/reschedule",
    access=Access.MEMBER,
    grants=(
        TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),
        gym.READ,
        gym.CHECK,
        gym.CLAIM,
        gym.NEARBY,
        payment.READ,
        payment.DEBIT,
        payment.GIVE_BACK,
    ),
    errors=(SessionNotFound, NotChangeable, TooManyMoves, PreconditionFailed, *BOOKING_REFUSALS),
    throttle=MONEY_THROTTLE,
    conflict_view=refused_booking_view,
    ban_check=BanCheck.IN_USE_CASE,
    view=session_view,
)
def handler(
    session_id: Path[Identifier],
    body: Body[RescheduleSessionRequest],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    changer: SessionChanger,
) -> Session:
    """Move a session, in one transaction, and settle the difference in price.

    The new time is claimed and the old one freed together; on any refusal nothing has changed. A dearer time is
    charged, a cheaper one gives the difference back until `refundable_until`, which stays as it is. The same time again
    changes nothing. A session is moved at most five times, until its start. A 409 has the code of the first booking
    rule that the new time fails, with `alternatives` as for a booking.
    """
    return changer.move(
        uow,
        user_id=caller.id,
        session_id=str(session_id),
        starts_at=body.starts_at,
        duration=body.duration,
        seen_version=if_match.version,
    )
