"""The auth service's table.

============================================  =========================  =======================================
what                                          key                        read by
============================================  =========================  =======================================
a registration, with its code                 REGISTRATION#id /          its id; `by_due`, when nobody has
                                              REGISTRATION               verified it
the owner of an e-mail address                EMAIL#e-mail / OWNER       the e-mail
registrations that an e-mail may verify       EMAIL#e-mail / PENDING     the e-mail
a member's account                            USER#id / ACCOUNT          the member's id
failed logins in a row for an e-mail          LOGIN#e-mail / ATTEMPTS    the e-mail
mails that a source has caused in an hour     SOURCE#address / MAILS#h   the source
mails to unverified addresses in an hour      MAILS / MAILS#h            the hour
============================================  =========================  =======================================

E-mail addresses are in lower case. The id of a registration is the id of the member that it makes and the name of its
user in Cognito. The table never contains a password. Only the outbox contains codes in clear, until they are sent.
"""

from __future__ import annotations

from typing import ClassVar

from pynamodb.attributes import BinaryAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from solo60 import clock
from solo60.due import DueIndex
from solo60.records import InstantAttribute, Record

BEGUN = "begun"
PENDING = "pending"
VERIFIED = "verified"
REFUSED = "refused"


class AuthRecord(Record):
    """Base of the service's records."""

    class Meta:
        table_name = "unset"
        domain = "auth"

    kind = UnicodeAttribute()


class Registration(AuthRecord):
    """One registration of an e-mail address. Others of the same address are records of their own.

    Attributes
    ----------
    state
        `begun` until a code is sent, `pending` until it is entered, then `verified`. `refused` if the address had an
        owner already.
    source
        Where it came from.
    expires_at
        Until when it can be verified; then it is removed.
    code_salt, code_hash, code_expires_at, attempts_left
        Of the latest code.
    codes_sent, codes_counted_until
        The number of codes in the current hour.
    """

    registration_id = UnicodeAttribute()
    email = UnicodeAttribute()
    state = UnicodeAttribute()
    source = UnicodeAttribute()
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    date_of_birth = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    expires_at = InstantAttribute()
    code_salt = BinaryAttribute(legacy_encoding=False, null=True)
    code_hash = BinaryAttribute(legacy_encoding=False, null=True)
    code_expires_at = InstantAttribute(null=True)
    attempts_left = NumberAttribute(null=True)
    code_sent_at = InstantAttribute(null=True)
    codes_sent = NumberAttribute(null=True)
    codes_counted_until = InstantAttribute(null=True)
    version = NumberAttribute(default=0)
    by_due_pk = UnicodeAttribute(null=True)
    by_due_sk = UnicodeAttribute(null=True)
    by_due: ClassVar[DueIndex] = DueIndex()

    @property
    def codes_this_hour(self) -> int:
        """Codes sent in the current hour."""
        counting = self.codes_counted_until is not None and self.codes_counted_until > clock.now()
        return int(self.codes_sent or 0) if counting else 0


class Address(AuthRecord):
    """An e-mail address that somebody has verified: it has one owner.

    Attributes
    ----------
    told_at
        When the owner last got a mail about another registration of the address.
    """

    user_id = UnicodeAttribute()
    told_at = InstantAttribute(null=True)


class PendingRegistrations(AuthRecord):
    """The latest registrations of an e-mail address that has no owner.

    Attributes
    ----------
    registrations
        `id`, `source` and `until`, the oldest first.
    """

    registrations = JSONAttribute()
    version = NumberAttribute(default=0)


class Account(AuthRecord):
    """A member's account."""

    user_id = UnicodeAttribute()
    email = UnicodeAttribute()


class LoginAttempts(AuthRecord):
    """Failed logins for an e-mail address, known or not, since the last success.

    Attributes
    ----------
    failures
        Counted before the password is checked.
    counted_until
        After this the count starts again.
    """

    failures = NumberAttribute()
    counted_until = InstantAttribute()


class MailCount(AuthRecord):
    """Mails in an hour: those that one source has caused, or all to addresses that nobody has verified."""

    mails = NumberAttribute()
