"""POST /sessions/{session_id}/cancel."""

from __future__ import annotations

from gym import published as gym
from payment import published as payment
from session.booking.cancellation import Cancellations, cancel
from session.errors import NotCancellable, SessionNotFound
from session.records import Session
from session.repository import SessionRepository
from session.views import session_view
from solo60.declarations import MONEY_THROTTLE, Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/sessions/{session_id}/cancel",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}), gym.RELEASE, payment.READ, payment.GIVE_BACK),
    errors=(SessionNotFound, NotCancellable, PreconditionFailed),
    throttle=MONEY_THROTTLE,
    view=session_view,
)
def handler(
    session_id: Path[Identifier],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    sessions: SessionRepository,
    cancellations: Cancellations,
) -> Session:
    """Cancel a session; before the deadline the credits are refunded.

    A refund returns each credit to its pot with its expiry. After the deadline credits are refunded only if another
    member books the whole time. A session that is already cancelled is returned unchanged.
    """
    return cancel(
        uow,
        sessions,
        cancellations,
        user_id=caller.id,
        session_id=str(session_id),
        seen_version=if_match.version,
    )
