"""POST /admin/gyms/{gym_id}/closures."""

from __future__ import annotations

from gym.closures.closing import ClosureKeeper
from gym.closures.schemas import CreateClosureRequest
from gym.closures.views import closure_view
from gym.errors import ClosureOver, GymNotFound, TooManyClosures
from gym.records import Closure
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/admin/gyms/{gym_id}/closures",
    access=Access.ADMIN,
    status=201,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),),
    errors=(GymNotFound, ClosureOver, TooManyClosures),
    view=closure_view,
)
def handler(
    gym_id: Path[Identifier], body: Body[CreateClosureRequest], uow: UnitOfWork, keeper: ClosureKeeper
) -> Closure:
    """Close a gym from an instant to another.

    From this moment nothing is booked into it. Sessions that stand in it and have not begun are cancelled one by one
    with a full refund, and their members are told the reason; the list shows how far that is.
    """
    return keeper.close(uow, str(gym_id), start=body.from_, end=body.to, reason=body.reason)
