"""Creates profiles from registrations."""

from __future__ import annotations

from auth.events import UserRegistered
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from user.profiles import create
from user.repository import ProfileRepository


@consumer(UserRegistered, grants=(TableGrant("user", {Do.BATCH_GET, Do.UPDATE, Do.DELETE}),))
def handler(envelope: Envelope[UserRegistered], uow: UnitOfWork, profiles: ProfileRepository) -> None:
    """Create the profile of a registration."""
    create(uow, profiles, envelope.data, envelope.occurred_at)
