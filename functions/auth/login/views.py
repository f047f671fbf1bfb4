"""Response bodies of login."""

from __future__ import annotations

from auth.login.refreshing import Tokens
from auth.login.schemas import TokensView


def tokens_view(tokens: Tokens) -> TokensView:
    """The tokens of a login."""
    return TokensView(id_token=tokens.id, refresh_token=tokens.refresh, expires_in=tokens.expires_in)
