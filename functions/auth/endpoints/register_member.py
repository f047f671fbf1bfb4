"""POST /auth/register."""

from __future__ import annotations

from auth import views
from auth.identity import CognitoIdentityProvider
from auth.registration import Applicant
from auth.registration import register as register_applicant
from auth.repository import RegistrationRepository
from auth.schemas import RegisterMemberRequest
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/auth/register",
    access=Access.PUBLIC,
    status=201,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.ACQUIRE,
    grants=(
        TableGrant("auth", {Do.UPDATE, Do.PUT}),
        IdentityGrant({"AdminCreateUser", "AdminGetUser", "AdminSetUserPassword"}),
    ),
    view=views.verification_view,
)
def handler(
    body: Body[RegisterMemberRequest],
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
) -> str:
    """Create the account (18 or over), send the verification code by e-mail.

    An e-mail address with an account gets the same response: the account is not changed, and its owner gets a mail. An
    address that was registered and never verified is registered again; the earlier code becomes invalid.
    """
    return register_applicant(
        uow,
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
    )
