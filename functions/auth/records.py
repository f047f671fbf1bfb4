"""The auth service's table.

==========================================  ======================  ====================================
what                                        key                     read by
==========================================  ======================  ====================================
the registration of an e-mail, with its     EMAIL#e-mail /          the e-mail
code                                        REGISTRATION
failed logins in a row for an e-mail        LOGIN#e-mail /          the e-mail
                                            ATTEMPTS
==========================================  ======================  ====================================

E-mail addresses are in lower case. The table never contains a password. Only the outbox contains codes in clear, until
they are sent.
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
    """The registration of an e-mail address.

    Attributes
    ----------
    state
        `pending` until the owner of the address has entered the code, then `verified` permanently.
    registration
        Rises with every registration of the address. The highest counts.
    account_made
        Whether the account exists in Cognito with a password of this or an earlier registration.
    lease_id, leased_until
        Held by the request that is registering the address. Only one request at a time may set the password.
    code_salt, code_hash, code_expires_at, attempts_left
        Of the latest code. Without a hash there is no valid code.
    codes_sent, codes_counted_until
        The number of codes in the current hour, to limit the mails to an address.
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
        """Codes sent in the current hour."""
        counting = self.codes_counted_until is not None and self.codes_counted_until > clock.now()
        return int(self.codes_sent or 0) if counting else 0


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
