"""A keyed hash of what a request says, to notice that an `Idempotency-Key` is used for another request."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, SecretStr

from solo60.models import RequestModel


def fingerprint(key: str, arguments: dict[str, Any]) -> str:
    """The fingerprint of a request under its key.

    Parameters
    ----------
    key
        The caller's `Idempotency-Key`.
    arguments
        The parsed path, query and body by name. Requests that were written differently but mean the same are equal
        here: `+00:00` and `Z`, a default and its absence, an id in upper case.
    """
    plain = {name: value.model_dump() if isinstance(value, BaseModel) else value for name, value in arguments.items()}
    text = json.dumps(plain, sort_keys=True, default=_plain)
    # Keyed by the key itself, which is not stored: a plain hash of a body that holds a password could be guessed at.
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def subject(arguments: dict[str, Any]) -> str:
    """What an anonymous request is about, by the field that its body names; empty if it names none."""
    bodies = (value for value in arguments.values() if isinstance(value, RequestModel) and value.ABOUT)
    return next((_text(getattr(body, str(body.ABOUT))) for body in bodies), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} in a request has no form that can be compared")
