"""Bodies about equipment."""

from __future__ import annotations

from gym.equipment.changes import Equipped
from gym.equipment.schemas import EquipmentPage, EquipmentView
from gym.records import Equipment
from gym.schemas import EquipmentSummary
from solo60.http.response import Tagged
from solo60.paging import PageOf


def equipment_view(equipped: Equipped) -> Tagged[EquipmentView]:
    """A kind of equipment, with the version of its gym as `ETag`."""
    return Tagged(EquipmentView.model_validate(equipped.item), equipped.gym_version)


def equipment_page(page: PageOf[Equipment]) -> EquipmentPage:
    """A page of a gym's equipment."""
    items = [EquipmentSummary.model_validate(item) for item in page.items]
    return EquipmentPage(items=items, next_cursor=page.next_cursor)
