"""DELETE /sessions/holds/{hold_id}."""

from __future__ import annotations

from gym import published as gym
from session.booking.holding import HoldKeeper
from session.errors import HoldNotFound
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "DELETE",
    "/sessions/holds/{hold_id}",
    access=Access.MEMBER,
    status=204,
    grants=(TableGrant("session", {Do.BATCH_GET, Do.UPDATE}), gym.RELEASE),
    errors=(HoldNotFound,),
)
def handler(hold_id: Path[Identifier], caller: Caller, uow: UnitOfWork, keeper: HoldKeeper) -> None:
    """Give a held time back.

    It is free at once. A hold that has expired is not found.
    """
    keeper.give_back(uow, caller.id, str(hold_id))
