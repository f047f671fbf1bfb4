"""Gyms, credits and bookings for tests of the session service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from gym.records import Gym
from gym.repository import GymRepository, gym_key, induction_key
from infra_cdk import catalogue
from payment.ledger.credits import Ledger, spendable
from payment.published import account_key
from payment.records import CreditLot, PotName
from session.attendance.endpoints.check_in import handler as check_in_endpoint
from session.attendance.endpoints.check_out import handler as check_out_endpoint
from session.attendance.jobs.send_due_sessions import handler as send_due_sessions
from session.attendance.workers.advance_session import handler as advance_session
from session.booking.endpoints.book_session import handler as book_endpoint
from session.booking.endpoints.cancel_session import handler as cancel_endpoint
from session.booking.endpoints.extend_session import handler as extend_endpoint
from session.booking.endpoints.give_back_hold import handler as give_back_endpoint
from session.booking.endpoints.place_hold import handler as hold_endpoint
from session.booking.endpoints.quote_session import handler as quote_endpoint
from session.booking.endpoints.reschedule_session import handler as reschedule_endpoint
from session.booking.rebooking import Booked, refund_rebooked
from session.booking.repository import BookingRepository
from session.history.endpoints.get_session import handler as get_endpoint
from session.repository import SessionRepository
from session.time.endpoints.list_availability import handler as availability_endpoint
from solo60 import clock, settings
from solo60.bans import Ban, ban_key
from solo60.collaborators import collaborator
from solo60.events import Envelope
from solo60.http.endpoint import Endpoint
from solo60.ids import new_id
from solo60.jobs import Job
from solo60.records import batch_get
from solo60.transaction import Transaction
from solo60.unit_of_work import UnitOfWork
from solo60.workers import Worker
from tests.conftest import Answer, LambdaContext, call, outbox, sqs_event
from tests.fakes.aws import aws_client

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning in London."""
START = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
"""A Wednesday evening, inside the horizon and outside the notice."""
ALL_DAY = [{"opens": "00:00", "closes": "24:00"}]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FAR = datetime(2027, 1, 1, tzinfo=UTC)


def add_gym(**overrides: Any) -> str:
    """A gym in London that is always open, with a quarter hour's buffer."""
    gym_id = new_id()
    key = gym_key(gym_id)
    values: dict[str, Any] = {
        "id": gym_id,
        "name": "Soho",
        "address": {"line1": "1 Wardour Street", "city": "London", "postcode": "W1D 6PA", "country": "GB"},
        "latitude": 51.512,
        "longitude": -0.133,
        "timezone": "Europe/London",
        "opening_hours": dict.fromkeys(WEEKDAYS, ALL_DAY),
        "capacity": 5,
        "slot_minutes": 15,
        "min_duration": 30,
        "max_duration": 240,
        "buffer_minutes": 15,
        "booking_horizon_days": 30,
        "minimum_notice_minutes": 30,
        "cancellation_hours": 12,
        "credits_per_hour": 8,
        "price_bands": [],
        "amenities": [],
        "equipment": [],
        "pictures": [],
        "requires_induction": False,
        "induction_valid_days": 365,
        "status": "active",
        "version": 1,
        "created_at": NOW - timedelta(days=100),
    }
    values.update(overrides)
    values.setdefault("credits_from", values["credits_per_hour"])
    transaction = Transaction()
    GymRepository().add(transaction, Gym(key.pk, key.sk, **values))
    transaction.commit()
    return gym_id


def change_gym(gym_id: str, **changes: Any) -> None:
    """Change a gym, as its administration does."""
    repository = GymRepository()
    before, after = repository.find(batch_get, gym_id), repository.find(batch_get, gym_id)
    assert before is not None
    assert after is not None
    for name, value in {"version": int(before.version) + 1, **changes}.items():
        setattr(after, name, value)
    transaction = Transaction()
    repository.change(transaction, before, after)
    transaction.commit()


def induct(user: str, gym_id: str, valid_until: datetime, status: str = "completed") -> None:
    """Give a member an induction at a gym, in a state."""
    key = induction_key(user, gym_id)
    validity = {"valid_until": valid_until} if status == "completed" else {"open_id": new_id(), "open_until": FAR}
    record: Any = key.record(key.pk, key.sk, user_id=user, gym_id=gym_id, **validity)
    record.save()


def ban(user: str, until: datetime = datetime(9999, 1, 1, tzinfo=UTC)) -> None:
    """Ban a member."""
    key = ban_key(user)
    Ban(key.pk, key.sk, banned_until=until).save()


