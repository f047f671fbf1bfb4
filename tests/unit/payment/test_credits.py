"""What the rules of credits decide, without a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from payment.published import (
    CreditAllocation,
    InsufficientCredits,
    Ledger,
    account_key,
    list_price,
    spendable,
)
from payment.records import Account, CreditLot
from solo60 import clock
from solo60.collaborators import collaborator
from solo60.transaction import Transaction

LEDGER = collaborator(Ledger)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOON = NOW + timedelta(days=1)
LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Enough to put a transaction together; none is committed."""
    monkeypatch.setenv("TABLE_PAYMENT", "payment")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    with clock.at(NOW):
        yield


def account(**lots: CreditLot) -> Account:
    key = account_key("u")
    return Account(key.pk, key.sk, user_id="u", lots=lots, by_due_pk="EXPIRY", by_due_sk="2026")


def take(amount: int, held: Account | None) -> list[tuple[str, int]]:
    allocations = LEDGER.debit(Transaction(), user_id="u", account=held, amount=amount, reference="s", description="d")
    return [(allocation.lot_id, allocation.amount) for allocation in allocations]


def test_what_expires_first_is_spent_first_whichever_pot() -> None:
    held = account(bought=CreditLot("demand", 5, SOON), granted=CreditLot("subscription", 5, LATER))
    assert take(7, held) == [("bought", 5), ("granted", 2)]


def test_the_subscription_goes_first_on_a_tie() -> None:
    held = account(a_bought=CreditLot("demand", 5, SOON), z_granted=CreditLot("subscription", 5, SOON))
    assert take(7, held) == [("z_granted", 5), ("a_bought", 2)]


def test_what_has_expired_cannot_be_spent_from_that_instant() -> None:
    held = account(over=CreditLot("demand", 5, NOW), good=CreditLot("demand", 1, NOW + timedelta(microseconds=1)))
    assert spendable(held) == 1
    assert take(1, held) == [("good", 1)]
    with pytest.raises(InsufficientCredits):
        take(2, held)


def test_no_account_holds_nothing() -> None:
    assert spendable(None) == 0
    with pytest.raises(InsufficientCredits):
        take(1, None)


def test_nothing_costs_nothing_and_touches_nothing() -> None:
    transaction = Transaction()
    assert LEDGER.debit(transaction, user_id="u", account=None, amount=0, reference="s", description="d") == []
    assert LEDGER.give_back(transaction, user_id="u", account=None, allocations=[], reference="s", description="d") == 0
    assert len(transaction) == 0


def test_a_negative_amount_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="would give"):
        take(-1, account())
    allocation = CreditAllocation(pot="demand", amount=-1, lot_id="x", expires_at=SOON)
    with pytest.raises(ValueError, match="never negative"):
        LEDGER.give_back(
            Transaction(), user_id="u", account=None, allocations=[allocation], reference="s", description="d"
        )


def test_a_refusal_says_what_is_missing() -> None:
    with pytest.raises(InsufficientCredits) as refusal:
        take(9, account(bought=CreditLot("demand", 5, SOON)))
    assert refusal.value.detail == "9 credits are needed and 5 are there."
    assert (refusal.value.status, refusal.value.code) == (409, "insufficient_credits")


def test_a_debit_is_one_change_and_one_entry_a_pot() -> None:
    transaction = Transaction()
    held = account(
        a=CreditLot("demand", 1, SOON),
        b=CreditLot("demand", 1, SOON),
        c=CreditLot("demand", 1, LATER),
        d=CreditLot("subscription", 1, LATER),
    )
    LEDGER.debit(transaction, user_id="u", account=held, amount=4, reference="s", description="d")
    assert len(transaction) == 3


def test_the_list_price_is_a_pound_a_credit() -> None:
    assert list_price(12).model_dump() == {"amount": 1200, "currency": "GBP"}
