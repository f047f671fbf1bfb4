"""A mail as MIME: text, HTML and others as alternatives, then the attachments; in seven bits, for all relays."""

from __future__ import annotations

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, formataddr, parseaddr

from communication.formatting import one_line, shortened
from communication.providers.port import AddressInvalid, Attachment, Email
from solo60 import clock
from solo60.fields import is_email_address

NAME_LENGTH = 100
SUBJECT_LENGTH = 200
"""A header line has at most 998 octets, and text in ASCII is not folded."""
ENCODED_LINE = 76
"""The longest line with an encoded word: RFC 2047, section 2."""
_CRLF = "\r\n"
_FOLDED = re.compile(r"[ -~]*(?:\r\n [ -~]+)*")
_SIMPLE_FILENAME = re.compile(r"[A-Za-z0-9._-]+")


class _LiteralPolicy(EmailPolicy):
    """Writes header values exactly as they are given.

    Python's own policies parse a value before they write it, and decode encoded words in it. So `=?utf-8?q?...?=` that
    somebody typed as a name became other text, and line ends that began another header or the body.
    """

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        """Refuse what is not ASCII or breaks out of its header."""
        if not _FOLDED.fullmatch(value):
            raise ValueError(f"{name} is not written as a header")
        return name, value

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value, as it is written."""
        return value

    def fold(self, name: str, value: str) -> str:
        """The header, with the line ends that the value has."""
        return f"{name}: {value}{_CRLF}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """As `fold`."""
        return self.fold(name, value).encode("ascii")


_POLICY = _LiteralPolicy(linesep=SMTP.linesep, cte_type="7bit", max_line_length=256)


def sender_address(sender: str) -> str:
    """The bare address of `SOLO60 <hello@solo60.example>`."""
    return parseaddr(sender)[1]


def to_mime(email: Email) -> bytes:
    """The whole message, with CRLF line ends.

    Raises
    ------
    AddressInvalid
        The recipient's address is not valid in a header.
    """
    if not is_email_address(email.to):
        raise AddressInvalid
    message = EmailMessage(policy=_POLICY)
    name, address = parseaddr(email.sender)
    message["From"] = _mailbox("From", name, address)
    message["To"] = _mailbox("To", email.to_name or "", email.to)
    message["Subject"] = _text("Subject", shortened(one_line(email.subject), SUBJECT_LENGTH))
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{email.message_id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Solo60-Message"] = email.message_id
    message.set_content(email.text)
    message.add_alternative(email.html, subtype="html")
    for part in email.alternatives:
        parameters = dict(part.parameters)
        message.add_alternative(part.content, maintype=part.maintype, subtype=part.subtype, params=parameters)
    if email.attachments:
        message.make_mixed()
        for attachment in email.attachments:
            message.attach(_file(attachment))
    return message.as_bytes()


def _file(attachment: Attachment) -> EmailMessage:
    file, part = EmailMessage(policy=_POLICY), attachment.part
    file.set_content(
        part.content,
        maintype=part.maintype,
        subtype=part.subtype,
        disposition="attachment",
        params=dict(part.parameters),
    )
    del file["MIME-Version"]
    filename = shortened(one_line(attachment.filename), NAME_LENGTH)
    # With a charset the name is percent-encoded: RFC 2231.
    charset = None if _SIMPLE_FILENAME.fullmatch(filename) else "utf-8"
    file.set_param("filename", filename, "Content-Disposition", charset=charset)
    return file


def _mailbox(header: str, name: str, address: str) -> str:
    """An address with its display name; line ends only where the name is encoded."""
    shown = shortened(one_line(name), NAME_LENGTH)
    if _is_plain(shown):
        return formataddr((shown, address))
    return f"{_text(header, shown)}{_CRLF} <{address}>"


def _text(header: str, text: str) -> str:
    """One line of text: as it is, or as encoded words if it has to be or if a reader would take it for some."""
    if _is_plain(text):
        return text
    return Header(text, "utf-8", maxlinelen=ENCODED_LINE, header_name=header).encode(linesep=_CRLF)


def _is_plain(text: str) -> bool:
    return text.isascii() and "=?" not in text
