"""The port of message providers: a name, a method to send, and errors that decide what happens next.

A channel has its type of outgoing message and its providers in order (`providers.registry`). The delivery depends on
this module only, so another provider is a class with these two members and an entry in the stage's settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from solo60.failures import LoggableError

M_contra = TypeVar("M_contra", contravariant=True)


class ProviderUnavailable(LoggableError):
    """The provider failed, not the message: network, 429, 5xx, credentials, configuration. The next provider is tried.

    Parameters
    ----------
    word
        An error code for the log and the record of the attempt.
    """

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)


class AddressInvalid(Exception):
    """The address cannot receive mail; no other provider is tried."""

    word = "invalid_address"


class AddressSuppressed(Exception):
    """The address has bounced or complained. No more mail is sent to it."""

    word = "suppressed_address"


@dataclass(frozen=True)
class Part:
    """A part of a mail; `parameters` belong to its media type, such as `text/calendar`."""

    maintype: str
    subtype: str
    content: bytes
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file on a mail."""

    filename: str
    part: Part


@dataclass(frozen=True)
class Email:
    """A mail to send.

    Attributes
    ----------
    message_id
        Our own id of the message.
    sender
        `SOLO60 <hello@solo60.example>`.
    template
        The name of its template, for logs.
    alternatives
        Further forms of the text, from which a mail app takes the last that it knows: an invitation for calendars.
    """

    message_id: str
    sender: str
    to: str
    to_name: str | None
    subject: str
    text: str
    html: str
    template: str
    alternatives: tuple[Part, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class Provider(Protocol[M_contra]):
    """Sends the messages of one channel."""

    @property
    def name(self) -> str:
        """The name in settings, attempts and breakers."""

    def send(self, message: M_contra) -> str:
        """Send a message.

        Returns
        -------
        str
            The provider's id of the message.

        Raises
        ------
        ProviderUnavailable
            Try the next provider.
        AddressInvalid, AddressSuppressed
            Try no other provider.
        """


EmailProvider = Provider[Email]
