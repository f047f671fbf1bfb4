"""One successful delivery to each consumer and worker, made from the sample of its event or queue.

A sample's ids belong to nothing: its member and its message are replaced by those of the world. `PREPARED` is for
functions that change nothing unless something else has happened before, or that work at another time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from infra_cdk import catalogue
from solo60 import clock
from solo60.consumers import Consumer
from solo60.ids import new_id
from solo60.workers import Worker
from tests.conftest import LambdaContext, call, outbox, sqs_event
from tests.contracts.event_contracts import bus_sample, queue_sample
from tests.handlers.session import world as sessions
from tests.scenarios.requests import ENDPOINTS
from tests.scenarios.world import NOW, World

Data = dict[str, Any]
"""The data of an event, or a queue's message."""


@dataclass(frozen=True)
class Source:
    """What a function receives: an event of the bus, or a message of its queue."""

    function: Consumer | Worker
    event: str | None = None

    @property
    def name(self) -> str:
        """`session refund-rebooked-sessions SessionBooked`, `payment check-purchase`."""
        declared = self.function.declaration
        return " ".join(filter(None, (declared.domain, declared.name, self.event)))


def sources() -> list[Source]:
    """Every event of every consumer, and every worker."""
    found: list[Source] = []
    for service in catalogue.services():
        found += [Source(each, event.detail_type()) for each in service.consumers for event in each.declaration.events]
        found += [Source(each) for each in service.workers]
    return found


@dataclass
class Delivery:
    """A delivery that will succeed; calling it delivers it again, as a queue may at any time.

    Attributes
    ----------
    at
        When it is delivered first.
    """

    source: Source
    batch: dict[str, Any]
    at: datetime = field(default=NOW)

    def __call__(self) -> bool:
        """Deliver; whether the function is done with it."""
        answer = self.source.function(self.batch, LambdaContext())
        return not answer["batchItemFailures"]


def _member(world: World) -> Data:
    return {"user_id": world.member}


LOST = NOW + timedelta(hours=6)
"""The start of the session that is cancelled too late."""


def _new_member(world: World) -> Data:
    return {"user_id": new_id()}


def _registered(world: World) -> Data:
    email = world.new_email()
    return {"user_id": world.registered(email), "email": email}


def _unverified(world: World) -> Data:
    return {"id": world.registered(world.new_email())}


def _begun(world: World) -> Data:
    return world.begun(world.new_email())


def _mailed_a_code(world: World) -> Data:
    registration = world.registered(world.new_email())
    [issued] = [event["data"] for event in outbox("auth", "VerificationCodeIssued") if registration in str(event)]
    world.hear("auth", "VerificationCodeIssued", **issued)
    return {"registration_id": registration}


def _asked_for_a_code(world: World) -> Data:
    return {"registration_id": world.waiting_for_a_code()}


def _asked_for_a_reset(world: World) -> Data:
    return {"reset_id": world.reset_requested()}


def _message(world: World) -> Data:
    world.written_to()
    [queued] = outbox("communication", "MessageQueued")
    return dict(queued["data"])


def _booked_again(world: World) -> Data:
    """Another member books what the member has cancelled too late."""
    return _by_another(world, LOST)[1]


def _moved_there(world: World) -> Data:
    """Another member moves a session to what the member has cancelled too late."""
    other, booked = _by_another(world, LOST + timedelta(hours=3))
    assert sessions.move(other, booked["session_id"], LOST).status == 200
    [moved] = outbox("session", "SessionMoved")
    return dict(moved["data"])


def _extended_there(world: World) -> Data:
    """Another member extends a session over what the member has cancelled too late."""
    other, booked = _by_another(world, LOST - timedelta(hours=1))
    assert sessions.extend(other, booked["session_id"], 60).status == 200
    [extended] = outbox("session", "SessionExtended")
    return dict(extended["data"])


def _by_another(world: World, start: datetime) -> tuple[str, Data]:
    """The member cancels a session too late, then another member books: who that is, and the event."""
    assert sessions.book(world.member, world.gym, LOST).status == 201
    [booked] = outbox("session", "SessionBooked")
    path = {"session_id": booked["data"]["session_id"]}
    assert call(ENDPOINTS["POST /sessions/{session_id}/cancel"], user=world.member, path=path).status == 200
    other = new_id()
    sessions.give_credits(other, 100)
    assert sessions.book(other, world.gym, start).status == 201
    [again] = [event["data"] for event in outbox("session", "SessionBooked") if event["data"]["user_id"] == other]
    return other, dict(again)


def _paid(world: World) -> Data:
    text, headers = world.stripe_event()
    assert call(ENDPOINTS["POST /payments/webhooks/stripe"], raw_body=text, headers=headers).status == 200
    [body] = world.queued("payment-stripe-events")
    return dict(json.loads(body))


def _paid_without_an_event(world: World) -> Data:
    purchase = world.bought()
    world.stripe.pay(purchase["stripe_payment_id"])
    return {"id": purchase["id"]}


