"""DELETE /sessions/holds/{hold_id}."""

from __future__ import annotations

from datetime import timedelta

from solo60 import clock
from solo60.ids import new_id
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    book,
    give_back,
    give_credits,
    hold,
    taken_slots,
)


def test_the_time_is_free_at_once() -> None:
    gym, user, other = add_gym(), new_id(), new_id()
    give_credits(other, 100)
    held = hold(user, gym, START).json["id"]
    assert book(other, gym, START).code == "slot_taken"
    assert give_back(user, held).status == 204
    assert taken_slots() == 0
    assert book(other, gym, START).status == 201


def test_what_is_not_held_is_not_found() -> None:
    gym, user, other = add_gym(), new_id(), new_id()
    held = hold(user, gym, START).json["id"]
    for caller, identity in ((other, held), (user, new_id())):
        answer = give_back(caller, identity)
        assert (answer.status, answer.code) == (404, "hold_not_found")
    with clock.at(NOW + timedelta(minutes=10)):
        assert give_back(user, held).code == "hold_not_found"
    assert taken_slots() == 4
    assert give_back(user, held).status == 204
    assert give_back(user, held).status == 204
    again = hold(user, gym, START).json["id"]
    assert give_back(user, held).status == 204
    assert give_back(user, again).status == 204
    assert give_back(user, held).code == "hold_not_found"
    assert give_back(other, again).code == "hold_not_found"
    assert taken_slots() == 0


def test_a_booking_at_once_wins_or_loses_whole() -> None:
    gym, user = add_gym(), new_id()
    give_credits(user, 100)
    held = hold(user, gym, START).json["id"]
    meanwhile(lambda: book(user, gym, START))
    assert give_back(user, held).code == "hold_not_found"
    assert taken_slots() == 8
