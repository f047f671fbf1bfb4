"""Queued messages delivered: once, in the order of providers, whatever happens in between."""

from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_string, policy
from typing import Any

import pytest
from moto.backends import get_backend

from communication.breaker import FAILURES_TO_PAUSE, PAUSE, PROBE
from communication.consumers.deliver_message import handler
from communication.delivery import LEASE
from communication.providers.port import AddressInvalid, AddressSuppressed, ProviderUnavailable
from communication.repository import ReachabilityRepository
from communication.template_store import recorded_versions
from solo60 import aws, clock
from solo60.collaborators import forget_collaborators
from solo60.records import batch_get
from tests.fakes.aws import ACCOUNT, REGION, aws_client
from tests.handlers.communication.conftest import NOW, Service, verification
from tests.handlers.faults import lost_answers
from tests.unit.communication.providers.test_mime import HEADERS, TYPED


@pytest.fixture
def queued(service: Service, member: str) -> str:
    """A queued mail with a code."""
    service.hear("auth", "VerificationCodeIssued", verification(member))
    (message_id,) = service.queued()
    return message_id


def down(service: Service) -> None:
    service.first.trouble = ProviderUnavailable("EndpointConnectionError")
    service.second.trouble = ProviderUnavailable("TooManyRequestsException")


def test_a_lease_is_longer_than_the_function_and_shorter_than_the_visibility_time_out() -> None:
    timeout = handler.declaration.timeout_seconds
    assert handler.declaration.batch_size == 1
    assert timeout < LEASE.total_seconds() < 6 * timeout


def test_a_sent_message_keeps_its_version_its_provider_and_its_attempt(service: Service, queued: str) -> None:
    assert service.deliver(queued)
    message = service.message(queued)
    assert (message.status, message.provider, message.provider_message_id) == ("sent", "first", "first-1")
    assert message.template_version == len(recorded_versions()["verification"])
    assert message.settled_at == NOW
    assert message.lease_id is None
    assert service.attempts(queued) == [("first", "accepted", None)]


def test_the_code_is_removed_after_sending(service: Service, queued: str) -> None:
    assert service.message(queued).variables is not None
    service.deliver(queued)
    assert service.message(queued).variables is None
    kept = [item for item in service.stored() if item["kind"]["S"] != "outbox"]
    assert "482913" not in json.dumps(kept)


def test_the_code_is_in_no_log(service: Service, queued: str, caplog: pytest.LogCaptureFixture) -> None:
    down(service)
    service.deliver(queued)
    service.first.trouble = None
    service.deliver(queued)
    written = caplog.text + str([vars(record) for record in caplog.records])
    assert "message delivered" in written
    assert "482913" not in written


def test_a_message_that_was_sent_is_not_sent_again(service: Service, queued: str) -> None:
    for _ in range(40):
        assert service.deliver(queued)
    assert len(service.first.sent) == 1
    assert len(service.attempts(queued)) == 1


def test_a_lease_whose_answer_was_lost_is_held_all_the_same(service: Service, queued: str) -> None:
    with lost_answers("UpdateItem", times=1) as wire:
        assert service.deliver(queued)
    assert len(wire.sent) >= 2
    assert len(service.first.sent) == 1


def test_of_two_simultaneous_deliveries_one_sends_and_the_other_is_retried(service: Service, queued: str) -> None:
    other: list[bool] = []
    service.first.meanwhile = lambda: other.append(service.deliver(queued)) if not other else None
    assert service.deliver(queued)
    assert other == [False]
    assert len(service.first.sent) == 1


def test_a_delivery_that_died_before_the_provider_is_taken_up_after_its_lease(service: Service, queued: str) -> None:
    service.first.trouble = MemoryError("the function is gone")
    assert not service.deliver(queued)
    service.first.trouble = None
    assert not service.deliver(queued)
    assert service.first.asked == 1
    with clock.at(NOW + LEASE + timedelta(seconds=1)):
        assert service.deliver(queued)
    assert len(service.first.sent) == 1


