"""POST /sessions/{session_id}/extend."""

from __future__ import annotations

from gym import published as gym
from payment import published as payment
from session.booking.changing import SessionChanger
from session.booking.schemas import ExtendSessionRequest
from session.booking.views import refused_booking_view
from session.errors import BOOKING_REFUSALS, NotChangeable, SessionNotFound
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
    "/sessions/{session_id}/extend",
    access=Access.MEMBER,
    grants=(
        TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),
        gym.READ,
        gym.CHECK,
        gym.CLAIM,
        gym.NEARBY,
        payment.READ,
        payment.DEBIT,
    ),
    errors=(SessionNotFound, NotChangeable, PreconditionFailed, *BOOKING_REFUSALS),
    throttle=MONEY_THROTTLE,
    conflict_view=refused_booking_view,
    ban_check=BanCheck.IN_USE_CASE,
    view=session_view,
)
def handler(
    session_id: Path[Identifier],
    body: Body[ExtendSessionRequest],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    changer: SessionChanger,
) -> Session:
    """Let a session last longer, if what follows is free; also while it takes place.

    It costs what the longer session costs more, by the prices of now. A 409 has the code of the first rule that fails.
    """
    return changer.extend(
        uow,
        user_id=caller.id,
        session_id=str(session_id),
        minutes=body.minutes,
        seen_version=if_match.version,
    )
