"""Operations of Cognito that moto lacks: rotating and revoking refresh tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.cognitoidp.models import CognitoIdpUserPool
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult

from solo60 import clock

GRACE = timedelta(seconds=30)
"""How long a token that was replaced is still taken, so that a lost answer does not end a login."""


def add_token_operations() -> None:
    """Let moto answer them for the rest of the process."""
    CognitoIdpResponse.revoke_token = _revoke_token  # type: ignore[attr-defined]
    CognitoIdpResponse.get_tokens_from_refresh_token = (  # type: ignore[attr-defined]
        _get_tokens_from_refresh_token
    )


def _pool_of_client(self: CognitoIdpResponse) -> CognitoIdpUserPool:
    client_id = self._get_param("ClientId")
    return next(pool for pool in self.backend.user_pools.values() if client_id in pool.clients)


def _revoke_token(self: CognitoIdpResponse) -> Any:
    tokens, token = _pool_of_client(self).refresh_tokens, self._get_param("Token")
    if token in tokens:
        tokens[token] = None
    return EmptyResult()


def _get_tokens_from_refresh_token(self: CognitoIdpResponse) -> Any:
    pool, old = _pool_of_client(self), self._get_param("RefreshToken")
    replaced = pool.__dict__.setdefault("replaced", {})
    known = pool.refresh_tokens.get(old)
    if known is None or (old in replaced and replaced[old] + GRACE <= clock.now()):
        raise NotAuthorizedError("Invalid Refresh Token")
    client_id, username, _ = known
    access, id_token, expires_in = pool.create_tokens_from_refresh_token(old)
    replaced.setdefault(old, clock.now())
    new, _ = pool.create_refresh_token(client_id, username)
    return ActionResult(
        {
            "AuthenticationResult": {
                "AccessToken": access,
                "IdToken": id_token,
                "RefreshToken": new,
                "ExpiresIn": expires_in,
                "TokenType": "Bearer",
            }
        }
    )
