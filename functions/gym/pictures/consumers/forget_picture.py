"""Lets go of pictures whose files were deleted."""

from __future__ import annotations

from gym.pictures.changes import forget
from gym.repository import GymRepository
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from storage.events import FileDeleted


@consumer(FileDeleted, grants=(TableGrant("gym", {Do.BATCH_GET, Do.UPDATE}),))
def handler(envelope: Envelope[FileDeleted], uow: UnitOfWork, gyms: GymRepository) -> None:
    """Let go of a picture of a gym that its owner has deleted as a file."""
    forget(uow, gyms, envelope.data)
