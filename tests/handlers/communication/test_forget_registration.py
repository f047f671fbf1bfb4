"""Messages to registrations that nobody has verified go with them."""

from __future__ import annotations

from datetime import timedelta

from communication.consumers.forget_registration import handler
from communication.providers.port import ProviderUnavailable
from communication.records import Attempt
from communication.repository import MessageRepository
from solo60.ids import new_id
from solo60.repository import CHUNK
from solo60.transaction import Transaction
from tests.conftest import LambdaContext, bus_event, sqs_event
from tests.fakes.meanwhile import meanwhile
from tests.handlers.communication.conftest import NOW, Service, verification


def forget(registration_id: str) -> bool:
    """Whether the consumer is done with the event of a removal."""
    event = bus_event("auth", "RegistrationRemoved", {"registration_id": registration_id})
    return not handler(sqs_event(event), LambdaContext())["batchItemFailures"]


def mailed(service: Service, registration_id: str, **changes: str) -> str:
    """The message with a code of a registration."""
    earlier = service.queued()
    assert service.hear("auth", "VerificationCodeIssued", verification(registration_id, **changes))
    [message] = set(service.queued()) - set(earlier)
    return message


def kept(service: Service) -> set[str]:
    """The kinds of what is stored, but for marks and events."""
    return {item["kind"]["S"] for item in service.stored()} & {"message", "attempt"}


def test_all_messages_go_with_their_attempts_and_those_of_others_stay(service: Service) -> None:
    stranger, other = new_id(), new_id()
    for message in (mailed(service, stranger), mailed(service, stranger, code="482914")):
        assert service.deliver(message)
    stays = mailed(service, other, email="casey@example.com")
    for _ in range(2):
        assert forget(stranger)
    assert "robin@example.com" not in str(service.stored())
    assert kept(service) == {"message"}
    assert service.message(stays).to == "casey@example.com"


def test_a_message_with_very_many_attempts_goes_too(service: Service) -> None:
    stranger = new_id()
    message = mailed(service, stranger)
    for first in range(0, 2 * CHUNK, CHUNK):
        transaction = Transaction()
        for number in range(first, first + CHUNK):
            at = NOW + timedelta(minutes=number)
            attempt = Attempt(message_id=message, provider="first", outcome="unavailable", attempted_at=at)
            MessageRepository().attempt_in(transaction, 0, attempt)
        transaction.commit()
    assert forget(stranger)
    assert kept(service) == set()


def test_a_delivery_in_progress_leaves_nothing(service: Service) -> None:
    stranger = new_id()
    message = mailed(service, stranger)
    service.first.meanwhile = lambda: forget(stranger)
    assert not service.deliver(message)
    assert service.deliver(message)
    assert kept(service) == set()


def test_a_delivery_that_ends_meanwhile_leaves_nothing(service: Service) -> None:
    stranger = new_id()
    message = mailed(service, stranger)
    service.first.trouble = service.second.trouble = ProviderUnavailable("busy")
    meanwhile(lambda: service.deliver(message))
    assert forget(stranger)
    assert kept(service) == set()
