"""Logout."""

from __future__ import annotations

from auth.accounts.repository import AccountRepository
from auth.identity import CognitoIdentityProvider
from solo60 import clock
from solo60.unit_of_work import UnitOfWork, Work
from user.published import end_tokens


def log_out(uow: UnitOfWork, accounts: AccountRepository, identity: CognitoIdentityProvider, user_id: str) -> None:
    """End every login and every id token of a member, here and in Cognito. Nothing of anybody else changes.

    The tokens end last, the caller's own among them: until then the request can be repeated with it.
    """

    def end_logins(work: Work) -> bool:
        account = accounts.find(work.read, user_id)
        if account is not None:
            accounts.end_logins(work, account)
        return account is not None

    has_account = uow.begin(end_logins)
    identity.sign_out_everywhere(user_id)
    if not has_account:
        return
    counted_from = clock.now()

    def end(work: Work) -> None:
        nonlocal counted_from
        counted_from = end_tokens(work, user_id)

    uow.run(end)
    clock.wait_until(counted_from)
