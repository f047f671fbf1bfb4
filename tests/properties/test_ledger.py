"""The ledger under any sequence of grants, debits, give-backs and expiries.

Whatever happens: the lots sum to the entries, no lot is negative, what is spent is what expires first, and giving
back restores exactly what was taken. Reads may be stale, as they are when two requests meet.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from payment.ledger.expiry import expire_credits
from payment.ledger.repository import AccountRepository
from payment.published import CreditAllocation, InsufficientCredits, Ledger, spendable
from payment.records import Account, CreditLot, PotName
from solo60 import clock
from solo60.ids import new_id
from solo60.paging import Paging
from solo60.records import batch_get
from solo60.retry import ConditionFailed
from solo60.transaction import Transaction
from solo60.unit_of_work import UnitOfWork

ACCOUNTS = AccountRepository()
LEDGER = Ledger(ACCOUNTS)
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
POTS: tuple[PotName, ...] = ("demand", "subscription")
STEPS = ("book", "book", "book", "cancel", "cancel", "grant", "wait", "expire")


class LedgerMachine(RuleBasedStateMachine):
    """One member's account, beside a model of it: lots by id."""

    @initialize()
    def join(self) -> None:
        self.user = new_id()
        self.now = START
        self.model: dict[str, CreditLot] = {}
        self.bookings: list[list[CreditAllocation]] = []
        self.stale: Account | None = None
        for pot in POTS:
            self.grant(pot, 6, 2, fresh=True)

    # One rule, so that Hypothesis leaves no kind of step out of an example.
    @rule(step=st.sampled_from(STEPS), fresh=st.booleans(), data=st.data())
    def step(self, step: str, fresh: bool, data: st.DataObject) -> None:
        if step == "wait":
            self.now += timedelta(hours=data.draw(st.integers(1, 40)))
        elif step == "grant":
            pot, amount, days = data.draw(st.tuples(st.sampled_from(POTS), st.integers(1, 6), st.integers(1, 3)))
            self.grant(pot, amount, days, fresh=fresh)
        elif step == "book":
            self.book(data.draw(st.integers(0, 8)), fresh=fresh)
        elif step == "cancel" and self.bookings:
            self.cancel(data.draw(st.integers(0, len(self.bookings) - 1)), fresh=fresh)
        elif step == "expire":
            self.expire()

    def read(self, fresh: bool) -> Account | None:
        account = ACCOUNTS.find(batch_get, self.user)
        chosen = account if fresh else self.stale
        self.stale = account
        return chosen

    def grant(self, pot: PotName, amount: int, days: int, *, fresh: bool) -> None:
        # Ends fall together often, so that ties are decided too.
        lot = CreditLot(pot, amount, START + timedelta(days=(self.now - START).days + days))
        lot_id = new_id()
        account = self.read(fresh)
        with clock.at(self.now):
            transaction = Transaction()
            LEDGER.credit(
                transaction,
                user_id=self.user,
                account=account,
                type="grant",
                lots={lot_id: lot},
                reference=lot_id,
                description="Granted",
            )
            try:
                transaction.commit()
            except ConditionFailed:
                assert not fresh
                return
        self.model[lot_id] = lot

    def book(self, amount: int, *, fresh: bool) -> None:
        account = self.read(fresh)
        with clock.at(self.now):
            transaction = Transaction()
            try:
                allocations = LEDGER.debit(
                    transaction,
                    user_id=self.user,
                    account=account,
                    amount=amount,
                    reference="s",
                    description="Booked",
                )
                transaction.commit()
            except InsufficientCredits:
                assert spendable(account) < amount
                return
            except ConditionFailed:
                assert not fresh
                return
        assert sum(allocation.amount for allocation in allocations) == amount
        if fresh:
            assert [(allocation.lot_id, allocation.amount) for allocation in allocations] == self.expected(amount)
        for allocation in allocations:
            lot = self.model[allocation.lot_id]
            assert (allocation.pot, allocation.expires_at) == (lot.pot, lot.expires_at)
            assert allocation.expires_at > self.now
            self.model[allocation.lot_id] = CreditLot(lot.pot, lot.amount - allocation.amount, lot.expires_at)
        if allocations:
            self.bookings.append(allocations)

    def expected(self, amount: int) -> list[tuple[str, int]]:
        taken = []
        order = sorted(self.model.items(), key=lambda item: (item[1].expires_at, item[1].pot == "demand", item[0]))
        for lot_id, lot in order:
            if lot.expires_at > self.now and lot.amount and amount:
                taken.append((lot_id, min(amount, lot.amount)))
                amount -= taken[-1][1]
        return taken

    def cancel(self, which: int, *, fresh: bool) -> None:
        allocations = self.bookings[which]
        account = self.read(fresh)
        with clock.at(self.now):
            transaction = Transaction()
            given = LEDGER.give_back(
                transaction,
                user_id=self.user,
                account=account,
                allocations=allocations,
                reference="s",
                description="Cancelled",
            )
            assert given == sum(allocation.amount for allocation in allocations)
            try:
                transaction.commit()
            except ConditionFailed:
                assert not fresh
                return
        self.bookings.pop(which)
        for allocation in allocations:
            lot = self.model.get(allocation.lot_id, CreditLot(allocation.pot, 0, allocation.expires_at))
            self.model[allocation.lot_id] = CreditLot(lot.pot, lot.amount + allocation.amount, lot.expires_at)

    def expire(self) -> None:
        with clock.at(self.now):
            expire_credits(UnitOfWork(), ACCOUNTS, self.user)
        self.model = {lot_id: lot for lot_id, lot in self.model.items() if lot.expires_at > self.now}

    @invariant()
    def lots_are_those_of_the_model_and_sum_to_the_ledger(self) -> None:
        account = ACCOUNTS.find(batch_get, self.user)
        lots = {lot_id: lot for lot_id, lot in (account.lots if account else {}).items() if lot.amount}
        assert lots == {lot_id: lot for lot_id, lot in self.model.items() if lot.amount}
        assert all(lot.amount > 0 for lot in lots.values())
        entries = ACCOUNTS.entries(self.user, Paging(1000, None, {})).items
        assert sum(int(entry.amount) for entry in entries) == sum(lot.amount for lot in lots.values())
        for pot in ("demand", "subscription"):
            held = sum(lot.amount for lot in lots.values() if lot.pot == pot)
            assert sum(int(entry.amount) for entry in entries if entry.pot == pot) == held
        assert all(int(entry.amount) == sum(entry.lots.values()) for entry in entries)
        if account and account.lots:
            assert account.by_due_sk is not None
            earliest = min(lot.expires_at for lot in account.lots.values())
            assert account.by_due_sk <= f"{clock.to_sortable(earliest)}#{self.user}"
        with clock.at(self.now):
            assert spendable(account) == sum(lot.amount for lot in self.model.values() if lot.expires_at > self.now)


@pytest.mark.usefixtures("tables")
def test_the_ledger_holds_under_any_sequence() -> None:
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
