"""A mail as MIME: text and HTML as alternatives, then the attachments; in seven bits, for all relays."""

from __future__ import annotations

from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from communication.formatting import one_line, shortened
from communication.providers.port import AddressInvalid, Email
from solo60 import clock

NAME_LENGTH = 100
SUBJECT_LENGTH = 200
"""A header line has at most 998 octets, and a word of a name or a subject cannot be folded."""
_POLICY = policy.SMTP.clone(cte_type="7bit", max_line_length=256)
"""Long enough that no header is folded: some mail programs show the space of a fold before the first word."""


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
    message = EmailMessage(policy=_POLICY)
    name, address = parseaddr(email.sender)
    message["From"] = Address(display_name=name, addr_spec=address)
    if not email.to.isascii():
        raise AddressInvalid
    try:
        message["To"] = Address(display_name=shortened(one_line(email.to_name or ""), NAME_LENGTH), addr_spec=email.to)
    except (HeaderParseError, ValueError, IndexError):
        raise AddressInvalid from None
    message["Subject"] = shortened(one_line(email.subject), SUBJECT_LENGTH)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{email.message_id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Solo60-Message"] = email.message_id
    message.set_content(email.text)
    message.add_alternative(email.html, subtype="html")
    for attachment in email.attachments:
        maintype, _, subtype = attachment.media_type.partition("/")
        message.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=attachment.filename,
            params=dict(attachment.parameters),
        )
    return message.as_bytes()
