"""POST /auth/login."""

from __future__ import annotations

from auth.errors import InvalidCredentials, RegistrationNotVerified, TooManyAttempts
from auth.identity import CognitoIdentityProvider, Tokens
from auth.login import views
from auth.login.logging_in import log_in
from auth.login.repository import LoginAttemptRepository
from auth.login.schemas import LogInRequest
from auth.sources import source_of
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Request


@endpoint(
    "POST",
    "/auth/login",
    access=Access.PUBLIC,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.NOT_KEPT,
    view=views.tokens_view,
    errors=(InvalidCredentials, RegistrationNotVerified, TooManyAttempts),
    grants=(TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.DELETE}), IdentityGrant({"AdminInitiateAuth"})),
)
def handler(
    body: Body[LogInRequest], request: Request, attempts: LoginAttemptRepository, identity: CognitoIdentityProvider
) -> Tokens:
    """Log in: access token, id token, refresh token and `expires_in`.

    A wrong password and an unknown e-mail address get the same response. Five failures lock the address for 15 minutes.
    The response contains credentials, so it is not stored under an Idempotency-Key.
    """
    return log_in(attempts, identity, body.email, body.password.get_secret_value(), source=source_of(request.source_ip))
