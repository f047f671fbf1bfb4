"""POST /gyms/inductions/{induction_id}/cancel."""

from __future__ import annotations

from gym.errors import InductionNotFound, InductionNotOpen
from gym.inductions import requests
from gym.inductions.repository import InductionRepository
from gym.inductions.views import induction_view
from gym.records import Induction
from gym.time.repository import GymTimeRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/gyms/inductions/{induction_id}/cancel",
    access=Access.MEMBER,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),),
    errors=(InductionNotFound, InductionNotOpen, PreconditionFailed),
    view=induction_view,
)
def handler(
    induction_id: Path[Identifier],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    inductions: InductionRepository,
    times: GymTimeRepository,
) -> Induction:
    """Cancel an induction of mine before it begins.

    Its time is free at once. One that is cancelled already is returned unchanged.
    """
    return requests.cancel(
        uow, inductions, times, user_id=caller.id, induction_id=str(induction_id), seen_version=if_match.version
    )
