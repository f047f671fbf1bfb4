"""One TransactWriteItems: what has to agree commits together, across domains' tables, or not at all.

A domain that owns a table adds its own operations to a caller's `Transaction`; nobody else spells its keys.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from solo60 import aws
from solo60.ids import new_id
from solo60.problems import Conflict, ServiceUnavailable
from solo60.records import Record

CONFLICT_ATTEMPTS = 10
CONFLICT_BACKOFF_SECONDS = 0.02
MAX_OPERATIONS = 100

OnFailure = Exception | Callable[[dict[str, Any] | None], Exception]
"""What a failed condition means: an exception, or a function from the item that stood in the way to one."""


class Transaction:
    """Collects operations and commits them as one.

    Each operation says what its failed condition means (`on_failure`); the first that failed, in the order in which
    they were added, is raised. A conflict with another transaction in flight is repeated with jitter, and an answer
    that was lost is repeated under the same token, so nothing is applied twice.
    """

    def __init__(self) -> None:
        self._operations: list[tuple[str, dict[str, Any], OnFailure]] = []
        self.events: list[Any] = []
        self.committed = False

    def put(self, record: Record, *, condition: Condition | None = None, on_failure: OnFailure | None = None) -> None:
        """Write a whole record. Without a `condition` it must not exist yet."""
        if condition is None:
            condition = type(record).pk.does_not_exist()
        kwargs = record.get_save_kwargs_from_instance(condition=condition, return_values_on_condition_failure="ALL_OLD")
        self._operations.append(("Put", kwargs, on_failure or Conflict()))

    def update(
        self,
        record: Record,
        actions: Sequence[Action],
        *,
        condition: Condition | None = None,
        on_failure: OnFailure | None = None,
    ) -> None:
        """Change attributes of the item at `record`'s key."""
        kwargs = record.get_update_kwargs_from_instance(
            actions=list(actions), condition=condition, return_values_on_condition_failure="ALL_OLD"
        )
        self._operations.append(("Update", kwargs, on_failure or Conflict()))

    def delete(
        self, record: Record, *, condition: Condition | None = None, on_failure: OnFailure | None = None
    ) -> None:
        """Remove the item at `record`'s key."""
        kwargs = record.get_delete_kwargs_from_instance(
            condition=condition, return_values_on_condition_failure="ALL_OLD"
        )
        self._operations.append(("Delete", kwargs, on_failure or Conflict()))

    def check(self, record: Record, condition: Condition, *, on_failure: OnFailure | None = None) -> None:
        """Require something of an item that this transaction does not change."""
        kwargs = type(record).get_operation_kwargs_from_class(record.pk, record.sk, condition=condition)
        kwargs["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self._operations.append(("ConditionCheck", kwargs, on_failure or Conflict()))

    def __len__(self) -> int:
        return len(self._operations)

    def commit(self) -> None:
        """Apply everything, or nothing.

        Raises
        ------
        Exception
            The `on_failure` of the first operation whose condition failed.
        ServiceUnavailable
            Other transactions held the same items for longer than the repeats last.
        """
        if not self._operations:
            return
        if len(self._operations) > MAX_OPERATIONS:
            raise ValueError(f"a transaction takes {MAX_OPERATIONS} operations, not {len(self._operations)}")
        items = [{verb: kwargs} for verb, kwargs, _ in self._operations]
        token = new_id()
        for attempt in range(CONFLICT_ATTEMPTS):
            try:
                aws.client("dynamodb").transact_write_items(
                    TransactItems=items, ClientRequestToken=token, ReturnConsumedCapacity="TOTAL"
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "TransactionInProgressException":
                    self._raise_unless_conflict(error)
                    token = new_id()  # cancelled: nothing was applied under the old one
                time.sleep(random.uniform(0, CONFLICT_BACKOFF_SECONDS * 2 ** min(attempt, 5)))
            except HTTPClientError:
                # The answer was lost, perhaps after the write: the same token makes the repeat harmless.
                time.sleep(random.uniform(0, CONFLICT_BACKOFF_SECONDS))
            else:
                self.committed = True
                return
        raise ServiceUnavailable

    def _raise_unless_conflict(self, error: ClientError) -> None:
        response: dict[str, Any] = dict(error.response)
        code = response["Error"]["Code"]
        if code != "TransactionCanceledException":
            raise error
        reasons = response.get("CancellationReasons", [])
        for (_, _, on_failure), reason in zip(self._operations, reasons, strict=True):
            if reason.get("Code") == "ConditionalCheckFailed":
                raise (on_failure if isinstance(on_failure, Exception) else on_failure(reason.get("Item"))) from None
        transient = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "None", None}
        if any(reason.get("Code") not in transient for reason in reasons):
            raise error
