"""POST /auth/refresh."""

from __future__ import annotations

from auth.errors import InvalidRefreshToken
from auth.identity import CognitoIdentityProvider
from auth.login import views
from auth.login.refreshing import Tokens
from auth.login.refreshing import refresh as refresh_login
from auth.login.repository import LoginRepository
from auth.login.schemas import RefreshTokensRequest
from solo60 import roles
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/auth/refresh",
    access=Access.PUBLIC,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.NOT_KEPT,
    view=views.tokens_view,
    errors=(InvalidRefreshToken,),
    grants=(
        TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.CHECK}),
        roles.grant(commits=True),
        IdentityGrant({"AdminInitiateAuth"}),
    ),
)
def handler(
    body: Body[RefreshTokensRequest], uow: UnitOfWork, logins: LoginRepository, identity: CognitoIdentityProvider
) -> Tokens:
    """New id token from a refresh token, which rotates: the response contains the next one.

    A refresh that is repeated within 60 seconds, or sent several times at once, gets the same tokens, with or without
    an Idempotency-Key: the token itself says which refresh it is. After that the replaced token is refused.
    """
    return refresh_login(uow, logins, identity, body.refresh_token.get_secret_value())
