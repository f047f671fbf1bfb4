"""POST /auth/register."""

from __future__ import annotations

from auth.accounts.repository import PER_SOURCE_SETTING, MailCountRepository
from auth.identity import CognitoIdentityProvider
from auth.registration import views
from auth.registration.registering import Applicant, Begun
from auth.registration.registering import register as register_applicant
from auth.registration.repository import RegistrationRepository
from auth.registration.schemas import RegisterMemberRequest
from auth.sources import source_of
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, SettingGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Request
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
        SettingGrant(PER_SOURCE_SETTING),
        IdentityGrant({"AdminCreateUser", "AdminSetUserPassword"}),
    ),
    view=views.registration_view,
)
def handler(
    body: Body[RegisterMemberRequest],
    request: Request,
    uow: UnitOfWork,
    *,
    registrations: RegistrationRepository,
    mails: MailCountRepository,
    identity: CognitoIdentityProvider,
) -> Begun:
    """Begin a registration (18 or over), send its verification code by e-mail; its `registration_id`.

    An e-mail address with an account gets the same response: the account is not changed, and its owner gets a mail.
    Registrations of one address are independent of each other: the first that is verified has it.
    """
    return register_applicant(
        uow,
        registrations,
        mails,
        identity,
        Applicant(
            email=body.email,
            password=body.password.get_secret_value(),
            first_name=body.first_name,
            last_name=body.last_name,
            date_of_birth=body.date_of_birth,
            phone=body.phone,
        ),
        source=source_of(request.source_ip),
    )