def give_credits(user: str, amount: int, *, pot: PotName = "demand", expires_at: datetime = FAR) -> str:
    """Put a lot of credits into a member's account."""
    lot_id = new_id()
    transaction = Transaction()
    collaborator(Ledger).credit(
        transaction,
        user_id=user,
        account=account(user),
        type="purchase" if pot == "demand" else "grant",
        lots={lot_id: CreditLot(pot, amount, expires_at)},
        reference=lot_id,
        description="For a test",
    )
    transaction.commit()
    return lot_id


def account(user: str) -> Any:
    """A member's credit account."""
    return batch_get(account_key(user))[account_key(user)]


def credits_of(user: str) -> int:
    """What a member can spend now."""
    return spendable(account(user))


def lots_of(user: str) -> dict[str, tuple[str, int, datetime]]:
    """What is in each lot of a member."""
    return {id_: (lot.pot, lot.amount, lot.expires_at) for id_, lot in account(user).lots.items() if lot.amount}


def ledger_of(user: str, kind: str | None = None) -> list[dict[str, Any]]:
    """A member's ledger entries, or those of one type: `type`, `amount`, `pot`, `reference`."""
    return [
        {
            "type": item["type"]["S"],
            "amount": int(item["amount"]["N"]),
            "pot": item["pot"]["S"],
            "reference": item["reference"]["S"],
        }
        for item in items("payment")
        if item["kind"]["S"] == "entry" and item["user_id"]["S"] == user and kind in {None, item["type"]["S"]}
    ]


def items(domain: str) -> list[dict[str, Any]]:
    """Everything in a domain's table, as DynamoDB has it."""
    found: list[dict[str, Any]] = []
    paginator = aws_client("dynamodb").get_paginator("scan")
    for page in paginator.paginate(TableName=catalogue.table_name("test", domain)):
        found += page["Items"]
    return found


def sessions_in_table() -> list[dict[str, Any]]:
    """All session items."""
    return [item for item in items("session") if item.get("kind", {}).get("S") == "session"]


def taken_slots() -> int:
    """How many slots anybody holds, of gyms and of members."""
    return sum(
        1
        for item in [*items("gym"), *items("session")]
        if item.get("kind", {}).get("S") in {"gym_day", "member_day"}
        for name in item
        if name[0] == "g" and name[1:].isdigit()
    )


def text(instant: datetime) -> str:
    """An instant as a request has it."""
    return clock.to_rfc3339(instant)


def book(
    user: str, gym_id: str, starts_at: datetime | str, duration: int = 60, *, key: str | None = None, **body: Any
) -> Answer:
    """Call POST /sessions/book."""
    start = starts_at if isinstance(starts_at, str) else text(starts_at)
    return call(
        book_endpoint,
        user=user,
        body={"gym_id": gym_id, "starts_at": start, "duration": duration, **body},
        headers={"Idempotency-Key": key} if key else None,
    )


def quote(user: str, gym_id: str, starts_at: datetime | str, duration: int = 60, *, key: str | None = None) -> Answer:
    """Call POST /sessions/quote."""
    start = starts_at if isinstance(starts_at, str) else text(starts_at)
    return call(
        quote_endpoint,
        user=user,
        body={"gym_id": gym_id, "starts_at": start, "duration": duration},
        headers={"Idempotency-Key": key} if key else None,
    )


def availability(gym_id: str, day: str, duration: int = 60, days: int | None = None) -> list[dict[str, Any]]:
    """The items of GET /sessions/availability."""
    query = {"gym_id": gym_id, "date": day, "duration": duration, **({} if days is None else {"days": days})}
    answer = call(availability_endpoint, query=query)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def cancel(user: str, session_id: str, *, key: str | None = None, seen: int | None = None) -> Answer:
    """Call POST /sessions/{session_id}/cancel."""
    headers = {} if key is None else {"Idempotency-Key": key}
    if seen is not None:
        headers["If-Match"] = f'"{seen}"'
    return call(
        cancel_endpoint,
        user=user,
        path={"session_id": session_id},
        headers=headers,
    )


def move(
    user: str, session_id: str, starts_at: datetime, duration: int | None = None, *, key: str | None = None, **more: Any
) -> Answer:
    """Call POST /sessions/{session_id}/reschedule."""
    body = {"starts_at": text(starts_at), **({} if duration is None else {"duration": duration})}
    return _changed(reschedule_endpoint, user, session_id, body, key=key, **more)


