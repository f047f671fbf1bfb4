"""Registration: each is bound to itself, and its answer takes the same way whatever is known of the address.

A registration has its own id, its own user in Cognito with its own password, its own names and its own code. The
request makes them and looks at nothing that belongs to the address: so neither its answer nor its duration can tell
whether the address has an account. What to send is decided behind the bus (`auth.registration.code_issue`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from auth.accounts.mails import refused_silently
from auth.accounts.repository import MailCountRepository
from auth.events import RegistrationBegun
from auth.identity import CognitoIdentityProvider
from auth.registration.repository import RegistrationRepository
from solo60.events import publish
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork, Work


@dataclass(frozen=True, repr=False)
class Applicant:
    """The validated data of a registration."""

    email: str
    password: str
    first_name: str
    last_name: str
    date_of_birth: date
    phone: str | None


@dataclass(frozen=True)
class Begun:
    """What the caller gets to know: the same for every address."""

    email: str
    registration_id: str


def register(
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    mails: MailCountRepository,
    identity: CognitoIdentityProvider,
    applicant: Applicant,
    *,
    source: str,
) -> Begun:
    """Begin a registration. A source that has caused too many mails gets the usual answer, and no mail is sent."""
    begun = Begun(applicant.email, new_id())

    def begin(work: Work) -> None:
        registrations.begin(
            work,
            begun.registration_id,
            email=applicant.email,
            source=source,
            first_name=applicant.first_name,
            last_name=applicant.last_name,
            date_of_birth=applicant.date_of_birth,
            phone=applicant.phone,
        )
        mails.count_for_source(work, source)

    def complete(work: Work) -> Begun:
        publish(work, RegistrationBegun(registration_id=begun.registration_id, email=applicant.email))
        return begun

    with refused_silently():
        uow.begin(begin)
        identity.create(begun.registration_id, applicant.email)
        identity.set_password(begun.registration_id, applicant.password)
        uow.run(complete)
    return begun
