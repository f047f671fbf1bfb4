"""POST /auth/resend-code."""

from __future__ import annotations

from auth.identity import CognitoIdentityProvider
from auth.repository import RegistrationRepository
from auth.schemas import ResendCodeRequest, VerificationView
from auth.verification import resend
from solo60.declarations import AUTH_THROTTLE, Access
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.idempotency import IdempotencyKey
from solo60.http.request import Body


@endpoint(
    "POST",
    "/auth/resend-code",
    access=Access.PUBLIC,
    status=202,
    throttle=AUTH_THROTTLE,
    grants=(TableGrant("auth", {Do.GET, Do.UPDATE, Do.PUT}), IdentityGrant({"AdminGetUser"})),
)
def handler(
    body: Body[ResendCodeRequest],
    key: IdempotencyKey,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
) -> VerificationView:
    """Send a new code; the response is the same whether or not the account exists.

    A code is sent at most once a minute. It makes the earlier code invalid.
    """
    answer = VerificationView(email=body.email)
    resend(registrations, identity, body.email, lambda transaction: key.store_response(transaction, answer))
    return answer
