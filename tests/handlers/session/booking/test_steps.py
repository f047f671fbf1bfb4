"""The log of a session: every step, in order, and who made it."""

from __future__ import annotations

from datetime import timedelta

from session.events import SessionBooked
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import outbox
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    book,
    cancel,
    give_credits,
    items,
    settle_rebookings,
    steps_of,
)


def test_a_booking_its_cancellation_and_its_refund_are_steps() -> None:
    gym, member, other = add_gym(), new_id(), new_id()
    for user in (member, other):
        give_credits(user, 100)
    session_id = book(member, gym, START).json["id"]
    with clock.at(START - timedelta(hours=1)):
        cancel(member, session_id)
        cancel(member, session_id)
        assert book(other, gym, START).status == 201
        settle_rebookings(SessionBooked.model_validate(outbox("session", "SessionBooked")[-1]["data"]))
    assert steps_of(session_id) == [
        ("booked", "host", member),
        ("cancelled", "host", member),
        ("refunded", "company", None),
    ]


def test_a_refused_booking_leaves_no_step() -> None:
    gym = add_gym()
    answer = book(new_id(), gym, NOW + timedelta(days=2))
    assert answer.code == "insufficient_credits"
    assert not [item for item in items("session") if "step" in item]
