"""Creating, changing and archiving gyms."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from gym.definition import ChangeGymRequest, CreateGymRequest, GymDefinition
from gym.editing import existing, revised, seen
from gym.profile import GymStatus, profile_of
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
        before = seen(work, gyms, gym_id, seen_version)
        return _write(work, gyms, before, _wanted(before, patch))

    return uow.run(act)


def archive(uow: UnitOfWork, gyms: GymRepository, gym_id: str, seen_version: int | None) -> None:
    """Let a gym take no bookings any more; one that is archived stays as it is.

    Parameters
    ----------
    seen_version
        The version that the caller has seen, or None to archive whatever is there.

    Raises
    ------
    GymNotFound
        There is none.
    PreconditionFailed
        It is not, or at the commit no longer, the version that the caller read.
    """

    def act(work: Work) -> None:
        before = existing(work, gyms, gym_id)
        if before.status == GymStatus.ARCHIVED:
            return  # Whatever version was seen: the caller may have lost the answer.
        PreconditionFailed.unless_seen(seen_version, int(before.version))
        _write(work, gyms, before, {**_definition_of(before), "status": GymStatus.ARCHIVED.value})

    uow.run(act)


def _wanted(before: Gym, patch: ChangeGymRequest) -> dict[str, Any]:
    """The definition of the gym as it is to be."""
    definition = _definition_of(before)
    given = patch.given()
    if "opening_hours" in given:
        given["opening_hours"] = {**definition["opening_hours"], **given["opening_hours"]}
    try:
        return GymDefinition.model_validate({**definition, **given}).model_dump(mode="json")
    except ValidationError as error:
        # Each member was valid by itself: it is their combination that is not.
        raise InvalidRequest(errors_of(error)) from None


def _write(work: Work, gyms: GymRepository, before: Gym, wanted: dict[str, Any]) -> Gym:
    """Give a gym another definition, if it differs; the gym as it is then."""
    definition = _definition_of(before)
    if wanted == definition:
        return before
    after = revised(before, **wanted)
    after.credits_from = lowest_hourly_price(profile_of(after))
    gyms.change(work, before, after)
    work.record_change("gym", before.id, differences(definition, wanted))
    return after


def _definition_of(gym: Gym) -> dict[str, Any]:
    return {name: getattr(gym, name) for name in GymDefinition.model_fields}
