"""POST /gyms/{gym_id}/inductions."""

from __future__ import annotations

from gym.errors import (
    BeyondHorizon,
    GymClosed,
    GymNotActive,
    GymNotFound,
    InductionOpen,
    OffGrid,
    SlotTaken,
    TooSoon,
)
from gym.inductions import requests
from gym.inductions.repository import InductionRepository
from gym.inductions.schemas import RequestInductionRequest
from gym.inductions.views import induction_view
from gym.records import Induction
from gym.time.repository import GymTimeRepository
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/gyms/{gym_id}/inductions",
    access=Access.MEMBER,
    status=201,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.PUT, Do.UPDATE, Do.CHECK}),),
    errors=(GymNotFound, InductionOpen, GymNotActive, OffGrid, TooSoon, BeyondHorizon, GymClosed, SlotTaken),
    view=induction_view,
)
def handler(
    gym_id: Path[Identifier],
    body: Body[RequestInductionRequest],
    caller: Caller,
    uow: UnitOfWork,
    *,
    inductions: InductionRepository,
    times: GymTimeRepository,
) -> Induction:
    """Ask for an induction at a gym.

    It lasts an hour, or as near to it as a session there may last, and costs nothing. Nobody else can book its time.
    One at a time for each gym; with a valid induction I may ask for another one, which prolongs it.
    """
    return requests.ask(uow, inductions, times, user_id=caller.id, gym_id=str(gym_id), starts_at=body.starts_at)
