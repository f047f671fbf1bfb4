"""POST /auth/login."""

from __future__ import annotations

from auth.errors import InvalidCredentials, TooManyAttempts
from auth.identity import CognitoIdentityProvider
from auth.login import log_in
from auth.repository import LoginAttemptRepository
from auth.schemas import LogInRequest, TokensView
from solo60.declarations import AUTH_THROTTLE, Access, Do, Idempotency, Needs, Table
from solo60.http.endpoint import endpoint
from solo60.http.request import Body
from solo60.problems import EmailNotVerified


@endpoint(
    "POST",
    "/auth/login",
    access=Access.PUBLIC,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.NOT_KEPT,
    errors=(InvalidCredentials, EmailNotVerified, TooManyAttempts),
    needs=Needs(tables=(Table("auth", {Do.UPDATE, Do.DELETE}),), identity=("AdminInitiateAuth",)),
)
def handler(
    body: Body[LogInRequest], attempts: LoginAttemptRepository, identity: CognitoIdentityProvider
) -> TokensView:
    """Access, id and refresh token, expires_in.

    A wrong password and an unknown e-mail get the same answer. Five failures lock the e-mail for 15 minutes. The answer
    holds credentials, so an Idempotency-Key keeps nothing here.
    """
    return TokensView.of(log_in(attempts, identity, body.email, body.password.get_secret_value()))
