"""POST /admin/sessions/{session_id}/no-show."""

from __future__ import annotations

from session.administration.overriding import SessionOverride
from session.errors import NotMissed, SessionNotFound
from session.records import Session
from session.views import session_view
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/admin/sessions/{session_id}/no-show",
    access=Access.ADMIN,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),),
    errors=(SessionNotFound, NotMissed, PreconditionFailed),
    view=session_view,
)
def handler(
    session_id: Path[Identifier], caller: Caller, if_match: IfMatch, uow: UnitOfWork, override: SessionOverride
) -> Session:
    """Mark a no-show: a strike of its host.

    From the start on, if nobody has checked in. A job does the same at the end of each session.
    """
    return override.miss(uow, str(session_id), by=caller.id, seen_version=if_match.version)
