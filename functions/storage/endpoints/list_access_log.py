"""GET /admin/storage/log."""

from __future__ import annotations

from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Query
from solo60.paging import PageOf, Paging
from storage import views
from storage.access_log import lines
from storage.log_repository import AccessLogRepository
from storage.records import LogLine
from storage.schemas import LogQuery


@endpoint(
    "GET",
    "/admin/storage/log",
    access=Access.ADMIN,
    grants=(TableGrant("storage", {Do.QUERY}, indexes={"by_day"}),),
    view=views.log_page,
)
def handler(query: Query[LogQuery], paging: Paging, log: AccessLogRepository) -> PageOf[LogLine]:
    """Who uploaded, read and removed what, and when, newest first.

    The log of one file with `file_id`, otherwise that of a day in UTC, by default of today.
    """
    return lines(
        log,
        paging,
        day=query.day,
        file_id=None if query.file_id is None else str(query.file_id),
        actor_id=None if query.actor_id is None else str(query.actor_id),
        action=query.action,
    )
