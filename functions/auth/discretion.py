"""Answers that tell nobody which e-mails have an account: not by what they say, nor by the trips that they take."""

from __future__ import annotations

from auth.identity import CognitoIdentityProvider
from solo60.transaction import Transaction


def commit_or_look(identity: CognitoIdentityProvider, transaction: Transaction, email: str) -> None:
    """Commit; where there is nothing to commit, make a trip all the same."""
    if len(transaction):
        transaction.commit()
    else:
        identity.find(email)
