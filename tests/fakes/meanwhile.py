"""What others do in the middle of a use case."""

from __future__ import annotations

from collections.abc import Callable

from solo60 import aws
from tests.grants_in_use import by_others


def meanwhile(action: Callable[[], object], operation: str = "TransactWriteItems", times: int = 1) -> None:
    """Do something else just before DynamoDB gets an operation, as often as is said."""
    left = [times]

    def act(**_: object) -> None:
        if left[0] > 0:
            left[0] -= 1
            with by_others():
                action()

    aws.client("dynamodb").meta.events.register_first(f"before-call.dynamodb.{operation}", act)