def _over(world: World) -> Data:
    member = new_id()
    sessions.give_credits(member, 20, expires_at=NOW + timedelta(minutes=10))
    return {"id": member}


def _held(world: World) -> Data:
    world.held()
    return {"id": world.member}


def _closed(world: World) -> Data:
    world.closed()
    [closed] = outbox("gym", "GymClosed")
    return dict(closed["data"])


def _being_cancelled(world: World) -> Data:
    world.closed()
    world.hear("gym", "GymClosed", **outbox("gym", "GymClosed")[0]["data"])
    [body] = world.queued("session-closures")
    return dict(json.loads(body))


def _missed(world: World) -> Data:
    return {"id": world.booked()}


def _abandoned(world: World) -> Data:
    return {"id": world.uploaded()}


def _banned(world: World) -> Data:
    world.booked()
    world.booked()
    world.banned()
    [banned] = [event["data"] for event in outbox("user", "UserBanned")]
    world.hear("user", "UserBanned", **banned)
    [body] = world.queued("session-cancellations")
    return dict(json.loads(body))


def _avatar_deleted(world: World) -> Data:
    file_id = world.stored()
    set_avatar = call(ENDPOINTS["PUT /users/me/avatar"], user=world.member, body={"file_id": file_id})
    assert set_avatar.status == 200
    path = {"file_id": file_id}
    assert call(ENDPOINTS["DELETE /storage/files/{file_id}"], user=world.member, path=path).status == 204
    [deleted] = [event["data"] for event in outbox("storage", "FileDeleted")]
    return dict(deleted)


def _picture_deleted(world: World) -> Data:
    world.reviewed()
    [file_id] = world.files
    path = {"file_id": file_id}
    assert call(ENDPOINTS["DELETE /storage/files/{file_id}"], user=world.member, path=path).status == 204
    [deleted] = [event["data"] for event in outbox("storage", "FileDeleted")]
    return dict(deleted)


def _gym_picture_deleted(world: World) -> Data:
    path = {"file_id": world.pictured()}
    assert call(ENDPOINTS["DELETE /storage/files/{file_id}"], user=world.admin, path=path).status == 204
    [deleted] = [event["data"] for event in outbox("storage", "FileDeleted")]
    return dict(deleted)


def _promoted(world: World) -> Data:
    user_id = world.joined()
    world.given_role(user_id, "admin")
    return {"user_id": user_id}


PREPARED: Mapping[str, Callable[[World], Data]] = {
    "auth complete-verification EmailVerified": _registered,
    "auth issue-code CodeRequested": _asked_for_a_code,
    "auth issue-code RegistrationBegun": _begun,
    "auth issue-reset-code PasswordResetRequested": _asked_for_a_reset,
    "auth remove-registration": _unverified,
    "communication deliver-message MessageQueued": _message,
    "communication forget-registration RegistrationRemoved": _mailed_a_code,
    "communication update-contact UserRegistered": _new_member,
    "gym forget-picture FileDeleted": _gym_picture_deleted,
    "gym forget-review-picture FileDeleted": _picture_deleted,
    "payment apply-stripe-event": _paid,
    "payment check-purchase": _paid_without_an_event,
    "payment expire-account": _over,
    "storage tidy-file": _abandoned,
    "session cancel-sessions": _banned,
    "session advance-session": _missed,
    "session cancel-closed-sessions": _being_cancelled,
    "session cancel-sessions-in-closure GymClosed": _closed,
    "session expire-holds": _held,
    "session refund-rebooked-sessions SessionBooked": _booked_again,
    "session refund-rebooked-sessions SessionMoved": _moved_there,
    "session refund-rebooked-sessions SessionExtended": _extended_there,
    "user follow-role UserRoleChanged": _promoted,
    "user forget-avatar FileDeleted": _avatar_deleted,
}
"""Fields of the sample to replace, after something has happened."""

LATER: Mapping[str, timedelta] = {
    "auth remove-registration": timedelta(days=7, minutes=1),
    "payment check-purchase": timedelta(minutes=16),
    "payment expire-account": timedelta(minutes=16),
    "session advance-session": timedelta(days=1),
    "session expire-holds": timedelta(minutes=11),
    "storage tidy-file": timedelta(minutes=61),
}
"""How long after `NOW` a function works."""


def deliver(world: World, source: Source) -> Delivery:
    """A sample's delivery, with what has to be there for the function to change something."""
    if source.event is None:
        worker = source.function
        assert isinstance(worker, Worker)
        message = json.loads(queue_sample(worker.declaration.queue)["Records"][0]["body"])
        prepared = PREPARED[source.name](world) if source.name in PREPARED else {}
        body = {**message, **prepared}
    else:
        body = bus_sample(source.event)
        data = body["detail"]["data"]
        prepared = PREPARED.get(source.name, _member if "user_id" in data else lambda world: {})(world)
        body["detail"]["data"] = {**data, **prepared}
    with clock.at(NOW):
        return Delivery(source, sqs_event(body), NOW + LATER.get(source.name, timedelta()))
