"""What tests put in the place of waiting, and of DynamoDB's memory of transactions."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from moto.dynamodb.responses import DynamoHandler

from solo60 import clock, retry


class VirtualTime:
    """A monotonic clock on which a pause takes no time: deadlines come as soon as they would."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        """Real seconds, and those that were slept."""
        return time.monotonic() + sum(self.pauses)

    def sleep(self, seconds: float) -> None:
        """Note a pause and go on."""
        self.pauses.append(seconds)


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> VirtualTime:
    """Let repeats and waits go on at once."""
    virtual = VirtualTime()
    monkeypatch.setattr(retry, "time", virtual)
    monkeypatch.setattr(clock, "time", virtual)
    return virtual


def remember_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let moto answer a repeated `ClientRequestToken` as DynamoDB does: with the first answer, changing nothing.

    Source: the reference of TransactWriteItems, which keeps tokens for ten minutes.
    """
    answers: dict[str, tuple[str, Any]] = {}
    transact = DynamoHandler.transact_write_items

    def once(self: DynamoHandler) -> Any:
        token = self.body.get("ClientRequestToken")
        said = json.dumps(self.body["TransactItems"], sort_keys=True, default=str)
        if token in answers and answers[token][0] == said:
            return answers[token][1]
        answer = transact(self)
        if token is not None:
            answers[token] = said, answer
        return answer

    monkeypatch.setattr(DynamoHandler, "transact_write_items", once)
