"""POST /sessions/calendar-feed."""

from __future__ import annotations

from session.calendar.feeds import make_feed
from session.calendar.repository import FeedRepository
from session.calendar.schemas import CalendarFeedView
from solo60.declarations import Access, Idempotency
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Request
from solo60.unit_of_work import UnitOfWork

ROUTE = "/sessions/calendar-feed"


@endpoint(
    "POST",
    ROUTE,
    access=Access.MEMBER,
    status=201,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.PUT, Do.DELETE}),),
    idempotency=Idempotency.NOT_KEPT,
)
def handler(caller: Caller, request: Request, uow: UnitOfWork, feeds: FeedRepository) -> CalendarFeedView:
    """A secret address of my calendar feed; a new one revokes the old.

    The address is shown this once, so there is no `Idempotency-Key`: the answer would be stored under it. A repeated
    request makes another address.
    """
    token = make_feed(uow, feeds, caller.id)
    return CalendarFeedView(url=f"https://{request.domain}{request.public_path}/{token}")
