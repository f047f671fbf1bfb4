"""How GET /gyms reads the place index."""

from __future__ import annotations

import json
import sys
from threading import Barrier
from typing import Any

import pytest

from gym.endpoints.search_gyms import handler
from gym.places import covering
from gym.repository import GymRepository
from solo60 import aws
from tests.conftest import call
from tests.handlers.gym.making import gym

LONDON = {"lat": 51.5255, "lon": -0.0876}


def names(**query: Any) -> list[str]:
    return [item["name"] for item in call(handler, query=query).json["items"]]


@pytest.mark.usefixtures("tables")
def test_the_ranges_of_a_circle_are_read_at_the_same_time() -> None:
    """A search waits for one trip, not for one a range: each query waits here until all of them are under way."""
    gym(name="Soho")
    searching: list[Any] = []
    together: list[Barrier] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        searching.append(params)
        if together:
            together[0].wait(timeout=20)

    aws.client("dynamodb").meta.events.register("before-call.dynamodb.Query", note)
    assert names(**LONDON, radius_km=5) == ["Soho"]
    assert len(searching) > 1
    together.append(Barrier(len(searching)))
    assert names(**LONDON, radius_km=5) == ["Soho"]


@pytest.mark.usefixtures("tables")
def test_no_read_asks_for_more_than_dynamodb_takes() -> None:
    """`Limit` is a 32-bit integer."""
    limits: list[int] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        limits.append(json.loads(params["body"])["Limit"])

    aws.client("dynamodb").meta.events.register("before-call.dynamodb.Query", note)
    ranges = covering(LONDON["lat"], LONDON["lon"], 5)
    assert GymRepository().in_ranges(ranges, most=sys.maxsize).complete
    assert 0 < max(limits) < 2**31
