"""GET /sessions/calendar-feed/{token}."""

from __future__ import annotations

from session.calendar.entries import feed_entries
from session.calendar.repository import CalendarRepository, FeedRepository
from session.calendar.schemas import FeedToken
from session.calendar.views import feed_file
from session.errors import FeedNotFound
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path, Request
from solo60.http.response import Cacheable, NotModified


@endpoint(
    "GET",
    "/sessions/calendar-feed/{token}",
    access=Access.PUBLIC,
    grants=(TableGrant("session", {Do.BATCH_GET}, indexes={"by_member"}),),
    errors=(FeedNotFound,),
    content_type="text/calendar",
)
def handler(
    token: Path[FeedToken], request: Request, sessions: CalendarRepository, feeds: FeedRepository
) -> Cacheable | NotModified:
    """The feed as .ics: sessions to come and of the past 30 days, own ones and those that I am a guest of.

    Whoever has the address reads it. Cancelled sessions are in it as `STATUS:CANCELLED`. Calendar apps ask about once
    an hour, and get 304 as long as nothing has changed.
    """
    return feed_file(feed_entries(sessions, feeds, token)).unless_known(request.header("if-none-match"))
