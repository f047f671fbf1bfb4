"""solo60.transaction: all or nothing, once, whatever happens to the answer."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from solo60.problems import ServiceUnavailable
from solo60.records import Key, Record, batch_get
from solo60.retry import DEFAULT_SECONDS, ConditionFailed
from solo60.transaction import MAX_OPERATIONS, RepeatedItem, Transaction
from tests.fakes.waiting import without_waiting
from tests.handlers.faults import TRANSACT, answered, cancelled, lost_answers, lost_requests, refused, watched

pytestmark = pytest.mark.usefixtures("tables")


class Thing(Record):
    """A record of these tests."""

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="thing")
    count = NumberAttribute(default=0)  # type: ignore[assignment]
    owner = UnicodeAttribute(null=True)


class Refusal(Exception):
    """Says which operation was refused, and what stood in its way."""

    def __init__(self, name: str, item: dict[str, Any] | None = None) -> None:
        self.name, self.item = name, item
        super().__init__(name)


@pytest.fixture
def waits(tables: None, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between repeats."""
    return without_waiting(monkeypatch).pauses


def _find(name: str) -> Thing | None:
    key = Key(Thing, name, "THING")
    return batch_get(key)[key]


def _putting(*names: str) -> Transaction:
    transaction = Transaction()
    for name in names:
        transaction.put(Thing(name, "THING"), on_failure=Refusal(name))
    return transaction


def test_everything_is_written_at_once() -> None:
    transaction = _putting("a", "b")
    with watched(TRANSACT) as wire:
        transaction.commit()
    assert len(wire.sent) == 1
    assert _find("a")
    assert _find("b")


def test_nothing_is_written_if_one_condition_fails() -> None:
    _putting("b").commit()
    transaction = _putting("a", "b", "c")
    with pytest.raises(Refusal, match="b"):
        transaction.commit()
    assert _find("a") is None
    assert _find("c") is None


def test_of_several_failed_conditions_the_first_added_is_raised() -> None:
    _putting("b", "c").commit()
    with pytest.raises(Refusal, match="c"):
        _putting("a", "c", "b").commit()


def test_a_refusal_is_told_what_stood_in_the_way() -> None:
    Thing("a", "THING", owner="somebody").save()
    transaction = Transaction()
    transaction.put(Thing("a", "THING"), on_failure=lambda item: Refusal("taken", item))
    with pytest.raises(Refusal) as raised:
        transaction.commit()
    assert raised.value.item is not None
    assert Thing.from_raw_data(raised.value.item).owner == "somebody"


def test_a_failed_condition_without_a_meaning_of_its_own_says_so() -> None:
    _putting("a").commit()
    for verb in ("put", "update", "delete", "check"):
        transaction = Transaction()
        there = Thing("a", "THING")
        if verb == "put":
            transaction.put(there)
        elif verb == "update":
            transaction.update(there, [Thing.count.set(1)], condition=Thing.count == 7)
        elif verb == "delete":
            transaction.delete(there, condition=Thing.count == 7)
        else:
            transaction.check(there, Thing.count == 7)
        with pytest.raises(ConditionFailed) as raised:
            transaction.commit()
        assert raised.value.item is not None
        assert Thing.from_raw_data(raised.value.item).pk == "a"


def test_updates_deletes_and_checks_commit_together() -> None:
    _putting("a", "b", "c").commit()
    transaction = Transaction()
    transaction.update(Thing("a", "THING"), [Thing.count.add(2), Thing.owner.set("me")], condition=Thing.count == 0)
    transaction.delete(Thing("b", "THING"), condition=Thing.count == 0)
    transaction.check(Thing("c", "THING"), Thing.count == 0)
    assert len(transaction) == 3
    transaction.commit()
    changed = _find("a")
    assert changed is not None
    assert (changed.count, changed.owner) == (2, "me")
    assert _find("b") is None


def test_an_empty_transaction_asks_nobody() -> None:
    with watched(TRANSACT) as wire:
        Transaction().commit()
    assert wire.sent == []


