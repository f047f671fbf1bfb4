"""What a provider is: a name and a way to send; what it raises decides what happens next.

A channel has its kind of outgoing message and its providers in order (`providers.registry`). The delivery knows this
module alone, so a further provider is a class with these two members and a word in the stage's settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

M_contra = TypeVar("M_contra", contravariant=True)


class ProviderUnavailable(Exception):
    """Not the message's fault: network, 429, 5xx, credentials, set-up. The next provider is asked.

    Parameters
    ----------
    word
        What went wrong, in one word for the log and the record of attempts.
    """

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)


class AddressInvalid(Exception):
    """The address cannot have mail; no other provider is asked."""

    word = "invalid_address"


class AddressSuppressed(Exception):
    """The provider has learnt that this address bounces or complains: nobody is to write to it again."""

    word = "suppressed_address"


@dataclass(frozen=True)
class Attachment:
    """A file on a mail; `parameters` belong to its media type."""

    filename: str
    media_type: str
    content: bytes
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Email:
    """A mail, ready to go.

    Attributes
    ----------
    message_id
        Our own id of the message.
    sender
        `SOLO60 <hello@solo60.example>`.
    template
        What it was made from, for logs.
    """

    message_id: str
    sender: str
    to: str
    to_name: str | None
    subject: str
    text: str
    html: str
    template: str
    attachments: tuple[Attachment, ...] = ()


class Provider(Protocol[M_contra]):
    """Carries one channel's messages out."""

    @property
    def name(self) -> str:
        """Its word in settings, attempts and breakers."""

    def send(self, message: M_contra) -> str:
        """Hand a message over.

        Returns
        -------
        str
            The provider's id of it.

        Raises
        ------
        ProviderUnavailable
            Ask the next provider.
        AddressInvalid, AddressSuppressed
            Ask no other.
        """


EmailProvider = Provider[Email]
