"""Refusals of the gym service."""

from __future__ import annotations

from solo60.problems import NotFound


class GymNotFound(NotFound):
    """No gym has this id."""

    code = "gym_not_found"
    title = "There is no such gym"
