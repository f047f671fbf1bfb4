"""Responses that do not reveal which e-mail addresses have an account, by their content or their round trips."""

from __future__ import annotations

from auth.identity import CognitoIdentityProvider
from solo60.transaction import Transaction


def commit_or_look(identity: CognitoIdentityProvider, transaction: Transaction, email: str) -> None:
    """Commit. Without operations, make a call with a similar duration instead."""
    if len(transaction):
        transaction.commit()
    else:
        identity.find(email)
