"""POST /auth/register."""

from __future__ import annotations

from auth.identity import CognitoIdentityProvider
from auth.registration import Applicant
from auth.registration import register as register_applicant
from auth.repository import RegistrationRepository
from auth.schemas import RegisterMemberRequest, VerificationView
from solo60.declarations import AUTH_THROTTLE, Access
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.idempotency import IdempotencyKey
from solo60.http.request import Body


@endpoint(
    "POST",
    "/auth/register",
    access=Access.PUBLIC,
    status=201,
    throttle=AUTH_THROTTLE,
    acquires_key=True,
    grants=(
        TableGrant("auth", {Do.UPDATE, Do.PUT}),
        IdentityGrant({"AdminCreateUser", "AdminGetUser", "AdminSetUserPassword"}),
    ),
)
def handler(
    body: Body[RegisterMemberRequest],
    key: IdempotencyKey,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
) -> VerificationView:
    """Create the account (18 or over), send the verification code by e-mail.

    An e-mail address with an account gets the same response: the account is not changed, and its owner gets a mail. An
    address that was registered and never verified is registered again; the earlier code becomes invalid.
    """
    answer = VerificationView(email=body.email)
    register_applicant(
        registrations,
        identity,
        Applicant(
            email=body.email,
            password=body.password.get_secret_value(),
            first_name=body.first_name,
            last_name=body.last_name,
            date_of_birth=body.date_of_birth,
            phone=body.phone,
        ),
        key.acquire_in,
        lambda transaction: key.store_response(transaction, answer),
    )
    return answer
