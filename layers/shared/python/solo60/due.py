"""Due work: what has to happen to a record at a time, found by an index and done by a worker.

A record that has something due carries `by_due_pk` and `by_due_sk`. A job reads every minute what is due and sends one
queue message per record; a worker makes the step, under a condition on the record itself::

    EXPIRY = DueWork("EXPIRY", queue="payment-credits-due")

    by_due_pk, by_due_sk = EXPIRY.index_keys(user_id, expires_at)   # on the record
    EXPIRY.dispatch(Account.by_due, deadline)                       # in the job
    EXPIRY.is_due(account.by_due_sk)                                # in the worker, before its step

The index has `SHARDS` partitions for each kind, because one partition takes about a thousand writes a second. A record
that is still due when the job runs again gets another message: the worker's condition makes the second one harmless.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import ClassVar, TypeVar

from pynamodb.attributes import UnicodeAttribute

from solo60 import clock, observability
from solo60.models import Model
from solo60.queues import BATCH_SIZE, send_batch
from solo60.records import Record, RecordIndex

R = TypeVar("R", bound=Record)

SHARDS = 16
PAGE_SIZE = 100


class DueItem(Model):
    """A message about one record that is due.

    Attributes
    ----------
    id
        Of the record, as given to `DueWork.index_keys`. The worker reads when it is due from the record itself.
    """

    id: str


class DueIndex(RecordIndex[Record], name="by_due"):
    """The index of a domain's records by the time at which something is due."""

    by_due_sk: ClassVar[UnicodeAttribute]


@dataclass(frozen=True)
class DueWork:
    """One kind of due work.

    Attributes
    ----------
    kind
        In the partition key of the index.
    queue
        The queue of the worker that makes the step.
    """

    kind: str
    queue: str

    def index_keys(self, id: str, due: datetime) -> tuple[str, str]:
        """Partition and sort key of the index for a record with something due at an instant.

        Parameters
        ----------
        id
            Of the record, without `#`.
        due
            An aware datetime.
        """
        return self._partition(zlib.crc32(id.encode()) % SHARDS), f"{clock.to_sortable(due)}#{id}"

    def is_due(self, sort_key: str | None) -> bool:
        """Whether a record with this sort key in the index is due now."""
        return sort_key is not None and sort_key < self._until()

    def dispatch(self, index: RecordIndex[R], deadline: float) -> int:
        """Send a message for each record that is due now, the longest overdue of each shard first.

        Parameters
        ----------
        index
            The domain's index by due time.
        deadline
            On the monotonic clock. What is left then, or refused by the queue until then, is found by the next run.

        Returns
        -------
        int
            How many messages were sent.

        Raises
        ------
        ServiceUnavailable
            The queue kept refusing messages until the deadline.
        """
        sent = 0
        batch: list[DueItem] = []
        for item in self._due(index):
            batch.append(item)
            if len(batch) == BATCH_SIZE:
                send_batch(self.queue, batch, deadline)
                sent += len(batch)
                batch = []
                if monotonic() >= deadline:
                    observability.logger().warning("due work left for the next run", extra={"kind": self.kind})
                    return sent
        if batch:
            send_batch(self.queue, batch, deadline)
        return sent + len(batch)

    def _due(self, index: RecordIndex[R]) -> Iterator[DueItem]:
        until = self._until()
        # Another shard comes first at each run, so that a run that ends early starves none of them.
        first = clock.epoch_seconds(clock.now()) // 60
        for shard in range(SHARDS):
            found = index.query(
                self._partition((first + shard) % SHARDS), DueIndex.by_due_sk < until, page_size=PAGE_SIZE
            )
            for record in found:
                due = str(getattr(record, f"{index.name}_sk"))
                yield DueItem(id=due.split("#", 1)[1])

    def _partition(self, shard: int) -> str:
        return f"{self.kind}#{shard:02d}"

    @staticmethod
    def _until() -> str:
        """The sort key after all that is due now: `~` sorts after every id."""
        return f"{clock.to_sortable(clock.now())}#~"
