"""Logout."""

from __future__ import annotations

from auth.accounts.repository import AccountRepository
from auth.identity import CognitoIdentityProvider
from solo60.unit_of_work import UnitOfWork, Work


def log_out(uow: UnitOfWork, accounts: AccountRepository, identity: CognitoIdentityProvider, user_id: str) -> None:
    """End every login of a member, here and in Cognito. Nothing of anybody else changes."""

    def end(work: Work) -> None:
        account = accounts.find(work.read, user_id)
        if account is not None:
            accounts.end_logins(work, account)

    uow.begin(end)
    identity.sign_out_everywhere(user_id)