def test_the_one_window_for_a_second_mail_is_a_death_between_the_providers_yes_and_our_write(
    service: Service, queued: str
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("the function is gone")

    events = aws.client("dynamodb").meta.events
    events.register("before-call.dynamodb.TransactWriteItems", fail)
    assert not service.deliver(queued)
    events.unregister("before-call.dynamodb.TransactWriteItems", fail)
    assert not service.deliver(queued)  # leased: nobody sends while the first may still be at work
    with clock.at(NOW + LEASE + timedelta(seconds=1)):
        assert service.deliver(queued)
        assert service.deliver(queued)
    assert len(service.first.sent) == 2


def test_a_delivery_that_has_lost_its_lease_writes_nothing(service: Service, queued: str) -> None:
    def another_takes_the_lease() -> None:
        message = service.message(queued)
        message.lease_id = "another"
        message.save()

    service.first.meanwhile = another_takes_the_lease
    assert not service.deliver(queued)
    message = service.message(queued)
    assert (message.status, message.lease_id) == ("queued", "another")
    assert service.attempts(queued) == []


def test_a_provider_in_trouble_hands_over_to_the_next(service: Service, queued: str) -> None:
    service.first.trouble = ProviderUnavailable("ServiceUnavailable")
    assert service.deliver(queued)
    assert len(service.second.sent) == 1
    assert service.message(queued).provider == "second"
    assert service.attempts(queued) == [("first", "unavailable", "ServiceUnavailable"), ("second", "accepted", None)]


def test_an_invalid_address_fails_without_asking_another_provider(service: Service, queued: str) -> None:
    service.first.trouble = AddressInvalid()
    assert service.deliver(queued)
    message = service.message(queued)
    assert (message.status, message.reason, message.variables) == ("failed", "invalid_address", None)
    assert service.second.asked == 0
    service.first.trouble = None
    assert service.deliver(queued)
    assert service.message(queued).status == "failed"
    assert service.first.sent == []


def test_an_address_suppressed_by_a_provider_gets_no_mail_from_any_provider(
    service: Service, queued: str, member: str
) -> None:
    service.first.trouble = AddressSuppressed()
    assert service.deliver(queued)
    assert service.message(queued).status == "suppressed"
    service.first.trouble = None
    service.hear("auth", "VerificationCodeIssued", verification(member, email="ROBIN@Example.com"))
    second = next(message_id for message_id in service.queued() if message_id != queued)
    assert service.deliver(second)
    message = service.message(second)
    assert (message.status, message.reason) == ("suppressed", "suppressed_address")
    assert service.first.sent == service.second.sent == []
    assert service.attempts(second) == []


def test_a_suppression_holds_for_an_address_written_in_capitals(service: Service, queued: str) -> None:
    ReachabilityRepository().suppress(" Robin@EXAMPLE.com", reason="hard_bounce", provider="ses")
    assert service.deliver(queued)
    assert service.message(queued).reason == "hard_bounce"
    assert service.first.asked == 0


def test_with_all_providers_down_the_message_is_sent_when_one_is_up(service: Service, queued: str) -> None:
    down(service)
    assert not service.deliver(queued)
    message = service.message(queued)
    assert (message.status, message.reason) == ("deferred", "TooManyRequestsException")
    assert message.variables is not None
    assert not service.deliver(queued)  # at once, for the lease was given up
    service.second.trouble = None
    assert service.deliver(queued)
    message = service.message(queued)
    assert (message.status, message.provider) == ("sent", "second")
    assert not message.reason
    assert sorted(outcome for _, outcome, _ in service.attempts(queued)) == ["accepted", *["unavailable"] * 5]


def test_a_code_that_has_expired_is_not_sent(service: Service, queued: str) -> None:
    with clock.at(NOW + timedelta(minutes=15)):
        assert service.deliver(queued)
    message = service.message(queued)
    assert (message.status, message.reason, message.variables) == ("skipped", "code_has_expired", None)
    assert service.first.asked == 0


def test_a_confirmation_of_a_started_session_is_not_sent(
    service: Service, member: str, session_event: dict[str, Any]
) -> None:
    service.register(member)
    service.hear("session", "SessionBooked", session_event)
    (message_id,) = service.queued()
    with clock.at(NOW.replace(day=3, hour=19)):
        assert service.deliver(message_id)
    assert (service.message(message_id).status, service.message(message_id).reason) == ("skipped", "session_has_begun")
    assert service.first.asked == 0


def test_a_message_without_a_variable_fails_with_its_name(service: Service, queued: str) -> None:
    message = service.message(queued)
    message.variables = {"first_name": "Robin", "code": "482913"}
    message.save()
    assert service.deliver(queued)
    message = service.message(queued)
    assert (message.status, message.reason) == ("failed", "variable_missing: expires_at")
    assert service.first.asked == 0


def test_a_deleted_message_is_ignored(service: Service, tables: None) -> None:
    assert service.deliver("0197a000-0000-7000-8000-00000000dead")


class TestCircuitBreaker:
    def tire_out_the_first(self, service: Service, queued: str) -> None:
        down(service)
        for _ in range(FAILURES_TO_PAUSE):
            assert not service.deliver(queued)
        service.second.trouble = None
        service.second.asked = service.first.asked = 0
        ReachabilityRepository().recover("second")

    def test_a_provider_that_keeps_failing_is_left_to_rest(self, service: Service, queued: str) -> None:
        self.tire_out_the_first(service, queued)
        assert service.deliver(queued)
        assert (service.first.asked, service.second.asked) == (0, 1)

    def test_while_all_rest_nothing_is_asked_and_the_message_waits(self, service: Service, queued: str) -> None:
        down(service)
        for _ in range(FAILURES_TO_PAUSE):
            service.deliver(queued)
        asked = service.first.asked + service.second.asked
        assert not service.deliver(queued)
        assert service.first.asked + service.second.asked == asked
        assert service.message(queued).reason == "providers_paused"

    def test_after_its_rest_one_message_tries_it_and_success_closes_the_circuit(
        self, service: Service, queued: str, member: str
    ) -> None:
        self.tire_out_the_first(service, queued)
        service.hear("auth", "VerificationCodeIssued", verification(member))
        other = next(message_id for message_id in service.queued() if message_id != queued)
        service.first.trouble = None
        service.first.meanwhile = lambda: service.deliver(other) if service.first.asked == 1 else None
        with clock.at(NOW + PAUSE):
            assert service.deliver(queued)
        # the other one came while the first was tried, and went to the second provider
        assert [mail.message_id for mail in service.first.sent] == [queued]
        assert [mail.message_id for mail in service.second.sent] == [other]
        _, breakers = ReachabilityRepository().look_up(batch_get, "robin@example.com", ["first"])
        assert breakers["first"] is not None
        assert breakers["first"].failures == 0
        assert breakers["first"].paused_until is None

    def test_a_failed_try_lets_it_rest_again(self, service: Service, queued: str, member: str) -> None:
        self.tire_out_the_first(service, queued)
        with clock.at(NOW + PAUSE):
            assert service.deliver(queued)
            assert (service.first.asked, service.second.asked) == (1, 1)
        service.hear("auth", "VerificationCodeIssued", verification(member))
        other = next(message_id for message_id in service.queued() if message_id != queued)
        with clock.at(NOW + PAUSE + PROBE):
            assert service.deliver(other)
        assert (service.first.asked, service.second.asked) == (1, 2)

    def test_failures_with_a_success_in_between_do_not_add_up(self, service: Service, member: str) -> None:
        for number in range(2 * FAILURES_TO_PAUSE):
            service.hear("auth", "VerificationCodeIssued", verification(member, code=f"{number:06}"))
        for number, message_id in enumerate(service.queued()):
            service.first.trouble = ProviderUnavailable("ReadTimeoutError") if number % 2 else None
            assert service.deliver(message_id)
        assert len(service.first.sent) == FAILURES_TO_PAUSE
        assert len(service.second.sent) == FAILURES_TO_PAUSE


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Any:
    """SES as the only provider: what it was given."""
    monkeypatch.setenv("EMAIL_PROVIDERS", "ses")
    forget_collaborators()
    aws_client("sesv2").create_email_identity(EmailIdentity="hello@solo60.example")
    return get_backend("sesv2")[ACCOUNT][REGION].core_backend.sent_messages


def test_ses_sends_what_is_queued(service: Service, queued: str, ses: Any) -> None:
    assert service.deliver(queued)
    message = service.message(queued)
    assert (message.status, message.provider) == ("sent", "ses")
    assert [sent.id for sent in ses] == [message.provider_message_id]


@pytest.mark.parametrize("typed", TYPED[:6])
def test_what_people_typed_changes_no_header_of_a_mail(
    service: Service, member: str, session_event: dict[str, Any], ses: Any, typed: str
) -> None:
    service.register(member, first_name=typed)
    assert service.hear("session", "SessionBooked", session_event | {"gym_name": typed, "gym_address": typed})
    service.deliver_all()
    (sent,) = ses
    message = message_from_string(sent.raw_data, policy=policy.default)
    assert message.keys() == [*HEADERS, "Content-Type"]
    assert message["Subject"] == service.message(service.queued()[0]).subject
    assert [address.addr_spec for address in message["To"].addresses] == ["robin@example.com"]
    assert message.get_content_type() == "multipart/mixed"
