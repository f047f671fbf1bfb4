"""The secret addresses of calendar feeds: whoever has one reads the calendar, so only its owner is ever told it."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from session.calendar.repository import FeedRepository
from solo60.unit_of_work import UnitOfWork, Work

_TOKEN_BYTES = 32
_LABEL = b"solo60 calendar feed"


def make_feed(uow: UnitOfWork, feeds: FeedRepository, user_id: str) -> str:
    """Make a new token for a member's calendar feed; the one before opens nothing from then on.

    Returns
    -------
    str
        43 characters that are safe in an address. They are stored nowhere.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)

    def act(work: Work) -> str:
        feeds.replace(work, user_id, feeds.find(work.read, user_id), token_hash(token))
        return token

    return uow.run(act)


def token_hash(token: str) -> str:
    """What is stored of a token: a hash keyed by the token itself, which is random and cannot be guessed back."""
    return hmac.new(token.encode(), _LABEL, hashlib.sha256).hexdigest()
