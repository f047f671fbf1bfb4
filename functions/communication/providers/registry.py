"""The providers of a channel, and the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable

from communication.providers.port import EmailProvider
from solo60 import settings

EMAIL_SETTING = "EMAIL_PROVIDERS"


def _ses() -> EmailProvider:
    from communication.providers.ses import SesEmail

    return SesEmail()


def _console() -> EmailProvider:
    from communication.providers.console import ConsoleEmail

    return ConsoleEmail()


_EMAIL: dict[str, Callable[[], EmailProvider]] = {"ses": _ses, "console": _console}
EMAIL_PROVIDERS = frozenset(_EMAIL)
"""The names that the setting may contain."""


class EmailProviderRegistry:
    """The stage's e-mail providers in order, from a setting such as `ses` or `ses,console`."""

    def __init__(self) -> None:
        words = [word.strip() for word in settings.read(EMAIL_SETTING).split(",") if word.strip()]
        unknown = [word for word in words if word not in _EMAIL]
        if unknown or not words:
            raise ValueError(f"{EMAIL_SETTING} may name {sorted(_EMAIL)}, in order; it says {words}")
        self.in_order: tuple[EmailProvider, ...] = tuple(_EMAIL[word]() for word in dict.fromkeys(words))
