"""POST /auth/login/totp."""

from __future__ import annotations

from auth.errors import InvalidChallenge, TooManyAttempts, WrongCodes
from auth.identity import CognitoIdentityProvider
from auth.login import views
from auth.login.challenges import Answer, complete
from auth.login.refreshing import Tokens
from auth.login.repository import LoginAttemptRepository, LoginRepository
from auth.login.schemas import AnswerChallengeRequest
from auth.login.second_factor import KEY_SECRET, SecondFactorRepository
from auth.sources import source_of
from solo60 import roles
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, SecretGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Request
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/auth/login/totp",
    access=Access.PUBLIC,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.NOT_KEPT,
    view=views.tokens_view,
    errors=(InvalidChallenge, WrongCodes, TooManyAttempts),
    grants=(
        TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.PUT, Do.DELETE, Do.CHECK}),
        roles.grant(commits=True),
        SecretGrant(KEY_SECRET),
        IdentityGrant({"AdminInitiateAuth"}),
    ),
)
def handler(
    body: Body[AnswerChallengeRequest],
    request: Request,
    uow: UnitOfWork,
    *,
    attempts: LoginAttemptRepository,
    factors: SecondFactorRepository,
    logins: LoginRepository,
    identity: CognitoIdentityProvider,
) -> Tokens:
    """Complete an admin's login with the code of the authenticator app: tokens.

    A set-up (`totp_setup`) needs the code from the mailbox too. Each code works once, and up to 30 seconds before and
    after its time. A login has five attempts. The response contains credentials, so it is not stored under an
    Idempotency-Key.
    """
    answer = Answer(
        session=body.session.get_secret_value(),
        code=body.code,
        mailed_code=body.mailed_code,
        source=source_of(request.source_ip),
    )
    return complete(uow, attempts, factors, logins, identity, answer=answer)
