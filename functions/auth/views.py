"""Response bodies of the auth service."""

from __future__ import annotations

from auth.identity import Tokens
from auth.schemas import TokensView, VerificationView


def verification_view(email: str) -> VerificationView:
    """The same for every e-mail address."""
    return VerificationView(email=email)


def tokens_view(tokens: Tokens) -> TokensView:
    """The tokens of a login."""
    return TokensView(
        access_token=tokens.access,
        id_token=tokens.id,
        refresh_token=tokens.refresh,
        expires_in=tokens.expires_in,
    )
