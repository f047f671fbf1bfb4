"""The user service's interface for other services: the profile of a new member, inside their transaction."""

from __future__ import annotations

from datetime import date, datetime

from solo60.grants import Do, TableGrant
from solo60.transaction import Transaction
from user.repository import ProfileRepository

CREATE_PROFILE = TableGrant("user", {Do.UPDATE})


def create_profile(
    transaction: Transaction,
    user_id: str,
    *,
    email: str,
    first_name: str,
    last_name: str,
    date_of_birth: date,
    phone: str | None,
    registered_at: datetime,
) -> None:
    """Add the profile of a member whose e-mail address is verified, so that it is there at the first login."""
    ProfileRepository().register(
        transaction,
        user_id,
        None,
        email=email,
        first_name=first_name,
        last_name=last_name,
        date_of_birth=date_of_birth,
        phone=phone,
        registration=1,
        registered_at=registered_at,
        verified=True,
    )
