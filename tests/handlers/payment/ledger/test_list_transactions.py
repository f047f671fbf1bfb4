"""GET /payments/transactions."""

from __future__ import annotations

from collections.abc import Callable

from payment.ledger.endpoints.list_transactions import handler as list_transactions
from tests.handlers.payment.conftest import Shop


def test_a_member_without_an_account_has_an_empty_ledger(shop: Shop, member: str) -> None:
    assert shop.call(list_transactions, user=member).json == {"items": [], "next_cursor": None}


def test_the_ledger_reads_newest_first_one_line_a_pot(shop: Shop, member: str) -> None:
    shop.bought(member)
    shop.grant(member, 4, "march", days=20)
    shop.later(hours=1)
    allocations = shop.book(member, 6)
    shop.later(hours=1)
    assert shop.cancel(member, allocations) == 6
    lines = [(entry["type"], entry["amount"], entry["pot"]) for entry in shop.ledger(member)]
    assert set(lines[:2]) == {("refund", 4, "subscription"), ("refund", 2, "demand")}
    assert set(lines[2:4]) == {("booking", -4, "subscription"), ("booking", -2, "demand")}
    assert set(lines[4:]) == {("purchase", 10, "demand"), ("grant", 4, "subscription")}
    assert shop.balanced(member) == 14


def test_by_type_and_by_time(shop: Shop, member: str) -> None:
    shop.bought(member)
    for _ in range(3):
        shop.later(hours=1)
        shop.book(member, 1)
    assert [e["type"] for e in shop.ledger(member, type="purchase")] == ["purchase"]
    assert len(shop.ledger(member, type="booking")) == 3
    one, two = "2026-03-02T13:00:00Z", "2026-03-02T15:00:00+01:00"
    assert [e["created_at"] for e in shop.ledger(member, **{"from": one, "to": two})] == [one]
    assert [e["created_at"] for e in shop.ledger(member, type="booking", **{"from": two})] == [
        "2026-03-02T15:00:00Z",
        "2026-03-02T14:00:00Z",
    ]
    assert [e["type"] for e in shop.ledger(member, to=one)] == ["purchase"]
    assert shop.ledger(member, **{"from": two, "to": one}) == []
    assert len(shop.ledger(member, **{"from": "1969-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"})) == 4
    assert shop.ledger(member, **{"from": "2026-03-02T15:00:00.000001Z"}) == []


def test_errors_of_the_query_are_reported(shop: Shop, member: str) -> None:
    answer = shop.call(list_transactions, user=member, query={"type": "gift", "from": "yesterday", "limit": 0})
    assert answer.status == 422
    assert {error["field"] for error in answer.json["errors"]} == {"type", "from", "limit"}
    assert shop.call(list_transactions, user=member, query={"from": "2026-03-02T12:00:00"}).status == 422


def test_pages_hold_while_others_write(shop: Shop, member: str) -> None:
    shop.bought(member)
    for number in range(9):
        shop.later(minutes=1)
        shop.book(member, 1, f"session {number}")
    for kind in ({}, {"type": "booking"}):
        expected = [entry["id"] for entry in shop.ledger(member, **kind)]
        seen, cursor = [], None
        while True:
            page = shop.call(
                list_transactions, user=member, query={"limit": 4, **kind, **({"cursor": cursor} if cursor else {})}
            ).json
            seen += [entry["id"] for entry in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
            assert len(page["items"]) == 4
            shop.later(minutes=1)
            shop.grant(member, 1, f"{kind} {len(seen)}", days=3)
        assert seen == expected


def test_a_cursor_is_bound_to_its_reader_and_its_query(shop: Shop, member: str, make_member: Callable[[], str]) -> None:
    shop.bought(member)
    shop.bought(member)
    cursor = shop.call(list_transactions, user=member, query={"limit": 1}).json["next_cursor"]
    for user, query in ((make_member(), {}), (member, {"type": "purchase"})):
        answer = shop.call(list_transactions, user=user, query={"limit": 1, "cursor": cursor, **query})
        assert (answer.status, answer.code) == (400, "invalid_cursor")


def test_a_list_is_one_trip(shop: Shop, member: str, trips: Callable[[], list[str]]) -> None:
    shop.bought(member)
    for query in ({}, {"type": "purchase"}):
        trips()
        assert len(shop.ledger(member, **query)) == 1
        assert trips() == ["Query"]


def test_a_member_sees_their_own_alone(shop: Shop, member: str, make_member: Callable[[], str]) -> None:
    shop.bought(member)
    assert shop.ledger(make_member()) == []
