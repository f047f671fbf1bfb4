"""The job that writes expiries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from payment.ledger.expiry import EXPIRED_AT_ONCE
from payment.ledger.jobs.expire_credits import handler
from payment.ledger.repository import AccountRepository
from payment.records import Account
from solo60.records import Read
from solo60.transaction import Transaction
from tests.conftest import LambdaContext
from tests.grants_in_use import by_others
from tests.handlers.payment.conftest import Shop, account, lost_answers


def test_expired_lots_leave_the_account_and_stand_in_the_ledger(shop: Shop, member: str) -> None:
    purchase_id = shop.bought(member)
    shop.grant(member, 4, "march", days=20)
    shop.later(days=20)
    assert shop.expire() == 4
    assert shop.balanced(member) == 10
    entry = shop.ledger(member)[0]
    assert (entry["type"], entry["amount"], entry["pot"], entry["reference"]) == ("expiry", -4, "subscription", "march")
    shop.later(days=345)
    assert shop.expire() == 10
    assert shop.balanced(member) == 0
    assert shop.ledger(member)[0]["reference"] == purchase_id
    left = account(member)
    assert left is not None
    assert not left.lots
    assert left.by_due_sk is None


def test_it_finds_what_is_due_by_the_time_in_its_event(shop: Shop, member: str) -> None:
    shop.grant(member, 4, "march", days=20)
    assert handler({"time": "2026-03-22T11:59:59Z"}, LambdaContext()) == {"done": 0}
    assert handler({"time": "2026-03-22T12:00:00Z"}, LambdaContext()) == {"done": 1}


def test_nothing_expires_before_its_time(shop: Shop, member: str) -> None:
    shop.grant(member, 4, "march", days=20)
    shop.later(days=20, microseconds=-1)
    assert shop.expire() == 0
    assert shop.balanced(member) == 4


def test_a_run_can_be_repeated_and_caught_up(shop: Shop, member: str, make_member: Callable[[], str]) -> None:
    other = make_member()
    shop.grant(member, 4, "march", days=20)
    shop.grant(member, 3, "april", days=50)
    shop.grant(other, 2, "march", days=21)
    shop.later(days=60)
    assert shop.expire() == 9
    assert shop.expire() == 0
    assert (shop.balanced(member), shop.balanced(other)) == (0, 0)


def test_empty_lots_are_removed_without_a_ledger_entry(shop: Shop, member: str) -> None:
    shop.grant(member, 4, "march", days=20)
    shop.later(minutes=1)
    shop.book(member, 4)
    shop.later(days=20)
    assert shop.expire() == 0
    assert [entry["type"] for entry in shop.ledger(member)] == ["booking", "grant"]
    assert shop.expire() == 0


def test_credits_given_back_after_their_expiry_expire_again(shop: Shop, member: str) -> None:
    shop.grant(member, 4, "march", days=20)
    allocations = shop.book(member, 3)
    shop.later(days=21)
    assert shop.expire() == 1
    assert shop.cancel(member, allocations) == 3
    assert shop.credits(member)["total"] == 0
    assert shop.expire() == 3
    assert shop.balanced(member) == 0


def test_many_lots_expire_in_several_steps(shop: Shop, member: str) -> None:
    for number in range(EXPIRED_AT_ONCE + 3):
        shop.grant(member, 1, f"lot {number}", days=20)
    shop.later(days=20)
    assert shop.expire() == EXPIRED_AT_ONCE + 3
    assert shop.balanced(member) == 0


def test_a_concurrent_purchase_is_not_lost(shop: Shop, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.grant(member, 4, "march", days=20)
    shop.later(days=20)
    real = AccountRepository.remove
    arrived: list[str] = []

    def interrupted(self: AccountRepository, transaction: Transaction, found: Account, lot_ids: list[str]) -> None:
        if not arrived:
            arrived.append("once")
            with by_others():
                shop.grant(member, 5, "april", days=1)
        real(self, transaction, found, lot_ids)

    monkeypatch.setattr(AccountRepository, "remove", interrupted)
    assert shop.expire() == 4
    assert shop.balanced(member) == 5
    shop.later(days=1)
    assert shop.expire() == 5


def test_an_answer_lost_after_the_write_writes_one_line(shop: Shop, member: str) -> None:
    shop.grant(member, 4, "march", days=20)
    shop.later(days=20)
    with lost_answers("TransactWriteItems"):
        shop.expire()
    assert shop.balanced(member) == 0
    assert [entry["type"] for entry in shop.ledger(member)] == ["expiry", "grant"]


def test_an_account_that_fails_does_not_block_the_others(
    shop: Shop, member: str, make_member: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_member()
    shop.grant(member, 4, "march", days=20)
    shop.grant(other, 2, "march", days=20)
    real = AccountRepository.find

    def broken(self: AccountRepository, read: Read, user_id: str) -> Account | None:
        if user_id == member:
            raise RuntimeError("broken")
        return real(self, read, user_id)

    monkeypatch.setattr(AccountRepository, "find", broken)
    shop.later(days=20)
    assert shop.expire() == 2
    assert shop.failed == 1
    assert shop.balanced(other) == 0
    assert shop.balanced(member) == 4
