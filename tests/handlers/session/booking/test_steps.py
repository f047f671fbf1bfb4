"""The log of a session: every step, in order, and who made it."""

from __future__ import annotations

from datetime import timedelta

from session.events import SessionBooked
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import outbox
from tests.handlers.session.world import NOW, START, add_gym, book, cancel, give_credits, items, settle_rebookings


def steps_of(session_id: str) -> list[tuple[str, str, str | None]]:
    """What the log of a session says: step, actor, and the id of the actor."""
    entries = [item for item in items("session") if item["PK"]["S"] == f"SESSION#{session_id}" and "step" in item]
    ordered = sorted(entries, key=lambda item: item["SK"]["S"])
    return [(item["step"]["S"], item["actor"]["S"], item.get("actor_id", {}).get("S")) for item in ordered]


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
