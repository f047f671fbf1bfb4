"""What the endpoints for equipment take and answer."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from gym.definition import EquipmentCategory, EquipmentInput, EquipmentName, EquipmentQuantity
from gym.schemas import EquipmentSummary
from solo60.models import Page, RequestModel, unset


class AddEquipmentRequest(EquipmentInput):
    """A kind of equipment that a gym gets."""


class ChangeEquipmentRequest(RequestModel):
    """What is to change; what is not given stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"in_service": False}]})

    name: EquipmentName = unset()
    category: EquipmentCategory = unset()
    quantity: EquipmentQuantity = unset()
    in_service: bool = unset()

    def given(self) -> dict[str, Any]:
        """The members that were given, as plain JSON values."""
        return self.model_dump(mode="json", exclude_unset=True)


class EquipmentView(EquipmentSummary):
    """A kind of equipment. Its `ETag` is that of its gym."""


class EquipmentPage(Page[EquipmentSummary]):
    """A gym's equipment."""
