"""One TransactWriteItems, across the tables of all domains.

The domain that owns a table adds its operations to the caller's `Transaction`; other domains do not use its keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from solo60 import aws
from solo60.ids import new_id
from solo60.records import RawItem, Record
from solo60.retry import Backoff, ConditionFailed, deadline_in

MAX_OPERATIONS = 100

OnFailure = Exception | Callable[[RawItem | None], Exception]
"""The error for a failed condition: an exception, or a function that makes one from the present item."""


class RepeatedItem(ValueError):
    """Two operations of a transaction are about one item, which DynamoDB refuses."""


class Transaction:
    """Collects operations and commits them as one.

    Each operation says what its failed condition means (`on_failure`); the first that failed, in the order in which
    they were added, is raised. Where it says nothing, that is `ConditionFailed`: what was read has changed. A conflict
    with another transaction in flight is repeated after a pause, and a request whose answer was lost is repeated under
    the same token, so nothing is applied twice.
    """

    def __init__(self) -> None:
        self._operations: list[tuple[str, dict[str, Any], OnFailure]] = []

    def put(self, record: Record, *, condition: Condition | None = None, on_failure: OnFailure | None = None) -> None:
        """Put a whole record. Without a `condition` it must not exist."""
        if condition is None:
            condition = type(record).pk.does_not_exist()
        self._add("Put", record.get_save_kwargs_from_instance(condition=condition, **_RETURN_OLD), on_failure)

    def update(
        self,
        record: Record,
        actions: Sequence[Action],
        *,
        condition: Condition | None = None,
        on_failure: OnFailure | None = None,
    ) -> None:
        """Change attributes of the item at `record`'s key."""
        kwargs = record.get_update_kwargs_from_instance(actions=list(actions), condition=condition, **_RETURN_OLD)
        self._add("Update", kwargs, on_failure)

    def delete(
        self, record: Record, *, condition: Condition | None = None, on_failure: OnFailure | None = None
    ) -> None:
        """Delete the item at `record`'s key."""
        self._add("Delete", record.get_delete_kwargs_from_instance(condition=condition, **_RETURN_OLD), on_failure)

    def check(self, record: Record, condition: Condition, *, on_failure: OnFailure | None = None) -> None:
        """Check a condition on an item that this transaction does not change."""
        kwargs = type(record).get_operation_kwargs_from_class(record.pk, record.sk, condition=condition)
        kwargs["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self._add("ConditionCheck", kwargs, on_failure)

    def extend(self, other: Transaction) -> None:
        """Add the operations of `other` after those that are here.

        A check of an item that `other` writes is left out, because DynamoDB takes one operation an item: who writes it
        does so under a condition of what was read and judged.
        """
        written = {place for verb, place, _ in other._placed() if verb != "ConditionCheck"}
        kept = [
            operation
            for (verb, place, _), operation in zip(self._placed(), self._operations, strict=True)
            if verb != "ConditionCheck" or place not in written
        ]
        self._operations = kept + other._operations

    def _add(self, verb: str, kwargs: dict[str, Any], on_failure: OnFailure | None) -> None:
        self._operations.append((verb, kwargs, on_failure or ConditionFailed))

    def __len__(self) -> int:
        return len(self._operations)

    @property
    def places(self) -> list[tuple[str, str, str]]:
        """Verb, partition key and sort key of each operation."""
        return [(verb, key["PK"]["S"], key["SK"]["S"]) for verb, _, key in self._placed()]

    def commit(self, deadline: float | None = None) -> None:
        """Apply all operations, or none.

        Parameters
        ----------
        deadline
            On the monotonic clock: by when repeats end.

        Raises
        ------
        Exception
            The `on_failure` of the first operation whose condition failed.
        ServiceUnavailable
            Other transactions held the same items until the deadline, or no answer came.
        RepeatedItem
            Two operations are about one item.
        """
        if not self._operations:
            return
        self._require_possible()
        items = [{verb: kwargs} for verb, kwargs, _ in self._operations]
        backoff = Backoff(deadline_in() if deadline is None else deadline)
        token = new_id()
        while True:
            try:
                aws.client("dynamodb").transact_write_items(
                    TransactItems=items, ClientRequestToken=token, ReturnConsumedCapacity="TOTAL"
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "TransactionInProgressException":
                    self._raise_unless_conflict(error)
                    token = new_id()  # Cancelled: nothing was applied with the old token.
                backoff.pause()
            except HTTPClientError:
                # The response was lost, perhaps after the write. The same token prevents a second write.
                backoff.pause()
            else:
                return

    def _require_possible(self) -> None:
        if len(self._operations) > MAX_OPERATIONS:
            raise ValueError(f"a transaction takes {MAX_OPERATIONS} operations, not {len(self._operations)}")
        seen = set()
        for _, place, key in self._placed():
            if place in seen:
                raise RepeatedItem(f"two operations on {key['PK']['S'].split('#')[0]} {key['SK']['S'].split('#')[0]}")
            seen.add(place)

    def _placed(self) -> Iterator[tuple[str, tuple[str, str, str], RawItem]]:
        """Verb, place and key of each operation."""
        for verb, kwargs, _ in self._operations:
            key = kwargs["Item"] if verb == "Put" else kwargs["Key"]
            yield verb, (kwargs["TableName"], key["PK"]["S"], key["SK"]["S"]), key

    def _raise_unless_conflict(self, error: ClientError) -> None:
        response: dict[str, Any] = dict(error.response)
        if response["Error"]["Code"] != "TransactionCanceledException":
            raise error
        reasons = response.get("CancellationReasons", [])
        for (_, _, on_failure), reason in zip(self._operations, reasons, strict=True):
            if reason.get("Code") == "ConditionalCheckFailed":
                raise (on_failure if isinstance(on_failure, Exception) else on_failure(reason.get("Item"))) from None
        transient = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "None", None}
        if any(reason.get("Code") not in transient for reason in reasons):
            raise error


_RETURN_OLD: dict[str, Any] = {"return_values_on_condition_failure": "ALL_OLD"}
