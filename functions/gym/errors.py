"""Refusals of the gym service."""

from __future__ import annotations

from solo60.problems import Conflict, NotFound


class GymNotFound(NotFound):
    """No gym has this id."""

    code = "gym_not_found"
    title = "There is no such gym"


class EquipmentNotFound(NotFound):
    """The gym has no such equipment."""

    code = "equipment_not_found"
    title = "There is no such equipment in this gym"


class TooMuchEquipment(Conflict):
    code = "too_much_equipment"
    title = "This gym has as many kinds of equipment as it can have"


class ClosureNotFound(NotFound):
    """The gym has no closure with this id."""

    code = "closure_not_found"
    title = "The gym has no such closure"


class ClosureOver(Conflict):
    code = "closure_over"
    title = "This closure has ended"


class TooManyClosures(Conflict):
    code = "too_many_closures"
    title = "The gym has as many closures ahead as it may"


class TooManyPictures(Conflict):
    code = "too_many_pictures"
    title = "This gym has as many pictures as it can have"


class InductionNotFound(NotFound):
    """The member has no such induction, or there is none."""

    code = "induction_not_found"
    title = "There is no such induction"


class InductionOpen(Conflict):
    code = "induction_open"
    title = "You have an induction at this gym that is still to come"


class InductionNotOpen(Conflict):
    code = "induction_not_open"
    title = "This induction has begun or ended already"


class GymNotActive(Conflict):
    code = "gym_not_active"
    title = "This gym cannot be booked at present"


class GymClosed(Conflict):
    code = "gym_closed"
    title = "The gym is closed in this time"


class OffGrid(Conflict):
    code = "off_grid"
    title = "Sessions start and last in steps of the gym"


class TooShort(Conflict):
    code = "too_short"
    title = "The session is shorter than the gym allows"


class TooLong(Conflict):
    code = "too_long"
    title = "The session is longer than the gym allows"


class TooSoon(Conflict):
    code = "too_soon"
    title = "The session starts too soon"


class BeyondHorizon(Conflict):
    code = "beyond_horizon"
    title = "The session is too far ahead"


class SlotTaken(Conflict):
    code = "slot_taken"
    title = "This time is taken"
