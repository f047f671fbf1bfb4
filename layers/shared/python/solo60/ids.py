"""Identifiers: UUID version 7 (RFC 9562), whose order is the order of creation."""

from __future__ import annotations

import os
import re
from uuid import UUID

from solo60 import clock

_RANDOM_BITS = 74
_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_id() -> str:
    """A new UUIDv7 as lower-case text: 48 bits of milliseconds, then random bits.

    Layout: RFC 9562, section 5.7. (`uuid.uuid7` is in the standard library only from Python 3.14.)
    """
    milliseconds = int(clock.now().timestamp() * 1000)
    randomness = int.from_bytes(os.urandom(10), "big") & ((1 << _RANDOM_BITS) - 1)
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= (randomness >> 62) << 64
    value |= 0b10 << 62
    value |= randomness & ((1 << 62) - 1)
    return str(UUID(int=value))


def is_id(text: str) -> bool:
    """Whether `new_id` may have made this text."""
    return _ID.fullmatch(text) is not None
