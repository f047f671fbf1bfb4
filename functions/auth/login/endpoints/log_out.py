"""POST /auth/logout."""

from __future__ import annotations

from auth.identity import CognitoIdentityProvider
from auth.login.logging_in import log_out
from auth.login.schemas import LogOutRequest
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import IdentityGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/auth/logout",
    access=Access.MEMBER,
    status=204,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.ACQUIRE,
    grants=(IdentityGrant({"AdminUserGlobalSignOut", "RevokeToken"}),),
)
def handler(body: Body[LogOutRequest], caller: Caller, uow: UnitOfWork, identity: CognitoIdentityProvider) -> None:
    """Revoke the refresh token and sign out everywhere.

    Can be repeated. An invalid refresh token also signs out everywhere. Earlier id tokens stay valid until they expire,
    within an hour.
    """
    log_out(uow, identity, caller.id, body.refresh_token.get_secret_value())