def extend(user: str, session_id: str, minutes: int, *, key: str | None = None, **more: Any) -> Answer:
    """Call POST /sessions/{session_id}/extend."""
    return _changed(extend_endpoint, user, session_id, {"minutes": minutes}, key=key, **more)


def _changed(
    endpoint: Endpoint, user: str, session_id: str, body: dict[str, Any], *, key: str | None, seen: int | None = None
) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    if seen is not None:
        headers["If-Match"] = f'"{seen}"'
    return call(endpoint, user=user, path={"session_id": session_id}, body=body, headers=headers)


def hold(user: str, gym_id: str, starts_at: datetime, duration: int = 60, *, key: str | None = None) -> Answer:
    """Call POST /sessions/holds."""
    body = {"gym_id": gym_id, "starts_at": text(starts_at), "duration": duration}
    return call(hold_endpoint, user=user, body=body, headers={"Idempotency-Key": key} if key else None)


def give_back(user: str, hold_id: str) -> Answer:
    """Call DELETE /sessions/holds/{hold_id}."""
    return call(give_back_endpoint, user=user, path={"hold_id": hold_id})


def check_in(user: str, session_id: str, **more: Any) -> Answer:
    """Call POST /sessions/{session_id}/check-in."""
    return call(check_in_endpoint, user=user, path={"session_id": session_id}, **more)


def check_out(user: str, session_id: str) -> Answer:
    """Call POST /sessions/{session_id}/check-out."""
    return call(check_out_endpoint, user=user, path={"session_id": session_id})


def attend(at: datetime) -> int:
    """Let the job and its worker make what is due to sessions; how many were sent."""
    return run_due(send_due_sessions, advance_session, at)


def steps_of(session_id: str) -> list[tuple[str, str, str | None]]:
    """What the log of a session says: step, actor, and the id of the actor."""
    entries = [item for item in items("session") if item["PK"]["S"] == f"SESSION#{session_id}" and "step" in item]
    ordered = sorted(entries, key=lambda item: item["SK"]["S"])
    return [(item["step"]["S"], item["actor"]["S"], item.get("actor_id", {}).get("S")) for item in ordered]


def session_of(user: str, session_id: str) -> dict[str, Any]:
    """The body of GET /sessions/{session_id}."""
    answer = call(get_endpoint, user=user, path={"session_id": session_id})
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.json
    return body


def settle_rebookings(booked: Booked) -> int:
    """Let the consumer's use case see that a session was booked, after all others."""
    envelope = Envelope[Booked](
        event_id=new_id(), occurred_at=clock.now() + timedelta(seconds=1), version=1, correlation_id="test", data=booked
    )
    return refund_rebooked(
        UnitOfWork(), collaborator(SessionRepository), collaborator(BookingRepository), collaborator(Ledger), envelope
    )


def run_due(job: Job, worker: Worker, at: datetime) -> int:
    """Let a job find what is due, and its worker make each step; how many messages were sent."""
    sqs, queue = aws_client("sqs"), settings.queue_url(worker.declaration.queue)
    with clock.at(at):
        sent: int = job({"time": at.isoformat()}, LambdaContext())["done"]
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                answer = worker(sqs_event(json.loads(message["Body"])), LambdaContext())
                assert answer == {"batchItemFailures": []}
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return sent


class Trips:
    """Counts calls to AWS."""

    def __init__(self) -> None:
        self.operations: list[str] = []

    def __len__(self) -> int:
        return len(self.operations)


@contextmanager
def counted_trips() -> Iterator[Trips]:
    """Count the round trips to AWS inside the block."""
    from solo60 import aws

    trips = Trips()
    events = aws.client("dynamodb").meta.events

    def note(model: Any, **_: Any) -> None:
        trips.operations.append(model.name)

    events.register("before-call.*.*", note)
    try:
        yield trips
    finally:
        events.unregister("before-call.*.*", note)


def member_with(credits: int) -> str:
    """A new member with so many credits."""
    user = new_id()
    if credits:
        give_credits(user, credits)
    return user


def nothing_happened(user: str, credits: int) -> None:
    """No trace of a booking, and the member's credits as they were."""
    assert sessions_in_table() == []
    assert outbox("session") == []
    assert taken_slots() == 0
    assert credits_of(user) == credits


def refused(answer: Answer, code: str, status: int = 409) -> Answer:
    """Hold an answer to its refusal, and a 409 to its alternatives."""
    assert (answer.status, answer.code) == (status, code), answer.text
    if status == 409:
        assert isinstance(answer.json["alternatives"], list)
    return answer
