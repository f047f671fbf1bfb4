"""DELETE /admin/gyms/{gym_id}/closures/{closure_id}."""

from __future__ import annotations

from gym.closures.closing import ClosureKeeper
from gym.errors import ClosureNotFound, ClosureOver
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "DELETE",
    "/admin/gyms/{gym_id}/closures/{closure_id}",
    access=Access.ADMIN,
    status=204,
    grants=(TableGrant("gym", {Do.BATCH_GET, Do.PUT, Do.UPDATE}),),
    errors=(ClosureNotFound, ClosureOver),
)
def handler(gym_id: Path[Identifier], closure_id: Path[Identifier], uow: UnitOfWork, keeper: ClosureKeeper) -> None:
    """Lift a closure.

    Its time can be booked again, but for what other closures have. Sessions that were cancelled stay so; those that
    were not yet are kept.
    """
    keeper.lift(uow, str(gym_id), str(closure_id))
