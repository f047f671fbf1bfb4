"""Adding equipment to gyms, changing it, taking it out of service and removing it.

All equipment of a gym is in the gym's record, under its version: whoever books or searches sees it without a read more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from gym.definition import MOST_EQUIPMENT
from gym.editing import existing, revised, seen
from gym.equipment.schemas import AddEquipmentRequest, ChangeEquipmentRequest
from gym.errors import EquipmentNotFound, TooMuchEquipment
from gym.events import EquipmentBackInService, EquipmentOutOfService, EquipmentRemoved
from gym.records import Equipment, Gym
from gym.repository import GymRepository
from solo60.audit import differences
from solo60.events import publish
from solo60.ids import new_id
from solo60.text import folded
from solo60.unit_of_work import UnitOfWork, Work


@dataclass(frozen=True)
class Equipped:
    """A kind of equipment, and the version of its gym."""

    item: Equipment
    gym_version: int


def add(uow: UnitOfWork, gyms: GymRepository, gym_id: str, request: AddEquipmentRequest) -> Equipped:
    """Add a kind of equipment to a gym.

    Raises
    ------
    GymNotFound
        There is no such gym.
    TooMuchEquipment
        It has as many kinds as a gym can have.
    """
    item = Equipment(
        id=new_id(),
        name=request.name,
        category=request.category,
        quantity=request.quantity,
        in_service=request.in_service,
    )

    def act(work: Work) -> Equipped:
        gym = existing(work, gyms, gym_id)
        if len(gym.equipment) >= MOST_EQUIPMENT:
            raise TooMuchEquipment
        work.record_change("gym", gym_id, {"equipment_added": item})
        return Equipped(item, _write(work, gyms, gym, [*gym.equipment, item]))

    return uow.run(act)


def change(
    uow: UnitOfWork,
    gyms: GymRepository,
    gym_id: str,
    equipment_id: str,
    *,
    patch: ChangeEquipmentRequest,
    seen_version: int | None,
) -> Equipped:
    """Change a kind of equipment; the gym's version rises if anything differs.

    Parameters
    ----------
    seen_version
        The version of the gym that the caller has seen, or None to change whatever is there.

    Raises
    ------
    GymNotFound, EquipmentNotFound
        There is no such gym, or it has no such equipment.
    PreconditionFailed
        The gym is not, or at the commit no longer, the version that the caller has seen.
    """

    def act(work: Work) -> Equipped:
        gym = seen(work, gyms, gym_id, seen_version)
        before = _found(gym, equipment_id)
        if before is None:
            raise EquipmentNotFound
        after = cast("Equipment", {**before, **patch.given()})
        if after == before:
            return Equipped(before, int(gym.version))
        work.record_change("equipment", equipment_id, {"gym_id": gym_id, **differences(before, after)})
        _announce(work, gym, before, after)
        equipment = [after if item["id"] == equipment_id else item for item in gym.equipment]
        return Equipped(after, _write(work, gyms, gym, equipment))

    return uow.run(act)


def remove(uow: UnitOfWork, gyms: GymRepository, gym_id: str, equipment_id: str) -> None:
    """Remove a kind of equipment. What is not there is removed already.

    Raises
    ------
    GymNotFound
        There is no such gym.
    """

    def act(work: Work) -> None:
        gym = existing(work, gyms, gym_id)
        item = _found(gym, equipment_id)
        if item is None:
            return
        work.record_change("equipment", equipment_id, {"removed": item, "gym_id": gym_id})
        publish(
            work,
            EquipmentRemoved(
                gym_id=gym_id,
                gym_name=gym.name,
                equipment_id=equipment_id,
                name=item["name"],
                category=item["category"],
                was_in_service=item["in_service"],
                last_of_category=_is_last(gym, item),
            ),
        )
        _write(work, gyms, gym, [other for other in gym.equipment if other["id"] != equipment_id])

    uow.run(act)


def _found(gym: Gym, equipment_id: str) -> Equipment | None:
    return next((item for item in gym.equipment if item["id"] == equipment_id), None)


def _write(work: Work, gyms: GymRepository, before: Gym, equipment: Sequence[Equipment]) -> int:
    """Let a gym have other equipment; its version then."""
    after = revised(before, equipment=list(equipment))
    gyms.change(work, before, after)
    return int(after.version)


def _announce(work: Work, gym: Gym, before: Equipment, after: Equipment) -> None:
    """Tell of equipment that is taken out of service or put back, as it was before the change."""
    if before["in_service"] and not after["in_service"]:
        publish(
            work,
            EquipmentOutOfService(
                gym_id=gym.id,
                gym_name=gym.name,
                equipment_id=before["id"],
                name=before["name"],
                category=before["category"],
                last_of_category=_is_last(gym, before),
            ),
        )
    elif after["in_service"] and not before["in_service"]:
        publish(
            work,
            EquipmentBackInService(
                gym_id=gym.id,
                gym_name=gym.name,
                equipment_id=after["id"],
                name=after["name"],
                category=after["category"],
            ),
        )


def _is_last(gym: Gym, item: Equipment) -> bool:
    """Whether a kind of equipment is in service, and no other one of its category is."""
    category = folded(item["category"])
    in_service = [
        other["id"] for other in gym.equipment if other["in_service"] and folded(other["category"]) == category
    ]
    return in_service == [item["id"]]
