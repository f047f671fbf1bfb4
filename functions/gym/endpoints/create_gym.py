"""POST /admin/gyms."""

from __future__ import annotations

from gym import administration
from gym.definition import CreateGymRequest
from gym.records import Gym
from gym.repository import GymRepository
from gym.schemas import GymView, details_of
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.idempotency import IdempotencyKey
from solo60.http.request import Body
from solo60.http.response import Tagged
from solo60.transaction import Transaction


@endpoint(
    "POST",
    "/admin/gyms",
    access=Access.ADMIN,
    status=201,
    grants=(TableGrant("gym", {Do.PUT}),),
)
def handler(body: Body[CreateGymRequest], key: IdempotencyKey, gyms: GymRepository) -> Tagged[GymView]:
    """Create a gym."""

    def keep_answer(transaction: Transaction, gym: Gym) -> None:
        key.store_response(transaction, _answer(gym))

    return _answer(administration.create(gyms, body, keep_answer))


def _answer(gym: Gym) -> Tagged[GymView]:
    return Tagged(details_of(gym), int(gym.version))
