"""What uploaded bytes are: judged by their content, never by their name or by what was declared.

A picture is decoded as a whole and encoded anew. So what is served has the declared type, ends where the picture ends,
and says nothing of where and with what it was taken.
"""

from __future__ import annotations

import io
import zipfile

import puremagic

from storage.pictures import encode_anew
from storage.purposes import PDF, PICTURE_TYPES, Rules
from storage.verified import Reason, Unacceptable, Verified


def verify(content: bytes, *, content_type: str, size: int, rules: Rules) -> Verified:
    """Look at uploaded bytes.

    Parameters
    ----------
    size
        As declared.

    Raises
    ------
    Unacceptable
        They are rejected.
    """
    if len(content) != size:
        raise Unacceptable(Reason.WRONG_SIZE)
    if not content or content_type not in {match.mime_type for match in puremagic.magic_string(content)}:
        raise Unacceptable(Reason.WRONG_TYPE)
    if content_type == PDF:
        return _document(content)
    if content_type not in PICTURE_TYPES:
        raise Unacceptable(Reason.WRONG_TYPE)
    verified = encode_anew(content, content_type=content_type, sizes=rules.sizes, square=rules.square)
    if len(verified.content) > rules.max_bytes:
        raise Unacceptable(Reason.TOO_LARGE)
    return verified


def _document(content: bytes) -> Verified:
    """A PDF as it is: it begins at its first byte, ends at its last, and is no archive at the same time."""
    if not content.startswith(b"%PDF-") or not content.rstrip(b"\x00\t\n\f\r ").endswith(b"%%EOF"):
        raise Unacceptable(Reason.UNSAFE)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Unacceptable(Reason.UNSAFE)
    return Verified(content)
