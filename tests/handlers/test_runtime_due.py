"""solo60.due: what is due is found page by page and handed to a worker, once a run, until the deadline."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from pynamodb.attributes import DiscriminatorAttribute, UnicodeAttribute

from solo60 import aws, clock, settings
from solo60.due import SHARDS, DueIndex, DueWork
from solo60.ids import new_id
from solo60.problems import ServiceUnavailable
from solo60.records import Record
from tests.fakes.waiting import without_waiting
from tests.handlers.faults import watched

pytestmark = pytest.mark.usefixtures("tables")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORK = DueWork("REMINDER", queue="payment-stripe-events")


class Reminder(Record):
    """A record of these tests, in a table that has the index."""

    class Meta:
        table_name = "unset"
        domain: ClassVar[str] = "payment"

    kind = DiscriminatorAttribute()
    by_due_pk = UnicodeAttribute(null=True)
    by_due_sk = UnicodeAttribute(null=True)
    by_due = DueIndex()


class TestReminder(Reminder, discriminator="test_reminder"):
    """Its one kind."""

    __test__ = False


@pytest.fixture(autouse=True)
def _at_nine() -> Any:
    with clock.at(NOW):
        yield


def _add(count: int, due: datetime, work: DueWork = WORK) -> list[str]:
    ids = [new_id() for _ in range(count)]
    for id_ in ids:
        pk, sk = work.index_keys(id_, due)
        TestReminder(f"REMINDER#{id_}", "REMINDER", by_due_pk=pk, by_due_sk=sk).save()
    return ids


def _dispatch(deadline: float | None = None) -> int:
    return WORK.dispatch(TestReminder.by_due, time.monotonic() + 60 if deadline is None else deadline)


def _messages() -> list[dict[str, str]]:
    """What is in the queue; each is taken out."""
    client, url, found = aws.client("sqs"), settings.queue_url(WORK.queue), []
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"]))
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_what_is_due_is_sent_and_nothing_else() -> None:
    due = [*_add(3, NOW), *_add(2, NOW - timedelta(days=3))]
    _add(2, NOW + timedelta(microseconds=1))
    _add(2, NOW, DueWork("OTHER", queue=WORK.queue))
    assert _dispatch() == 5
    messages = _messages()
    assert sorted(message["id"] for message in messages) == sorted(due)


def test_the_records_are_spread_over_the_shards() -> None:
    shards = Counter(WORK.index_keys(new_id(), NOW)[0] for _ in range(SHARDS * 50))
    assert len(shards) == SHARDS
    assert max(shards.values()) < 100


def test_messages_are_sent_ten_a_call() -> None:
    _add(23, NOW)
    with watched_sqs() as calls:
        assert _dispatch() == 23
    assert calls == [10, 10, 3]


def test_a_run_that_reaches_its_deadline_leaves_the_rest_to_the_next() -> None:
    due = _add(25, NOW)
    assert _dispatch(deadline=0) == 10
    assert _dispatch() == 25
    assert {message["id"] for message in _messages()} == set(due)


def test_a_page_costs_one_read_whatever_is_not_due() -> None:
    _add(40, NOW + timedelta(days=1))
    with watched("Query") as wire:
        assert _dispatch() == 0
    assert len(wire.sent) == SHARDS


def test_a_record_that_is_due_later_or_never_is_not_due() -> None:
    assert WORK.is_due(WORK.index_keys("a", NOW)[1])
    assert not WORK.is_due(WORK.index_keys("a", NOW + timedelta(microseconds=1))[1])
    assert not WORK.is_due(None)


def test_messages_that_the_queue_refuses_are_sent_again_and_no_others() -> None:
    due = _add(3, NOW)
    refused: list[int] = []

    def hook(parsed: dict[str, Any], **_: Any) -> None:
        if not refused:
            refused.append(1)
            parsed["Failed"] = [{"Id": "1", "Code": "InternalError", "SenderFault": False}]

    with after_sqs(hook):
        assert _dispatch() == 3
    assert Counter(message["id"] for message in _messages()).most_common(1)[0][1] == 2
    assert due


def test_a_queue_that_keeps_refusing_ends_the_run_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    _add(1, NOW)
    waited = without_waiting(monkeypatch)
    calls: list[int] = []

    def hook(parsed: dict[str, Any], **_: Any) -> None:
        calls.append(1)
        parsed["Failed"] = [{"Id": "0", "Code": "InternalError", "SenderFault": False}]

    with after_sqs(hook), pytest.raises(ServiceUnavailable):
        _dispatch(deadline=waited.monotonic() + 2)
    assert len(calls) == len(waited.pauses) + 1 > 3
    assert 1 < sum(waited.pauses) < 2


class _Hooked:
    def __init__(self, event: str, hook: Any) -> None:
        self.event, self.hook = event, hook

    def __enter__(self) -> Any:
        aws.client("sqs").meta.events.register_first(self.event, self.hook)
        return getattr(self.hook, "calls", None)

    def __exit__(self, *error: object) -> None:
        aws.client("sqs").meta.events.unregister(self.event, self.hook)


def after_sqs(hook: Any) -> _Hooked:
    """Let `hook` change the answers of SendMessageBatch."""
    return _Hooked("after-call.sqs.SendMessageBatch", hook)


def watched_sqs() -> _Hooked:
    """The sizes of the batches that are sent."""
    calls: list[int] = []

    def hook(params: dict[str, Any], **_: Any) -> None:
        calls.append(len(params["Entries"]))

    hook.calls = calls  # type: ignore[attr-defined]
    return _Hooked("provide-client-params.sqs.SendMessageBatch", hook)
