"""The SES adapter of the provider port."""

from __future__ import annotations

from email import message_from_string, policy
from typing import Any

import botocore.awsrequest
import pytest
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError, ReadTimeoutError
from moto.backends import get_backend

from communication.providers.port import AddressInvalid, ProviderUnavailable
from communication.providers.ses import SesEmail
from solo60 import aws
from tests.fakes.aws import REGION, aws_client, aws_response
from tests.unit.communication.providers.test_mime import ICS, email


def answering(answer: Any) -> list[Any]:
    """Let SES answer this to every call; the calls are in the list."""
    calls: list[Any] = []

    def before_send(request: Any, **_: Any) -> Any:
        calls.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    aws.client("sesv2", attempts=1).meta.events.register_first("before-send.sesv2.SendEmail", before_send)
    return calls


def refusal(status: int, code: str) -> botocore.awsrequest.AWSResponse:
    class Raw:
        def stream(self, *_: Any, **__: Any) -> Any:
            yield b'{"message": "no"}'

    headers = {"x-amzn-errortype": code, "content-type": "application/json"}
    return aws_response("https://email.example", status, headers, Raw())


def test_the_whole_mail_goes_to_ses(tables: None) -> None:
    aws_client("ses").verify_email_identity(EmailAddress="hello@solo60.example")
    provider_message_id = SesEmail().send(email(subject="Zoë", text="The code is 482913\n", attachments=(ICS,)))
    (sent,) = get_backend("ses")["123456789012"][REGION].sent_messages
    assert sent.id == provider_message_id
    message = message_from_string(sent.raw_data, policy=policy.default)
    assert message["Subject"] == "Zoë"
    assert [part.get_content_type() for part in message.walk()][-1] == "application/ics"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "TooManyRequestsException"),
        (400, "LimitExceededException"),
        (400, "MessageRejected"),
        (400, "MailFromDomainNotVerifiedException"),
        (400, "AccountSuspendedException"),
        (403, "AccessDeniedException"),
        (403, "ExpiredTokenException"),
        (500, "InternalFailure"),
        (503, "ServiceUnavailable"),
    ],
)
def test_what_is_not_the_messages_fault_is_asked_of_the_next_provider(tables: None, status: int, code: str) -> None:
    calls = answering(refusal(status, code))
    with pytest.raises(ProviderUnavailable) as unavailable:
        SesEmail().send(email())
    assert unavailable.value.word == code
    assert len(calls) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        ConnectTimeoutError(endpoint_url="https://email.example"),
        ReadTimeoutError(endpoint_url="https://email.example"),
        NoCredentialsError(),
    ],
)
def test_a_lost_answer_is_not_asked_for_again(tables: None, trouble: Exception) -> None:
    calls = answering(trouble)
    with pytest.raises(ProviderUnavailable) as unavailable:
        SesEmail().send(email())
    assert unavailable.value.word == type(trouble).__name__
    assert len(calls) == 1


def test_an_address_that_ses_cannot_take_is_invalid(tables: None) -> None:
    answering(refusal(400, "BadRequestException"))
    with pytest.raises(AddressInvalid):
        SesEmail().send(email())


def test_an_address_that_no_header_can_hold_is_not_even_sent(tables: None) -> None:
    calls = answering(refusal(500, "InternalFailure"))
    with pytest.raises(AddressInvalid):
        SesEmail().send(email(to="robin@"))
    assert calls == []
