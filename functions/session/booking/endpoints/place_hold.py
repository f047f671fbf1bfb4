"""POST /sessions/holds."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from payment import published as payment
from session.booking.holding import HoldKeeper, PricedHold
from session.booking.schemas import PlaceHoldRequest
from session.booking.views import hold_view, refused_booking_view
from session.errors import BOOKING_REFUSALS, TooManyHolds
from solo60.declarations import MONEY_THROTTLE, Access, BanCheck
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/sessions/holds",
    access=Access.MEMBER,
    status=201,
    grants=(
        TableGrant("session", {Do.BATCH_GET, Do.UPDATE}),
        gym.READ,
        gym.CHECK,
        gym.CLAIM,
        gym.NEARBY,
        payment.READ,
    ),
    errors=(GymNotFound, TooManyHolds, *BOOKING_REFUSALS),
    throttle=MONEY_THROTTLE,
    conflict_view=refused_booking_view,
    ban_check=BanCheck.IN_USE_CASE,
    view=hold_view,
)
def handler(body: Body[PlaceHoldRequest], caller: Caller, uow: UnitOfWork, keeper: HoldKeeper) -> PricedHold:
    """Keep a time for ten minutes while paying; for others it is taken.

    A booking of the time, or of a part of it, uses the hold by itself. A member holds one time at a gym, and at most
    two. Asking for a held time again answers the same hold, which expires when it would have.
    """
    return keeper.place(
        uow, user_id=caller.id, gym_id=str(body.gym_id), starts_at=body.starts_at, duration=body.duration
    )
