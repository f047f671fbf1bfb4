"""Conversion of credit allocations between payment's model and the attribute of a session's record."""

from __future__ import annotations

from collections.abc import Sequence

from payment.published import CreditAllocation
from session.records import CreditAllocationAttribute, Session


def to_attributes(allocations: Sequence[CreditAllocation]) -> list[CreditAllocationAttribute]:
    """Payment's allocations as an attribute of a session."""
    return [
        CreditAllocationAttribute(
            pot=allocation.pot, amount=allocation.amount, lot_id=allocation.lot_id, expires_at=allocation.expires_at
        )  # type: ignore[no-untyped-call]
        for allocation in allocations
    ]


def joined(first: Sequence[CreditAllocation], then: Sequence[CreditAllocation]) -> list[CreditAllocation]:
    """Allocations in the order of spending; what comes from one lot in a row is one."""
    found: list[CreditAllocation] = []
    for each in (*first, *then):
        if found and found[-1].lot_id == each.lot_id:
            found[-1] = each.model_copy(update={"amount": found[-1].amount + each.amount})
        else:
            found.append(each)
    return found


def split(
    allocations: Sequence[CreditAllocation], amount: int
) -> tuple[list[CreditAllocation], list[CreditAllocation]]:
    """Allocations without their last `amount` credits, and those credits: the last spent are given back first."""
    kept, returned = list(allocations), list[CreditAllocation]()
    while amount:
        last = kept.pop()
        part = min(amount, last.amount)
        returned.append(last.model_copy(update={"amount": part}))
        if part < last.amount:
            kept.append(last.model_copy(update={"amount": last.amount - part}))
        amount -= part
    return kept, returned


def allocations_of(session: Session) -> list[CreditAllocation]:
    """The allocations of a session, as payment's model."""
    return [
        CreditAllocation(
            pot=allocation.pot,
            amount=int(allocation.amount),
            lot_id=allocation.lot_id,
            expires_at=allocation.expires_at,
        )
        for allocation in session.credit_allocations
    ]
