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
