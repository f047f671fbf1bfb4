"""POST /sessions/{session_id}/cancel."""

from __future__ import annotations

from payment import published as payment
from session.cancellation import cancel
from session.errors import NotCancellable, SessionNotFound
from session.repository import SessionRepository
from session.schemas import SessionView
from session.views import tagged
from solo60.declarations import Access, Do, Needs, Table
from solo60.http.endpoint import endpoint
from solo60.http.idempotency import IdempotencyKey
from solo60.http.request import Caller, Path
from solo60.http.response import Tagged
from solo60.models import Identifier


@endpoint(
    "POST",
    "/sessions/{session_id}/cancel",
    access=Access.MEMBER,
    needs=Needs(
        tables=(Table("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}), payment.READ, payment.GIVE_BACK),
    ),
    errors=(SessionNotFound, NotCancellable),
)
def handler(
    session_id: Path[Identifier], caller: Caller, key: IdempotencyKey, sessions: SessionRepository
) -> Tagged[SessionView]:
    """Cancel a session; before the deadline the credits are refunded.

    A refund returns each credit to its pot with its expiry. After the deadline credits are refunded only if another
    member books the whole time. A session that is already cancelled is returned unchanged.
    """
    session = cancel(
        sessions,
        caller.id,
        str(session_id),
        lambda transaction, cancelled: key.store_response(transaction, tagged(cancelled)),
    )
    return tagged(session)
