"""POST /auth/login."""

from __future__ import annotations

from auth.errors import InvalidCredentials, RegistrationNotVerified, TooManyAttempts
from auth.identity import CognitoIdentityProvider
from auth.login import views
from auth.login.challenges import Challenge
from auth.login.logging_in import log_in
from auth.login.refreshing import Tokens
from auth.login.repository import LoginAttemptRepository, LoginRepository
from auth.login.schemas import LogInRequest
from auth.sources import source_of
from solo60 import roles
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Request
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/auth/login",
    access=Access.PUBLIC,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.NOT_KEPT,
    view=views.login_view,
    errors=(InvalidCredentials, RegistrationNotVerified, TooManyAttempts),
    grants=(
        TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.PUT, Do.CHECK}),
        roles.grant(commits=True),
        IdentityGrant({"AdminInitiateAuth"}),
    ),
)
def handler(
    body: Body[LogInRequest],
    request: Request,
    uow: UnitOfWork,
    *,
    attempts: LoginAttemptRepository,
    logins: LoginRepository,
    identity: CognitoIdentityProvider,
) -> Tokens | Challenge:
    """Log in: id token, refresh token and `expires_in`; for an admin a challenge for the second factor.

    A wrong password and an unknown e-mail address get the same response. Five failures in a row lock the address for
    their source and 15 minutes; more than 50 in an hour, from everywhere, for all sources that are new to its owner.
    The response contains credentials, so it is not stored under an Idempotency-Key.
    """
    return log_in(
        uow,
        attempts,
        logins,
        identity,
        email=body.email,
        password=body.password.get_secret_value(),
        source=source_of(request.source_ip),
    )
