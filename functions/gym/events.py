"""Events that the gym service publishes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from solo60.events import Event


class GymEvent(Event):
    """Base of the service's events."""

    SOURCE: ClassVar[str] = "gym"


class EquipmentEvent(GymEvent):
    """Base of the events about equipment."""

    gym_id: str
    gym_name: str
    equipment_id: str
    name: str
    category: str


class EquipmentOutOfService(EquipmentEvent):
    """Equipment cannot be used from now on. Names are those from before.

    Attributes
    ----------
    last_of_category
        Nothing else of its category is in service at the gym: sessions for which it was booked depended on it.
    """

    last_of_category: bool


class EquipmentBackInService(EquipmentEvent):
    """Equipment that was out of service can be used again."""


class EquipmentRemoved(EquipmentEvent):
    """Equipment has left the gym.

    Attributes
    ----------
    was_in_service
        Until then.
    last_of_category
        It was in service, and nothing else of its category is.
    """

    was_in_service: bool
    last_of_category: bool


class ClosureEvent(GymEvent):
    """Base of the events about closures."""

    closure_id: str
    gym_id: str
    starts_at: datetime
    ends_at: datetime


class GymClosed(ClosureEvent):
    """A gym takes no sessions in a time; those that stand in it are to be cancelled."""

    reason: str


class ClosureLifted(ClosureEvent):
    """A closure was taken back: its time can be booked again, but for what other closures have."""


class InductionEvent(GymEvent):
    """Base of the events about inductions.

    Attributes
    ----------
    timezone
        Of the gym.
    """

    induction_id: str
    user_id: str
    gym_id: str
    gym_name: str
    timezone: str
    starts_at: datetime
    ends_at: datetime


class InductionRequested(InductionEvent):
    """A member has asked for an induction, whose time is taken."""


class InductionCompleted(InductionEvent):
    """An induction has taken place: its member can book sessions that start before `valid_until`."""

    valid_until: datetime


class InductionMissed(InductionEvent):
    """A member did not come to an induction."""


class InductionCancelled(InductionEvent):
    """A member does not come to an induction, and has said so before it."""
