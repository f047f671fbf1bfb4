"""Refresh tokens: opaque to clients, stored as a hash, and the key to what is stored for them.

Cognito's own refresh token would give whoever holds it an access token, with which a client calls Cognito past the
API. So it stays here, masked with a pad that is made from the secret in the client's token: the table alone gives no
token. A secret is replaced at each refresh and masks nothing twice under one label.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

_ID_BYTES = 16
_SECRET_BYTES = 32
COGNITO = "cognito"
"""The label of the mask of Cognito's refresh token, in a login and in a challenge."""
_LENGTH = 2 * _ID_BYTES + _SECRET_BYTES


@dataclass(frozen=True, repr=False)
class Secret:
    """A random value that only its holder has.

    Attributes
    ----------
    value
        32 bytes.
    """

    value: bytes

    @classmethod
    def new(cls) -> Secret:
        """A random secret."""
        return cls(secrets.token_bytes(_SECRET_BYTES))

    @property
    def hash(self) -> bytes:
        """What is stored of it. It is random, so one round of SHA-256 cannot be guessed back."""
        return hashlib.sha256(b"hash:" + self.value).digest()

    def matches(self, stored: bytes | None) -> bool:
        """Whether a stored hash is that of this secret, compared in constant time."""
        return stored is not None and hmac.compare_digest(stored, self.hash)

    def masked(self, label: str, data: bytes) -> bytes:
        """`data` combined with a pad of its length; masking again gives `data` back.

        Parameters
        ----------
        label
            Names the pad: no two texts under one secret may have the same.
        """
        pad = hashlib.shake_256(f"mask:{label}:".encode() + self.value).digest(len(data))
        return bytes(left ^ right for left, right in zip(data, pad, strict=True))


@dataclass(frozen=True, repr=False)
class OpaqueToken:
    """A token that names a member's record and holds its secret: a refresh token, the session of a challenge."""

    user_id: str
    record_id: str
    secret: Secret

    @classmethod
    def parse(cls, text: str) -> OpaqueToken | None:
        """The token with this text; None if it is not the text of such a token."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            return None
        if len(raw) != _LENGTH:
            return None
        user, record = raw[:_ID_BYTES], raw[_ID_BYTES : 2 * _ID_BYTES]
        return cls(str(UUID(bytes=user)), str(UUID(bytes=record)), Secret(raw[2 * _ID_BYTES :]))

    @property
    def text(self) -> str:
        """The token as a client holds it: 86 characters that are safe in an address."""
        raw = UUID(self.user_id).bytes + UUID(self.record_id).bytes + self.secret.value
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def successor(self, salt: bytes) -> OpaqueToken:
        """The token that replaces this one. Without the salt, which the table has, nobody can tell it."""
        return OpaqueToken(
            self.user_id, self.record_id, Secret(hmac.digest(salt, b"next:" + self.secret.value, "sha256"))
        )
