"""Creates profiles from registrations."""

from __future__ import annotations

from auth.events import UserRegistered
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.queues import InboxMark, consumer
from user.profiles import create
from user.repository import ProfileRepository


@consumer(UserRegistered, grants=(TableGrant("user", {Do.UPDATE}),))
def handler(envelope: Envelope[UserRegistered], mark: InboxMark, profiles: ProfileRepository) -> None:
    """Create the profile of a registration."""
    create(profiles, envelope.data, envelope.occurred_at, mark.add_to)
