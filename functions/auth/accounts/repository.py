"""Repositories that the capabilities share: e-mail addresses with their owners, accounts, counts of mails."""

from __future__ import annotations

from datetime import timedelta

from pynamodb.expressions.condition import Condition

from auth.hours import current_hour
from auth.records import Account, Address, MailCount, PendingRegistrations, Registration
from solo60 import clock, settings
from solo60.records import Found, Key
from solo60.repository import Repository, changes_of, unchanged
from solo60.transaction import OnFailure, Transaction

PER_SOURCE_SETTING = "MAILS_PER_SOURCE_AN_HOUR"
IN_ALL_SETTING = "UNVERIFIED_MAILS_AN_HOUR"
COUNTS_KEPT = timedelta(hours=3)
FIRST_KEPT = 1
LATEST_KEPT = 3
"""Registrations that a login tries, of its own source and of all: later ones of others do not displace the first."""
RESETS_OF_SOURCE = 3
"""Codes to reset a password that one source causes for an address in an hour."""
RESETS_OF_STRANGERS = 10
"""Those that all sources cause together from which the owner has not logged in lately."""


def address_key(email: str) -> Key[Address]:
    """The key of an e-mail address with an owner."""
    return Key(Address, f"EMAIL#{email}", "OWNER")


def pending_key(email: str, source: str | None = None) -> Key[PendingRegistrations]:
    """The key of the registrations of an e-mail address, from one source or from all."""
    return Key(PendingRegistrations, f"EMAIL#{email}", "PENDING" if source is None else f"PENDING#{source}")


def pending_keys(registration: Registration) -> tuple[Key[PendingRegistrations], Key[PendingRegistrations]]:
    """The keys under which a registration is noted."""
    return pending_key(registration.email, registration.source), pending_key(registration.email)


def account_key(user_id: str) -> Key[Account]:
    """The key of a member's account."""
    return Key(Account, f"USER#{user_id}", "ACCOUNT")


class AddressRepository(Repository[Address, [str]]):
    """E-mail addresses, their owners and the registrations that may become one."""

    key = staticmethod(address_key)

    def claim(self, transaction: Transaction, email: str, user_id: str, *, on_taken: OnFailure) -> None:
        """Make a member the owner of an address that has none, with the member's account."""
        address, account = address_key(email).blank(), account_key(user_id).blank()
        address.kind, address.user_id = "address", user_id
        account.kind, account.user_id, account.email = "account", user_id, email
        transaction.put(address, on_failure=on_taken)
        transaction.put(account)

    def mark_told(self, transaction: Transaction, email: str, present: Address) -> None:
        """Record that the owner is informed now."""
        told = Address.told_at
        transaction.update(
            address_key(email).blank(),
            [told.set(clock.now())],
            condition=unchanged(told, present.told_at),
        )

    def end_locks(self, transaction: Transaction, email: str) -> None:
        """Let no failed login from before now lock an address, which has an owner."""
        kind = Address
        transaction.update(
            address_key(email).blank(), [kind.locks_ended_at.set(clock.now())], condition=kind.user_id.exists()
        )

    def add_pending(self, transaction: Transaction, found: Found, registration: Registration) -> None:
        """Note a registration under its address and its source: of each the first and the latest that are live."""
        kind = PendingRegistrations
        new = {"id": registration.registration_id, "until": clock.to_sortable(registration.expires_at)}
        for key in pending_keys(registration):
            present = found[key]
            all_live = [one for one in live_registrations(present) if one["id"] != new["id"]] + [new]
            transaction.update(
                key.blank(),
                [
                    kind.kind.set("pending_registrations"),
                    kind.registrations.set([*all_live[:FIRST_KEPT], *all_live[FIRST_KEPT:][-LATEST_KEPT:]]),
                    kind.version.add(1),
                    kind.ttl.set(clock.epoch_seconds(registration.expires_at)),
                ],
                condition=unchanged(kind.version, None if present is None else present.version),
            )


class AccountRepository(Repository[Account, [str]]):
    """Members' accounts."""

    key = staticmethod(account_key)

    def end_logins(self, transaction: Transaction, account: Account, *, kept: str | None = None) -> None:
        """End all logins of a member but one.

        Parameters
        ----------
        kept
            Cognito's id of the login that goes on: `origin_jti` of the caller's id token.
        """
        transaction.update(
            account_key(account.user_id).blank(),
            changes_of(Account, {"logins_ended": int(account.logins_ended or 0) + 1, "kept_login": kept}),
            condition=same_logins(account),
        )


def same_logins(account: Account) -> Condition:
    """The condition that the logins of an account were not ended since it was read."""
    return unchanged(Account.logins_ended, account.logins_ended)


def live_registrations(present: PendingRegistrations | None) -> list[dict[str, str]]:
    """The registrations that have not expired, the oldest first."""
    now = clock.to_sortable(clock.now())
    return [] if present is None else [one for one in present.registrations if one["until"] > now]


class TooManyMails(Exception):
    """As many mails were caused in this hour as may be."""


class MailCountRepository:
    """Counts of the mails that anonymous requests cause, by the hour. Each is refused with `TooManyMails`."""

    def count_for_source(self, transaction: Transaction, source: str) -> None:
        """Count one mail that a source causes, while it has caused fewer than the stage allows in this hour."""
        self._count(transaction, f"SOURCE#{source}", "MAILS", int(settings.read(PER_SOURCE_SETTING)))

    def count_in_all(self, transaction: Transaction, *, on_failure: OnFailure) -> None:
        """Count one mail to an address that nobody has verified, while the stage allows it in this hour."""
        self._count(transaction, "MAILS", "MAILS", int(settings.read(IN_ALL_SETTING)), on_failure=on_failure)

    def count_reset(self, transaction: Transaction, email: str, source: str, *, known: bool) -> None:
        """Count one code for a reset of the password of an address.

        Parameters
        ----------
        known
            The owner has logged in from the source lately. Such a source has an allowance of its own, and others share
            another one.
        """
        pk = f"EMAIL#{email}"
        self._count(transaction, pk, "RESETS", RESETS_OF_SOURCE, of=f"#{source}")
        if not known:
            self._count(transaction, pk, "RESETS", RESETS_OF_STRANGERS)

    def _count(
        self,
        transaction: Transaction,
        pk: str,
        what: str,
        limit: int,
        *,
        of: str = "",
        on_failure: OnFailure | None = None,
    ) -> None:
        kind, now = MailCount, clock.now()
        transaction.update(
            Key(MailCount, pk, f"{what}#{current_hour()}{of}").blank(),
            [
                kind.kind.set("mail_count"),
                kind.mails.add(1),
                kind.ttl.set(clock.epoch_seconds(now + COUNTS_KEPT)),
            ],
            condition=kind.mails.does_not_exist() | (kind.mails < limit),
            on_failure=on_failure or TooManyMails(),
        )
