"""Mails as MIME, read back."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import HeaderParser
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communication.formatting import one_line, shortened
from communication.providers.mime import NAME_LENGTH, SUBJECT_LENGTH, sender_address, to_mime
from communication.providers.port import AddressInvalid, Attachment, Email, Part

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
INVITATION = Part("text", "calendar", CALENDAR, (("charset", "utf-8"), ("method", "REQUEST")))
ICS = Attachment("session.ics", Part("application", "ics", CALENDAR))

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


def test_text_html_and_invitation_are_alternatives_and_the_file_an_attachment() -> None:
    message = read(to_mime(email(alternatives=(INVITATION,), attachments=(ICS,))))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    *_, invitation, file = message.walk()
    assert dict(invitation["Content-Type"].params) == {"charset": "utf-8", "method": "REQUEST"}
    assert invitation.get_content_disposition() is None
    assert (file.get_filename(), file.get_content_disposition()) == ("session.ics", "attachment")
    assert invitation.get_payload(decode=True) == file.get_payload(decode=True) == CALENDAR


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
    assert decoded(header) == f"{name} <robin@example.com>"


EVIL = "=?utf-8?q?a=0D=0A=0D=0AGo_to_https=3A=2F=2Fevil=2Eexample?="
TYPED = [
    EVIL,
    "=?utf-8?q?a?= =?utf-8?q?=0D=0ABcc=3A_everyone=40example.com?=",
    "=?utf-8?b?QmNjOiBh?=, b@y.example",
    '"=?utf-8?q?quoted?="',
    "a@x.example, b@y.example",
    "Robin <a@x.example>",
    "Robin\r\nBcc: everyone@example.com\r\n\r\nbody",
    "Robin\nContent-Type: text/html",
    "nul\x00 and delete\x7f",
    "\u202eelpmaxe\u202c \u200fright to left\u200e",
    "x" * 5000,
    "=?" * 3000,
    "日本" * 3000,
    "=",
    "?=",
    "\\",
    '"',
    "(comment)",
    "a; b=c",
    "\ud800",
]
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Solo60-Message", "MIME-Version"]
PIECES = st.sampled_from(["=?", "?=", "=?utf-8?q?", "=0D=0A", "?b?", "\r\n", '"', "\\", "<", ">", ",", " ", "\x00"])
TEXTS = st.lists(PIECES | st.text(max_size=20) | st.just("日本" * 40), max_size=12).map("".join)


def headers_of(raw: bytes) -> list[tuple[str, str]]:
    """The headers as they stand, unfolded, by a reader that decodes nothing."""
    lines = raw.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", " ").split("\r\n")
    return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


def decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def require_literal(text: str) -> None:
    """A mail whose people typed `text` everywhere says `text`, and nothing else, in each header."""
    attachment = Attachment(text, Part("text", "plain", b"x"))
    raw = to_mime(email(to_name=text, subject=text, attachments=(attachment,)))
    assert raw.isascii()
    assert [name for name, _ in headers_of(raw)] == [*HEADERS, "Content-Type"]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message = read(raw)
    assert message["Subject"] == shortened(one_line(text), SUBJECT_LENGTH)
    assert [recipient.addr_spec for recipient in message["To"].addresses] == ["robin@example.com"]
    name, address = parseaddr(dict(headers_of(raw))["To"])
    assert (decoded(name), address) == (shortened(one_line(text), NAME_LENGTH), "robin@example.com")
    assert message.get_content_type() == "multipart/mixed"
    (part,) = message.iter_attachments()
    assert (part.get_content_type(), part.get_content_disposition()) == ("text/plain", "attachment")
    assert part["Content-Disposition"].params.get("filename", "") == shortened(one_line(text), NAME_LENGTH)
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["Hello"]


@pytest.mark.parametrize("text", TYPED)
def test_what_people_type_is_literal_text_in_every_header(text: str) -> None:
    require_literal(text)


@given(TEXTS)
def test_any_text_is_literal_text_in_every_header(text: str) -> None:
    require_literal(text)


@given(TEXTS)
def test_an_older_reader_decodes_the_same_subject(text: str) -> None:
    header = HeaderParser().parsestr(to_mime(email(subject=text)).decode())["Subject"]
    assert decoded(header) == shortened(one_line(text), SUBJECT_LENGTH)


@pytest.mark.parametrize("text", ["Zoë", EVIL, "x" * 90 + " é", "日本" * 50])
def test_a_line_with_an_encoded_word_has_up_to_76_characters(text: str) -> None:
    head = to_mime(email(to_name=text, subject=text)).partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n") if b"=?utf-8?" in line) <= 76


@pytest.mark.parametrize(
    "address",
    [
        *("", "robin", "robin@", SEVERAL, "robin@example.com\r\nBcc: x@y.z", "zoë@example.com"),
        *("robin@example.com\n", "robin@example.com ", "Robin <robin@example.com>", '"a b"@example.com'),
        *("=?utf-8?q?bob=40example=2Ecom=2C_a?=@example.com", "robin@[127.0.0.1]", "robin@example.com\x00"),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressInvalid):
        to_mime(email(to=address))


def test_the_senders_bare_address() -> None:
    assert sender_address("SOLO60 <hello@solo60.example>") == "hello@solo60.example"
    assert sender_address("hello@solo60.example") == "hello@solo60.example"
