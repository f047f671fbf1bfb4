"""POST /admin/gyms/inductions/{induction_id}/no-show."""

from __future__ import annotations

from gym.errors import InductionNotFound, InductionNotOpen
from gym.inductions import outcomes
from gym.inductions.repository import InductionRepository
from gym.inductions.views import induction_view
from gym.records import Induction
from gym.time.repository import GymTimeRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import IfMatch, Path
from solo60.models import Identifier
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/admin/gyms/inductions/{induction_id}/no-show",
    access=Access.ADMIN,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),),
    errors=(InductionNotFound, InductionNotOpen, PreconditionFailed),
    view=induction_view,
)
def handler(
    induction_id: Path[Identifier],
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    inductions: InductionRepository,
    times: GymTimeRepository,
) -> Induction:
    """Mark an induction as missed.

    Also beforehand, where it is known that the member does not come: what is left of its time is free at once.
    """
    return outcomes.miss(uow, inductions, times, induction_id=str(induction_id), seen_version=if_match.version)
