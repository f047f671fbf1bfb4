"""Lets go of avatars whose files were deleted."""

from __future__ import annotations

from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from storage.events import FileDeleted
from user.avatars import forget
from user.repository import ProfileRepository


@consumer(FileDeleted, grants=(TableGrant("user", {Do.BATCH_GET, Do.UPDATE}),))
def handler(envelope: Envelope[FileDeleted], uow: UnitOfWork, profiles: ProfileRepository) -> None:
    """Let go of an avatar that its member has deleted as a file."""
    forget(uow, profiles, envelope.data)
