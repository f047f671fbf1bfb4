"""POST /admin/gyms/{gym_id}/closures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gym.endpoints.change_gym import handler as change_gym
from gym.endpoints.get_gym import handler as get_gym
from gym.endpoints.search_gyms import handler as search
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.closures.closing import close, closures_of
from tests.handlers.gym.making import ADMIN, gym
from tests.handlers.session import world

NOW, START = world.NOW, world.START
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def member() -> str:
    user = new_id()
    world.give_credits(user, 100)
    return user


def test_a_closure_takes_its_time_at_once() -> None:
    gym_id, user = gym(buffer_minutes=0)["id"], member()
    answer = close(gym_id, START, START + 3 * HOUR)
    assert answer.status == 201
    assert {**answer.json, "id": ""} == {
        "id": "",
        "gym_id": gym_id,
        "from": world.text(START),
        "to": world.text(START + 3 * HOUR),
        "reason": "The floor is being renewed.",
        "status": "cancelling",
        "sessions_cancelled": 0,
        "created_at": world.text(NOW),
        "lifted_at": None,
    }
    for start, status in ((START - HOUR, 201), (START - HOUR / 2, 409), (START + HOUR, 409), (START + 3 * HOUR, 201)):
        booked = world.book(user, gym_id, start)
        assert (booked.status, booked.json.get("code")) == (status, None if status == 201 else "gym_closed")
    [event] = outbox("gym", "GymClosed")
    assert (event["data"]["closure_id"], event["data"]["starts_at"]) == (answer.json["id"], world.text(START))


def test_nothing_that_lists_times_lists_it() -> None:
    gym_id, user = gym(buffer_minutes=0)["id"], member()
    close(gym_id, START, START + DAY)
    listed = [item["starts_at"] for item in world.availability(gym_id, "2026-03-04", days=2)]
    assert world.text(START - HOUR) in listed
    assert world.text(START + DAY) in listed
    assert not [start for start in listed if world.text(START) <= start < world.text(START + DAY)]
    assert [failure["code"] for failure in world.quote(user, gym_id, START).json["failures"]] == ["gym_closed"]
    window = {"available_from": world.text(START), "available_to": world.text(START + DAY), "duration": 60}
    assert call(search, query=window).json["items"] == []
    refused = world.book(user, gym_id, START)
    assert {each["starts_at"] for each in refused.json["alternatives"]} >= {world.text(START - HOUR)}


def test_the_gym_shows_what_is_ahead() -> None:
    gym_id = gym()["id"]
    later, sooner = START + 5 * DAY, START
    for start in (later, sooner):
        close(gym_id, start, start + HOUR)
    shown = call(get_gym, path={"gym_id": gym_id})
    assert shown.json["closures"] == [
        {"from": world.text(start), "to": world.text(start + HOUR)} for start in (sooner, later)
    ]
    assert shown.headers["ETag"] == '"3"'
    with clock.at(START + HOUR):
        assert len(call(get_gym, path={"gym_id": gym_id}).json["closures"]) == 1


def test_moves_extensions_and_holds_are_kept_out_too() -> None:
    gym_id, user = gym(buffer_minutes=0)["id"], member()
    session = world.book(user, gym_id, START - HOUR).json["id"]
    close(gym_id, START, START + 3 * HOUR)
    assert world.move(user, session, START + HOUR).code == "gym_closed"
    assert world.extend(user, session, 30).code == "gym_closed"
    assert world.hold(user, gym_id, START).code == "gym_closed"


@pytest.mark.parametrize("act", ["book", "move", "hold"])
def test_what_is_in_flight_is_judged_again(act: str) -> None:
    gym_id, user = gym(buffer_minutes=0)["id"], member()
    session = world.book(user, gym_id, START - 5 * HOUR).json["id"]
    meanwhile(lambda: close(gym_id, START, START + DAY))
    answer = {
        "book": lambda: world.book(user, gym_id, START + HOUR),
        "move": lambda: world.move(user, session, START + HOUR),
        "hold": lambda: world.hold(user, gym_id, START + HOUR),
    }[act]()
    assert answer.code == "gym_closed"


def test_a_session_over_a_change_of_the_clock() -> None:
    gym_id, user = gym(booking_horizon_days=60)["id"], member()
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    close(gym_id, "2026-03-29T02:00:00+01:00", "2026-03-29T03:00:00+01:00")
    assert world.book(user, gym_id, change).code == "gym_closed"
    assert world.book(user, gym_id, change - HOUR).status == 201
    assert world.book(user, gym_id, change + HOUR).status == 201


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (START, START, "/to"),
        (START, START - HOUR, "/to"),
        (START, START + timedelta(days=800), "/to"),
        ("2026-03-04T18:00:00", START, "/from"),
        ("soon", START, "/from"),
    ],
)
def test_what_is_no_time_ahead_is_refused(start: Any, end: Any, field: str) -> None:
    answer = close(gym()["id"], start, end)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_time_that_has_passed_is_refused() -> None:
    answer = close(gym()["id"], NOW - DAY, NOW)
    assert (answer.status, answer.code) == (409, "closure_over")


def test_a_reason_is_needed_and_the_gym() -> None:
    assert close(gym()["id"], START, START + HOUR, reason=" ").status == 422
    assert close(new_id(), START, START + HOUR).code == "gym_not_found"


def test_a_repeat_under_one_key_closes_once() -> None:
    gym_id = gym()["id"]
    first, again = (close(gym_id, START, START + HOUR, key="one") for _ in range(2))
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert len(closures_of(gym_id).json["items"]) == 1


def test_fifty_are_ahead_at_most_and_past_ones_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gym.closures.closing.MOST_AHEAD", 2)
    gym_id = gym()["id"]
    for number in range(2):
        assert close(gym_id, START + number * HOUR, START + (number + 1) * HOUR).status == 201
    assert close(gym_id, START + DAY, START + 2 * DAY).code == "too_many_closures"
    with clock.at(START + HOUR):
        assert close(gym_id, START + DAY, START + 2 * DAY).status == 201


def test_two_at_once_both_stand() -> None:
    gym_id, user = gym(buffer_minutes=0)["id"], member()
    meanwhile(lambda: close(gym_id, START, START + HOUR))
    assert close(gym_id, START + HOUR, START + 2 * HOUR).status == 201
    for start in (START, START + HOUR):
        assert world.book(user, gym_id, start).code == "gym_closed"


def test_a_change_of_the_gym_keeps_its_closures() -> None:
    gym_id, user = gym(buffer_minutes=0)["id"], member()
    close(gym_id, START, START + HOUR)
    stale: dict[str, Any] = {"user": ADMIN, "admin": True, "path": {"gym_id": gym_id}, "body": {"name": "New Street"}}
    assert call(change_gym, **stale, headers={"If-Match": '"1"'}).status == 412
    assert call(change_gym, **stale, headers={"If-Match": '"2"'}).status == 200
    assert world.book(user, gym_id, START).code == "gym_closed"
