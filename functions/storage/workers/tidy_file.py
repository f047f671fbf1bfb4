"""Makes the step that is due for a file."""

from __future__ import annotations

from solo60.due import DueItem
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker
from storage.deletion import tidy
from storage.grants import REMOVE, STORE
from storage.providers.registry import StoreRegistry
from storage.repository import TIDY, FileRepository


@worker(
    TIDY.queue,
    grants=(TableGrant("storage", {Do.BATCH_GET, Do.UPDATE, Do.DELETE}), *REMOVE, STORE),
    max_concurrency=5,
)
def handler(item: DueItem, uow: UnitOfWork, files: FileRepository, stores: StoreRegistry) -> None:
    """Free what an abandoned upload has reserved, and remove objects that nobody needs."""
    tidy(uow, files, stores.store, item.id)
