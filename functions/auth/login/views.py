"""Response bodies of login."""

from __future__ import annotations

from auth.login.challenges import Challenge
from auth.login.refreshing import Tokens
from auth.login.schemas import ChallengeView, TokensView


def tokens_view(tokens: Tokens) -> TokensView:
    """The tokens of a login."""
    return TokensView(id_token=tokens.id, refresh_token=tokens.refresh, expires_in=tokens.expires_in)


def login_view(outcome: Tokens | Challenge) -> TokensView | ChallengeView:
    """The tokens of a login, or the challenge that an admin has to answer first."""
    if isinstance(outcome, Tokens):
        return tokens_view(outcome)
    return ChallengeView(
        challenge=outcome.kind,
        session=outcome.session,
        expires_in=outcome.expires_in,
        secret=outcome.seed,
        otpauth_uri=outcome.uri,
    )
