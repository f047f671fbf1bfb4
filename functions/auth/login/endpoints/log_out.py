"""POST /auth/logout."""

from __future__ import annotations

from auth.accounts.repository import AccountRepository
from auth.identity import CognitoIdentityProvider
from auth.login.logging_out import log_out
from auth.login.schemas import LogOutRequest
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller
from solo60.unit_of_work import UnitOfWork
from user.published import END_TOKENS


@endpoint(
    "POST",
    "/auth/logout",
    access=Access.MEMBER,
    status=204,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.ACQUIRE,
    grants=(TableGrant("auth", {Do.BATCH_GET, Do.UPDATE}), END_TOKENS, IdentityGrant({"AdminUserGlobalSignOut"})),
)
def handler(
    body: Body[LogOutRequest],
    caller: Caller,
    uow: UnitOfWork,
    accounts: AccountRepository,
    identity: CognitoIdentityProvider,
) -> None:
    """Revoke the caller's refresh token and sign out everywhere.

    All refresh tokens of the caller end, so the one in the body needs no judgement: one that is invalid or of somebody
    else changes nothing more. Id tokens end too, on every device: nothing is written with them any more, so whoever
    repeats a logout that is complete, without its Idempotency-Key, gets 401 `sign_in_again`.
    """
    log_out(uow, accounts, identity, caller.id)
