"""Removal of registrations that nobody verifies: their user in Cognito, and what we hold of them in any service."""

from __future__ import annotations

from auth.events import RegistrationRemoved
from auth.identity import CognitoIdentityProvider
from auth.records import REFUSED, VERIFIED
from auth.registration.repository import REMOVAL, RegistrationRepository
from solo60 import observability
from solo60.events import publish
from solo60.unit_of_work import UnitOfWork, Work


class _Gone(Exception):
    """Another run has removed it."""


def remove(
    uow: UnitOfWork, registrations: RegistrationRepository, identity: CognitoIdentityProvider, registration_id: str
) -> None:
    """Remove a registration that is due. After a crash at any point the next run completes the removal."""

    def close(work: Work) -> bool:
        registration = registrations.find(work.read, registration_id)
        if registration is None or registration.state == VERIFIED or not REMOVAL.is_due(registration.by_due_sk):
            return False
        if registration.state != REFUSED:
            registrations.close(work, registration)
        return True

    if not uow.run(close):
        return
    identity.delete(registration_id)

    def complete(work: Work) -> None:
        registrations.remove(work, registration_id, on_failure=_Gone())
        publish(work, RegistrationRemoved(registration_id=registration_id))

    try:
        uow.run(complete)
    except _Gone:
        return
    observability.count("RegistrationsRemoved")
