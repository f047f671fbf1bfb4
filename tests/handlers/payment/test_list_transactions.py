"""GET /payments/transactions and GET /payments/credits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from payment.endpoints.get_credits import handler as get_credits
from payment.endpoints.list_transactions import handler as list_transactions
from payment.ledger import credit
from payment.published import Pot, account_key, debit, give_back
from payment.records import Account, Lot
from solo60 import clock
from solo60.records import read_together
from solo60.transaction import Transaction
from tests.handlers.payment.conftest import Shop


def account(user: str) -> Account | None:
    (found,) = read_together([account_key(user)])
    assert found is None or isinstance(found, Account)
    return found


def grant(shop: Shop, user: str, amount: int, lot_id: str, **lasts: float) -> None:
    with clock.at(shop.now):
        transaction = Transaction()
        lot = Lot("subscription", amount, shop.now + timedelta(**lasts))
        credit(
            transaction,
            user_id=user,
            account=account(user),
            type="grant",
            lots={lot_id: lot},
            reference=lot_id,
            description="Monthly credits",
        )
        transaction.commit()


def book(shop: Shop, user: str, amount: int, session: str = "a session") -> list[Pot]:
    with clock.at(shop.now):
        transaction = Transaction()
        pots = debit(
            transaction, user_id=user, account=account(user), amount=amount, reference=session, description="Booking"
        )
        transaction.commit()
    return pots


def cancel(shop: Shop, user: str, pots: list[Pot], session: str = "a session") -> int:
    with clock.at(shop.now):
        transaction = Transaction()
        given = give_back(
            transaction, user_id=user, account=account(user), pots=pots, reference=session, description="Cancelled"
        )
        transaction.commit()
    return given


def test_a_member_without_an_account_has_nothing(shop: Shop, member: str) -> None:
    assert shop.credits(member) == {"amount_demand": 0, "amount_subscription": 0, "total": 0, "expiring": []}
    assert shop.call(list_transactions, user=member).json == {"items": [], "next_cursor": None}


def test_credits_tell_both_pots_and_what_expires_when(shop: Shop, member: str) -> None:
    shop.bought(member)
    grant(shop, member, 4, "march", days=20)
    assert shop.credits(member) == {
        "amount_demand": 10,
        "amount_subscription": 4,
        "total": 14,
        "expiring": [
            {"pot": "subscription", "amount": 4, "expires_at": "2026-03-22T12:00:00Z"},
            {"pot": "demand", "amount": 10, "expires_at": "2027-03-02T12:00:00Z"},
        ],
    }


def test_expired_credits_are_gone_at_the_instant_before_any_job_ran(shop: Shop, member: str) -> None:
    grant(shop, member, 4, "march", days=20)
    shop.later(days=20, microseconds=-1)
    assert shop.credits(member)["total"] == 4
    shop.later(microseconds=1)
    assert shop.credits(member)["total"] == 0


def test_the_ledger_reads_newest_first_one_line_a_pot(shop: Shop, member: str) -> None:
    shop.bought(member)
    grant(shop, member, 4, "march", days=20)
    shop.later(hours=1)
    pots = book(shop, member, 6)
    shop.later(hours=1)
    assert cancel(shop, member, pots) == 6
    lines = [(entry["type"], entry["amount"], entry["pot"]) for entry in shop.ledger(member)]
    assert set(lines[:2]) == {("refund", 4, "subscription"), ("refund", 2, "demand")}
    assert set(lines[2:4]) == {("booking", -4, "subscription"), ("booking", -2, "demand")}
    assert set(lines[4:]) == {("purchase", 10, "demand"), ("grant", 4, "subscription")}
    assert shop.balanced(member) == 14


def test_by_type_and_by_time(shop: Shop, member: str) -> None:
    shop.bought(member)
    for _ in range(3):
        shop.later(hours=1)
        book(shop, member, 1)
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


def test_faults_of_the_query_are_told(shop: Shop, member: str) -> None:
    answer = shop.call(list_transactions, user=member, query={"type": "gift", "from": "yesterday", "limit": 0})
    assert answer.status == 422
    assert {error["field"] for error in answer.json["errors"]} == {"type", "from", "limit"}
    assert shop.call(list_transactions, user=member, query={"from": "2026-03-02T12:00:00"}).status == 422


def test_pages_hold_while_others_write(shop: Shop, member: str) -> None:
    shop.bought(member)
    for number in range(9):
        shop.later(minutes=1)
        book(shop, member, 1, f"session {number}")
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
            grant(shop, member, 1, f"{kind} {len(seen)}", days=3)
        assert seen == expected


def test_a_cursor_is_bound_to_its_reader_and_its_query(shop: Shop, member: str, make_member: Callable[[], str]) -> None:
    shop.bought(member)
    shop.bought(member)
    cursor = shop.call(list_transactions, user=member, query={"limit": 1}).json["next_cursor"]
    for user, query in ((make_member(), {}), (member, {"type": "purchase"})):
        answer = shop.call(list_transactions, user=user, query={"limit": 1, "cursor": cursor, **query})
        assert (answer.status, answer.code) == (400, "invalid_cursor")


def test_reads_are_one_trip(shop: Shop, member: str, trips: Callable[[], list[str]]) -> None:
    shop.bought(member)
    trips()
    shop.credits(member)
    assert trips() == ["GetItem"]
    shop.ledger(member, type="purchase")
    assert trips() == ["Query"]
    shop.ledger(member)
    assert trips() == ["Query"]


def test_a_member_sees_their_own_alone(shop: Shop, member: str, make_member: Callable[[], str]) -> None:
    shop.bought(member)
    other = make_member()
    assert shop.ledger(other) == []
    assert shop.call(get_credits, user=other).json["total"] == 0
