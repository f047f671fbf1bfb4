"""POST /admin/sessions/{session_id}/cancel."""

from __future__ import annotations

from gym import published as gym
from payment import published as payment
from session.administration.overriding import SessionOverride
from session.administration.schemas import CancelMembersSessionRequest, Refund
from session.errors import NotCancellable, SessionNotFound
from session.records import Session
from session.views import session_view
from solo60.declarations import MONEY_THROTTLE, Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/admin/sessions/{session_id}/cancel",
    access=Access.ADMIN,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}), gym.RELEASE, payment.READ, payment.GIVE_BACK),
    errors=(SessionNotFound, NotCancellable, PreconditionFailed),
    throttle=MONEY_THROTTLE,
    view=session_view,
)
def handler(
    session_id: Path[Identifier],
    body: Body[CancelMembersSessionRequest],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    override: SessionOverride,
) -> Session:
    """Cancel a member's session with a reason, and a full refund or none.

    A full refund is made at any time; credits that have expired are valid for 30 more days. It is possible until the
    end, if nobody has checked in.
    """
    return override.cancel(
        uow,
        str(session_id),
        by=caller.id,
        reason=body.reason,
        refunds=body.refund is Refund.FULL,
        seen_version=if_match.version,
    )
