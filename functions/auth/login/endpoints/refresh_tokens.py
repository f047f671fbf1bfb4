"""POST /auth/refresh."""

from __future__ import annotations

from auth.errors import InvalidRefreshToken
from auth.identity import CognitoIdentityProvider, Tokens
from auth.login import views
from auth.login.schemas import RefreshTokensRequest
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import IdentityGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body


@endpoint(
    "POST",
    "/auth/refresh",
    access=Access.PUBLIC,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.NOT_KEPT,
    view=views.tokens_view,
    errors=(InvalidRefreshToken,),
    grants=(IdentityGrant({"GetTokensFromRefreshToken"}),),
)
def handler(body: Body[RefreshTokensRequest], identity: CognitoIdentityProvider) -> Tokens:
    """New access and id token from a refresh token.

    The refresh token rotates: the response contains the next one. The response is not stored under an Idempotency-Key.
    """
    return identity.refresh(body.refresh_token.get_secret_value())
