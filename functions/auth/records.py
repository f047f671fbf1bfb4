"""The auth service's table.

==========================================  ======================  ====================================
what                                        key                     read by
==========================================  ======================  ====================================
the registration of an e-mail, with its     EMAIL#e-mail /          the e-mail
code                                        REGISTRATION
failed logins in a row for an e-mail        LOGIN#e-mail /          the e-mail
                                            ATTEMPTS
==========================================  ======================  ====================================

E-mails are in lower case. No password is ever here, and a code in clear only in the outbox, on its way to the mail.
"""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, NumberAttribute, UnicodeAttribute

from solo60 import clock
from solo60.records import InstantAttribute, Record

PENDING = "pending"
VERIFIED = "verified"


class AuthRecord(Record):
    """Base of the service's records."""

    class Meta:
        table_name = "unset"
        domain = "auth"

    kind = UnicodeAttribute()


class Registration(AuthRecord):
    """An e-mail that somebody registered.

    Attributes
    ----------
    state
        `pending` until the owner of the e-mail has entered the code, then `verified` for good.
    registration
        Rises with every registration of the e-mail: the highest is the one that counts.
    account_made
        Whether the account exists in Cognito with a password of this or an earlier registration.
    lease_id, leased_until
        Held by the request that is registering the e-mail just now: one at a time may set the password.
    code_salt, code_hash, code_expires_at, attempts_left
        Of the last code. Without a hash there is no code to enter.
    codes_sent, codes_counted_until
        Codes in the present hour, so that nobody's mailbox is flooded.
    told_at
        When the owner of a verified account last got a mail about a repeated registration.
    """

    email = UnicodeAttribute()
    user_id = UnicodeAttribute()
    state = UnicodeAttribute()
    registration = NumberAttribute(default=0)
    account_made = BooleanAttribute(null=True)
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    date_of_birth = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    terms_accepted_at = InstantAttribute(null=True)
    verified_at = InstantAttribute(null=True)
    lease_id = UnicodeAttribute(null=True)
    leased_until = InstantAttribute(null=True)
    code_salt = BinaryAttribute(legacy_encoding=False, null=True)
    code_hash = BinaryAttribute(legacy_encoding=False, null=True)
    code_expires_at = InstantAttribute(null=True)
    attempts_left = NumberAttribute(null=True)
    code_sent_at = InstantAttribute(null=True)
    codes_sent = NumberAttribute(null=True)
    codes_counted_until = InstantAttribute(null=True)
    told_at = InstantAttribute(null=True)
    version = NumberAttribute(default=0)

    @property
    def codes_this_hour(self) -> int:
        """Codes sent in the hour that is being counted, 0 where none is."""
        counting = self.codes_counted_until is not None and self.codes_counted_until > clock.now()
        return int(self.codes_sent or 0) if counting else 0


class LoginAttempts(AuthRecord):
    """Logins for an e-mail, known or not, since the last that succeeded.

    Attributes
    ----------
    failures
        Counted before the password is looked at.
    counted_until
        After this the count begins anew.
    """

    failures = NumberAttribute()
    counted_until = InstantAttribute()
