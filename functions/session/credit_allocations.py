"""What a session took from which lot, between payment's form and the record's."""

from __future__ import annotations

from collections.abc import Sequence

from payment.published import CreditAllocation
from session.records import CreditAllocationAttribute, Session


def to_attributes(allocations: Sequence[CreditAllocation]) -> list[CreditAllocationAttribute]:
    """Payment's allocations, for the record of a session."""
    return [
        CreditAllocationAttribute(
            pot=allocation.pot, amount=allocation.amount, lot_id=allocation.lot_id, expires_at=allocation.expires_at
        )  # type: ignore[no-untyped-call]
        for allocation in allocations
    ]


def allocations_of(session: Session) -> list[CreditAllocation]:
    """What a session took, as payment wants it back."""
    return [
        CreditAllocation(
            pot=allocation.pot,
            amount=int(allocation.amount),
            lot_id=allocation.lot_id,
            expires_at=allocation.expires_at,
        )
        for allocation in session.credit_allocations
    ]
