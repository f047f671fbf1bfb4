"""GET /sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from session.history.endpoints.list_sessions import handler as list_endpoint
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.session.world import (
    START,
    add_gym,
    book,
    cancel,
    counted_trips,
    text,
)


def listed(user: str, **query: Any) -> list[str]:
    """All pages of a list, by their starts."""
    found: list[str] = []
    while True:
        answer = call(list_endpoint, user=user, query=query)
        assert answer.status == 200, answer.text
        found += [item["starts_at"] for item in answer.json["items"]]
        if answer.json["next_cursor"] is None:
            return found
        query["cursor"] = answer.json["next_cursor"]


def test_sessions_are_listed_by_where_they_stand(rich: str) -> None:
    gym = add_gym()
    moments = [START + timedelta(hours=3 * number) for number in (2, 0, 3, 1)]
    sessions = {moment: book(rich, gym, moment).json["id"] for moment in moments}
    first, second, third, fourth = (text(moment) for moment in sorted(moments))
    assert listed(rich) == listed(rich, status="upcoming") == [first, second, third, fourth]
    assert listed(rich, status="past") == listed(rich, status="cancelled") == []
    with clock.at(START + timedelta(minutes=59, seconds=59)):  # the first is going on
        assert listed(rich, status="upcoming", limit=2) == [first, second, third, fourth]
        cancel(rich, sessions[sorted(moments)[3]])
        cancel(rich, sessions[sorted(moments)[1]])
    with clock.at(START + timedelta(hours=7)):
        assert listed(rich, status="past", limit=1) == [third, first]
        assert listed(rich) == []
        assert listed(rich, status="cancelled", limit=1) == [fourth, second]


def test_a_session_has_ended_at_its_very_end(rich: str) -> None:
    book(rich, add_gym(), START)
    with clock.at(START + timedelta(hours=1)):
        assert (listed(rich, status="past"), listed(rich)) == ([text(START)], [])


def test_pages_neither_repeat_nor_lose_while_time_passes_and_others_write(rich: str) -> None:
    gym = add_gym(buffer_minutes=0)
    moments = [START + timedelta(hours=number) for number in range(5)]
    sessions = [book(rich, gym, moment).json["id"] for moment in moments]
    page = call(list_endpoint, user=rich, query={"limit": 2}).json
    with clock.at(START + timedelta(hours=2)):  # those of the first page have ended
        cancel(rich, sessions[3])
        second = call(list_endpoint, user=rich, query={"limit": 2, "cursor": page["next_cursor"]})
    assert second.status == 200, second.text
    assert [item["id"] for item in second.json["items"]] == [sessions[2], sessions[4]]
    assert second.json["next_cursor"] is None


def test_a_list_is_ones_own_and_one_trip(rich: str) -> None:
    book(rich, add_gym(), START)
    assert listed(new_id()) == []
    listed(rich)  # the cursor's secret, once
    with counted_trips() as trips:
        listed(rich)
    assert trips.operations == ["Query"]


def test_a_cursor_belongs_to_its_list_and_its_reader(rich: str) -> None:
    gym = add_gym()
    for number in range(3):
        book(rich, gym, START + timedelta(hours=2 * number))
    cursor = call(list_endpoint, user=rich, query={"limit": 1}).json["next_cursor"]
    for query in ({"status": "past"}, {"status": "cancelled"}):
        assert call(list_endpoint, user=rich, query={**query, "cursor": cursor}).code == "invalid_cursor"
    assert call(list_endpoint, user=new_id(), query={"cursor": cursor}).code == "invalid_cursor"
    assert call(list_endpoint, user=rich, query={"cursor": cursor[:-1]}).status == 400
    assert call(list_endpoint, user=rich, query={"status": "lost"}).status == 422
    assert call(list_endpoint).status == 401