def test_more_operations_than_dynamodb_takes_are_refused_before_they_are_sent() -> None:
    transaction = _putting(*(str(number) for number in range(MAX_OPERATIONS + 1)))
    with watched(TRANSACT) as wire, pytest.raises(ValueError, match="100"):
        transaction.commit()
    assert wire.sent == []


def test_a_request_that_was_lost_is_repeated_under_its_token() -> None:
    with lost_requests(TRANSACT, times=4) as wire:
        _putting("a").commit()
    assert len(wire.sent) == 5
    assert len(set(wire.tokens)) == 1, "another token could apply it twice"
    assert _find("a")


def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_token() -> None:
    transaction = Transaction()
    transaction.update(Thing("a", "THING"), [Thing.count.add(1)])
    with lost_answers(TRANSACT, times=4) as wire:
        transaction.commit()
    assert len(set(wire.tokens)) == 1
    found = _find("a")
    assert found is not None
    assert found.count == 1


def test_a_network_that_stays_away_ends_in_503() -> None:
    with lost_requests(TRANSACT, times=10_000), pytest.raises(ServiceUnavailable):
        _putting("a").commit()
    assert _find("a") is None


def test_a_conflict_with_another_transaction_is_tried_again_under_a_new_token(waits: list[float]) -> None:
    conflict = cancelled("None", "TransactionConflict")
    with answered(TRANSACT, conflict, conflict) as calls:
        _putting("a", "b").commit()
    tokens = [request["ClientRequestToken"] for request in calls]
    assert len(set(tokens)) == 3, "a cancelled transaction is finished: its token would answer the cancellation again"
    assert len(waits) == 2
    assert _find("a")


def test_a_conflict_that_lasts_ends_in_503_and_tells_when_to_come_back(waits: list[float]) -> None:
    answers = [cancelled("TransactionConflict")] * 10_000
    with answered(TRANSACT, *answers) as calls, pytest.raises(ServiceUnavailable) as raised:
        _putting("a").commit()
    assert len(calls) > 5
    assert sum(waits) <= DEFAULT_SECONDS
    assert raised.value.headers["Retry-After"]


def test_the_waits_grow_and_are_never_the_same_for_all(waits: list[float]) -> None:
    with answered(TRANSACT, *[cancelled("TransactionConflict")] * 8):
        _putting("a").commit()
    assert len(set(waits)) == len(waits)
    assert max(waits) < 1


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_throttled_item_is_tried_again(code: str) -> None:
    with answered(TRANSACT, cancelled(code)):
        _putting("a").commit()
    assert _find("a")


def test_a_failed_condition_outweighs_a_conflict() -> None:
    with answered(TRANSACT, cancelled("TransactionConflict", "ConditionalCheckFailed")), pytest.raises(Refusal) as at:
        _putting("a", "b").commit()
    assert at.value.name == "b"


def test_a_transaction_still_in_progress_is_asked_for_again_under_its_token() -> None:
    with answered(TRANSACT, refused("TransactionInProgressException")) as calls:
        _putting("a").commit()
    assert len({request["ClientRequestToken"] for request in calls}) == 1
    assert _find("a")


def test_a_request_that_is_wrong_is_not_repeated() -> None:
    with answered(TRANSACT, cancelled("ValidationError")) as calls, pytest.raises(ClientError):
        _putting("a").commit()
    assert len(calls) == 1


def test_a_refused_permission_is_not_repeated() -> None:
    with answered(TRANSACT, refused("AccessDeniedException")) as calls, pytest.raises(ClientError):
        _putting("a").commit()
    assert len(calls) == 1


def test_two_operations_on_one_item_are_refused_before_they_are_sent() -> None:
    transaction = _putting("a")
    transaction.update(Thing("a", "THING"), [Thing.count.add(1)])
    with watched(TRANSACT) as wire, pytest.raises(RepeatedItem, match="a THING"):
        transaction.commit()
    assert wire.sent == []


def test_nothing_is_repeated_after_the_deadline(waits: list[float]) -> None:
    with answered(TRANSACT, *[cancelled("TransactionConflict")] * 10_000) as calls, pytest.raises(ServiceUnavailable):
        _putting("a").commit(deadline=0)
    assert (len(calls), waits) == (1, [])
