"""Mails as MIME, read back."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import HeaderParser
from typing import Any

import pytest

from communication.providers.mime import sender_address, to_mime
from communication.providers.port import AddressInvalid, Attachment, Email

ICS = Attachment(
    "session.ics",
    "text/calendar",
    b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    (("charset", "utf-8"), ("method", "PUBLISH")),
)

SEVERAL = "robin@example.com, bob@example.com"


def email(**changes: Any) -> Email:
    values: dict[str, Any] = {
        "message_id": "0197a000-0000-7000-8000-000000000001",
        "sender": "SOLO60 <hello@solo60.example>",
        "to": "robin@example.com",
        "to_name": "Robin Example",
        "subject": "Booked",
        "text": "Hello\n",
        "html": "<p>Hello</p>",
        "template": "booking_confirmed",
        **changes,
    }
    return Email(**values)


def read(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def test_text_and_html_are_alternatives_and_the_calendar_an_attachment() -> None:
    message = read(to_mime(email(attachments=(ICS,))))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = next(iter(message.iter_attachments()))
    assert calendar.get_filename() == "session.ics"
    assert calendar.get_content_disposition() == "attachment"
    assert dict(calendar["Content-Type"].params) == {"charset": "utf-8", "method": "PUBLISH"}
    assert calendar.get_payload(decode=True) == ICS.content


def test_without_attachments_there_are_the_alternatives_alone() -> None:
    message = read(to_mime(email()))
    assert message.get_content_type() == "multipart/alternative"
    assert message["Message-ID"] == "<0197a000-0000-7000-8000-000000000001@solo60.example>"
    assert message["From"] == "SOLO60 <hello@solo60.example>"


@pytest.mark.parametrize("text", ["Zoë 🏋️‍♀️", "عمرو بن العاص", 'Robin "the" <Example>, esq.', "x" * 100])
def test_any_script_survives_in_seven_bits_and_short_lines(text: str) -> None:
    raw = to_mime(email(to_name=text, subject=text, text=text + "\n", html=f"<p>{text}</p>"))
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    message = read(raw)
    assert message["Subject"] == text
    assert message["To"].addresses[0].display_name == text
    assert message["To"].addresses[0].addr_spec == "robin@example.com"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == [text]


def test_what_no_header_could_hold_is_cut_there_but_not_in_the_body() -> None:
    long = "x" * 2000
    raw = to_mime(email(to_name=long, subject=long, text=long + "\n", html=f"<p>{long}</p>"))
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    message = read(raw)
    assert message["Subject"] == "x" * 199 + "…"
    assert message["To"].addresses[0].addr_spec == "robin@example.com"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == [long]


def test_a_long_name_in_another_script_is_folded_as_others_read_it() -> None:
    name = "日本" * 50
    header = HeaderParser().parsestr(to_mime(email(to_name=name)).decode())["To"]
    assert str(make_header(decode_header(header))) == f"{name} <robin@example.com>"


def test_no_header_can_be_slipped_in() -> None:
    nasty = "Robin\r\nBcc: everyone@example.com\r\n\r\nbody"
    message = read(to_mime(email(to_name=nasty, subject=nasty)))
    assert message["Bcc"] is None
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "robin@example.com"


@pytest.mark.parametrize(
    "address",
    ["", "robin", "robin@", SEVERAL, "robin@example.com\r\nBcc: x@y.z", "zoë@example.com"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressInvalid):
        to_mime(email(to=address))


def test_the_senders_bare_address() -> None:
    assert sender_address("SOLO60 <hello@solo60.example>") == "hello@solo60.example"
    assert sender_address("hello@solo60.example") == "hello@solo60.example"
