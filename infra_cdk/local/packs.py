"""Writes the credit packs through payment's own repository, as a process with AWS and the table in its environment."""

from __future__ import annotations

from payment.purchases.repository import PackageRepository
from solo60.models import Money

PACKS: tuple[tuple[str, str, int, int], ...] = (
    ("019a0000-0000-7000-8000-000000000010", "Taster", 10, 1_000),
    ("019a0000-0000-7000-8000-000000000030", "Regular", 30, 2_850),
    ("019a0000-0000-7000-8000-000000000060", "Committed", 60, 5_400),
    ("019a0000-0000-7000-8000-000000000120", "Athlete", 120, 10_200),
)
"""Id, name, credits, price in pence."""


def main() -> None:
    """Put every pack on sale."""
    repository = PackageRepository()
    for package_id, name, credits, amount in PACKS:
        repository.put(package_id, name=name, credits=credits, price=Money(amount=amount, currency="GBP"))


if __name__ == "__main__":
    main()
