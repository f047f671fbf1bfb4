"""solo60.records: reads together, strong reads, instants as sortable text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.attributes import UnicodeAttribute

from solo60 import settings
from solo60.problems import ServiceUnavailable
from solo60.records import InstantAttribute, Key, Record, batch_get, get_eventual, update_now
from solo60.retry import ConditionFailed
from tests.fakes.waiting import without_waiting
from tests.handlers.faults import answered, refused, watched

pytestmark = pytest.mark.usefixtures("tables")
BATCH = "BatchGetItem"


class Leaf(Record):
    """A record in the user service's table."""

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="leaf")
    at = InstantAttribute(null=True)
    text = UnicodeAttribute(null=True)


class Stone(Record):
    """A record in the gym service's table."""

    class Meta:
        table_name = "unset"
        domain = "gym"

    kind = UnicodeAttribute(default="stone")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


def _keys(*names: str) -> list[Key[Leaf]]:
    return [Key(Leaf, name, "LEAF") for name in names]


def _names(records: Sequence[Record | None]) -> list[str | None]:
    return [None if record is None else record.pk for record in records]


def _read(*keys: Key[Any]) -> list[Record | None]:
    return batch_get(*keys).all(keys)


def _item(name: str) -> dict[str, Any]:
    return {"PK": {"S": name}, "SK": {"S": "LEAF"}, "kind": {"S": "leaf"}}


def test_records_of_several_domains_come_in_one_strong_read_in_the_order_of_their_keys() -> None:
    for name in ("a", "b"):
        Leaf(name, "LEAF").save()
    Stone("s", "STONE").save()
    with watched(BATCH) as wire:
        found = _read(Key(Stone, "s", "STONE"), *_keys("b", "none", "a"))
    assert _names(found) == ["s", "b", None, "a"]
    assert [type(record) for record in found if record] == [Stone, Leaf, Leaf]
    assert len(wire.sent) == 1
    assert all(request["ConsistentRead"] for request in wire.sent[0]["RequestItems"].values())


def test_a_key_may_stand_twice_and_is_read_once() -> None:
    Leaf("a", "LEAF").save()
    with watched(BATCH) as wire:
        assert _names(_read(*_keys("a", "a"))) == ["a", "a"]
    assert len(wire.sent[0]["RequestItems"][settings.table_name("user")]["Keys"]) == 1


def test_more_keys_than_one_read_takes_come_in_several() -> None:
    Leaf("7", "LEAF").save()
    with watched(BATCH) as wire:
        names = _names(_read(*_keys(*map(str, range(101)))))
    assert [name for name in names if name] == ["7"]
    assert [len(request["RequestItems"][settings.table_name("user")]["Keys"]) for request in wire.sent] == [100, 1]


def test_no_keys_ask_nobody() -> None:
    with watched(BATCH) as wire:
        assert _read() == []
    assert wire.sent == []


def test_a_key_that_was_not_read_is_an_error_and_not_a_record_that_is_missing() -> None:
    read, unread = _keys("none", "not asked for")
    found = batch_get(read)
    assert found[read] is None
    with pytest.raises(LookupError, match="not asked for"):
        found[unread]


def test_keys_that_were_left_unprocessed_are_read_again_and_no_others() -> None:
    table = settings.table_name("user")
    Leaf("b", "LEAF").save()
    left = {table: {"Keys": [{"PK": {"S": "b"}, "SK": {"S": "LEAF"}}], "ConsistentRead": True}}
    with answered(BATCH, {"Responses": {table: [_item("a")]}, "UnprocessedKeys": left}) as calls:
        assert _names(_read(*_keys("a", "b"))) == ["a", "b"]
    assert calls[1]["RequestItems"] == left


def test_keys_that_stay_unprocessed_end_in_503_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    table = settings.table_name("user")
    left = {table: {"Keys": [{"PK": {"S": "a"}, "SK": {"S": "LEAF"}}], "ConsistentRead": True}}
    answers = [{"Responses": {}, "UnprocessedKeys": left}] * 100
    waited = without_waiting(monkeypatch)
    deadline = waited.monotonic() + 1
    with answered(BATCH, *answers) as calls, pytest.raises(ServiceUnavailable):
        batch_get(*_keys("a"), deadline=deadline)
    assert 3 < len(calls) < 100
    assert sum(waited.pauses) < 1


def test_an_eventual_read_is_one_getitem_at_half_the_price() -> None:
    Leaf("a", "LEAF", text="there").save()
    there, none = _keys("a", "none")
    with watched("*") as wire:
        found = get_eventual(there)
    assert found is not None
    assert found.text == "there"
    [request] = wire.sent
    assert not request.get("ConsistentRead", False)
    assert get_eventual(none) is None


def test_instants_are_stored_in_utc_and_sort_as_text() -> None:
    instants = [
        datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 29, 2, 0, tzinfo=timezone(timedelta(hours=1))),
        datetime(2026, 3, 29, 1, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 10, 1, tzinfo=UTC),
    ]
    stored = [InstantAttribute().serialize(instant) for instant in instants]
    assert stored == sorted(stored)
    assert [InstantAttribute().deserialize(text) for text in stored] == instants
    assert all(text.endswith("Z") and len(text) == 27 for text in stored)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Leaf("a", "LEAF", at=datetime(2026, 3, 29)).save()


def test_a_table_that_the_declaration_does_not_name_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.table_variable("user"))
    with pytest.raises(settings.MissingSetting, match="TABLE_USER"):
        batch_get(*_keys("a"))


UPDATE = "UpdateItem"


def test_an_update_outside_of_a_transaction_brings_the_record_after_it() -> None:
    Leaf("u", "LEAF", text="old").save()
    after = update_now(Leaf("u", "LEAF"), [Leaf.text.set("new")], Leaf.text == "old")
    assert (after.pk, after.text) == ("u", "new")


def test_an_update_whose_condition_fails_brings_what_stood_in_the_way() -> None:
    Leaf("u", "LEAF", text="old").save()
    with pytest.raises(ConditionFailed) as raised:
        update_now(Leaf("u", "LEAF"), [Leaf.text.set("new")], Leaf.text == "other")
    assert raised.value.item is not None
    assert Leaf.from_raw_data(raised.value.item).text == "old"
    with pytest.raises(ConditionFailed) as raised:
        update_now(Leaf("none", "LEAF"), [Leaf.text.set("new")], Leaf.text == "other")
    assert not raised.value.item


def test_an_update_is_repeated_while_a_transaction_holds_the_item() -> None:
    conflict = refused("TransactionConflictException")
    with answered(UPDATE, conflict, conflict) as calls:
        assert update_now(Leaf("u", "LEAF"), [Leaf.text.set("new")]).text == "new"
    assert len(calls) == 3
    with answered(UPDATE, *[conflict] * 1000), pytest.raises(ServiceUnavailable):
        update_now(Leaf("u", "LEAF"), [Leaf.text.set("new")])


def test_an_update_that_is_not_allowed_is_not_repeated() -> None:
    with answered(UPDATE, refused("AccessDeniedException")) as calls, pytest.raises(ClientError):
        update_now(Leaf("u", "LEAF"), [Leaf.text.set("new")])
    assert len(calls) == 1
