"""What a session took from which lot, between payment's form and the record's."""

from __future__ import annotations

from collections.abc import Sequence

from payment.published import Pot
from session.records import PotAttribute, Session


def stored_pots(pots: Sequence[Pot]) -> list[PotAttribute]:
    """Payment's pots, for the record of a session."""
    return [
        PotAttribute(pot=pot.pot, amount=pot.amount, lot_id=pot.lot_id, expires_at=pot.expires_at)  # type: ignore[no-untyped-call]
        for pot in pots
    ]


def pots_of(session: Session) -> list[Pot]:
    """What a session took, as payment wants it back."""
    return [
        Pot(pot=pot.pot, amount=int(pot.amount), lot_id=pot.lot_id, expires_at=pot.expires_at) for pot in session.pots
    ]
