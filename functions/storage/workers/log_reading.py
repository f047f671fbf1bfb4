"""Logs readings."""

from __future__ import annotations

from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from solo60.workers import worker
from storage.access_log import READS, Reading, store_reading
from storage.log_repository import AccessLogRepository


@worker(READS, grants=(TableGrant("storage", {Do.PUT}),), max_concurrency=5)
def handler(reading: Reading, uow: UnitOfWork, log: AccessLogRepository) -> None:
    """Add a reading to the access log."""
    store_reading(uow, log, reading)
