"""Creating and changing gyms."""

from __future__ import annotations

import copy
from typing import Any

from pydantic import ValidationError

from gym.definition import ChangeGymRequest, CreateGymRequest, GymDefinition
from gym.errors import GymNotFound
from gym.profile import profile_of
from gym.records import Gym
from gym.repository import GymRepository, gym_key
from gym.time.pricing import lowest_hourly_price
from solo60 import clock
from solo60.audit import differences
from solo60.ids import new_id
from solo60.problems import InvalidRequest, PreconditionFailed
from solo60.unit_of_work import UnitOfWork, Work
from solo60.validation import errors_of


def create(uow: UnitOfWork, gyms: GymRepository, definition: CreateGymRequest) -> Gym:
    """Add a gym."""
    values = definition.model_dump(mode="json")
    values["equipment"] = [{"id": new_id(), **item} for item in values["equipment"]]
    gym_id = new_id()
    key = gym_key(gym_id)

    def act(work: Work) -> Gym:
        gym = Gym(key.pk, key.sk, id=gym_id, pictures=[], version=1, created_at=clock.now(), **values)
        gym.credits_from = lowest_hourly_price(profile_of(gym))
        gyms.add(work, gym)
        work.record_change("gym", gym_id, values)
        return gym

    return uow.run(act)


def change(uow: UnitOfWork, gyms: GymRepository, gym_id: str, patch: ChangeGymRequest, seen_version: int | None) -> Gym:
    """Change a gym; its version rises if anything differs.

    Parameters
    ----------
    seen_version
        The version that the caller has seen, or None to change whatever is there.

    Raises
    ------
    GymNotFound
        There is none.
    PreconditionFailed
        It is not, or at the commit no longer, the version that the caller read.
    InvalidRequest
        The change does not fit what stays.
    """

    def act(work: Work) -> Gym:
        before = gyms.find(work.read, gym_id)
        if before is None:
            raise GymNotFound
        PreconditionFailed.unless_seen(seen_version, int(before.version))
        after = _changed(before, patch)
        if after is None:
            return before
        gyms.change(work, before, after)
        work.record_change("gym", gym_id, differences(_definition_of(before), _definition_of(after)))
        return after

    return uow.run(act)


def _changed(before: Gym, patch: ChangeGymRequest) -> Gym | None:
    """The gym as it is to be, or None where nothing differs."""
    definition = _definition_of(before)
    given = patch.given()
    if "opening_hours" in given:
        given["opening_hours"] = {**definition["opening_hours"], **given["opening_hours"]}
    try:
        wanted = GymDefinition.model_validate({**definition, **given}).model_dump(mode="json")
    except ValidationError as error:
        # Each member was valid by itself: it is their combination that is not.
        raise InvalidRequest(errors_of(error)) from None
    if wanted == definition:
        return None
    after = Gym(**copy.deepcopy(before.attribute_values))
    for name, value in wanted.items():
        setattr(after, name, value)
    after.version = before.version + 1
    after.credits_from = lowest_hourly_price(profile_of(after))
    return after


def _definition_of(gym: Gym) -> dict[str, Any]:
    return {name: getattr(gym, name) for name in GymDefinition.model_fields}
