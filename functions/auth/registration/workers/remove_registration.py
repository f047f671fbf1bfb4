"""Removes registrations that nobody has verified."""

from __future__ import annotations

from auth.identity import CognitoIdentityProvider
from auth.registration.removal import remove
from auth.registration.repository import REMOVAL, RegistrationRepository
from solo60.due import DueItem
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker


@worker(
    REMOVAL.queue,
    grants=(TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.PUT, Do.DELETE}), IdentityGrant({"AdminDeleteUser"})),
)
def handler(
    item: DueItem, uow: UnitOfWork, registrations: RegistrationRepository, identity: CognitoIdentityProvider
) -> None:
    """Remove a registration and its user in Cognito."""
    remove(uow, registrations, identity, item.id)
