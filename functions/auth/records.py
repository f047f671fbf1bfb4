"""The auth service's table.

============================================  =========================  =======================================
what                                          key                        read by
============================================  =========================  =======================================
a registration, with its code                 REGISTRATION#id /          its id; `by_due`, when nobody has
                                              REGISTRATION               verified it
the owner of an e-mail address                EMAIL#e-mail / OWNER       the e-mail
registrations of an e-mail                    EMAIL#e-mail / PENDING,    the e-mail (and the source)
                                              PENDING#source
a member's account                            USER#id / ACCOUNT          the member's id
a login of a member: what a refresh needs     USER#id / LOGIN#id         the member's id and its own
an admin's second factor                      USER#id / SECOND_FACTOR    the member's id
a login that waits for its second factor      USER#id / CHALLENGE#id     the member's id and its own
logins for an e-mail from a source            LOGIN#e-mail / SOURCE#     the e-mail and the source
failed logins for an e-mail in an hour        LOGIN#e-mail / HOUR#h      the e-mail and the hour
a reset of a password, with its code          RESET#id / RESET           its id
mails that a source has caused in an hour     SOURCE#address / MAILS#h   the source
mails to unverified addresses in an hour      MAILS / MAILS#h            the hour
resets mailed to an address in an hour        EMAIL#e-mail /             the e-mail (and the source)
                                              RESETS#h, RESETS#h#source
============================================  =========================  =======================================

E-mail addresses are in lower case. The id of a registration is the id of the member that it makes and the name of its
user in Cognito. The table never contains a password. Only the outbox contains codes in clear, until they are sent.
"""

from __future__ import annotations

from typing import ClassVar

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from solo60 import clock
from solo60.due import DueIndex
from solo60.records import InstantAttribute, Record

BEGUN = "begun"
PENDING = "pending"
VERIFIED = "verified"
REFUSED = "refused"
REQUESTED = "requested"
SENT = "sent"
USED = "used"


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
    locks_ended_at
        When the owner last reset the password by mail: failures from before lock no source any more.
    """

    user_id = UnicodeAttribute()
    locks_ended_at = InstantAttribute(null=True)
    told_at = InstantAttribute(null=True)


class PendingRegistrations(AuthRecord):
    """Registrations of an e-mail address, of all sources or of one, whether or not the address has an owner.

    Attributes
    ----------
    registrations
        `id` and `until`, the oldest first. Of many, the first and the latest.
    """

    registrations = JSONAttribute()
    version = NumberAttribute(default=0)


class Account(AuthRecord):
    """A member's account.

    Attributes
    ----------
    logins_ended
        How often all logins of the member were ended.
    kept_login
        Cognito's id of the one login that the last ending has left.
    passwords_changed
        How often the password was changed.
    lease_id, leased_until
        Of the change of the password that is at work, or has died.
    died
        Whether a change has died that nobody has completed: it may have set its password.
    wrong_passwords, wrong_counted_until
        How often in a row a wrong old password was entered for a change; after that instant the count starts again.
    """

    user_id = UnicodeAttribute()
    email = UnicodeAttribute()
    logins_ended = NumberAttribute(null=True)
    kept_login = UnicodeAttribute(null=True)
    passwords_changed = NumberAttribute(null=True)
    lease_id = UnicodeAttribute(null=True)
    leased_until = InstantAttribute(null=True)
    died = BooleanAttribute(null=True)
    wrong_passwords = NumberAttribute(null=True)
    wrong_counted_until = InstantAttribute(null=True)

    @property
    def has_died(self) -> bool:
        """Whether a change has died that nobody has completed, where none is at work."""
        return bool(self.died) or self.lease_id is not None

    @property
    def wrong_in_a_row(self) -> int:
        """Wrong old passwords in a row, as far as they still count."""
        counting = self.wrong_counted_until is not None and self.wrong_counted_until > clock.now()
        return int(self.wrong_passwords or 0) if counting else 0


class PasswordReset(AuthRecord):
    """One request for a reset of a password. Others for the same address are records of their own.

    Attributes
    ----------
    state
        `requested` until a code is sent, which happens only if the address has an owner; `sent`, then `used`.
    source
        Where the request came from.
    expires_at
        Until when a code can be entered.
    attempts_left
        How often one can be entered.
    user_id, code_salt, code_hash
        Of the code that was sent.
    passwords_changed
        The number of the account when it was sent: another number ends it.
    leased_until
        Until when the request at work that has entered the right code keeps others off.
    """

    reset_id = UnicodeAttribute()
    email = UnicodeAttribute()
    state = UnicodeAttribute()
    source = UnicodeAttribute()
    expires_at = InstantAttribute()
    attempts_left = NumberAttribute()
    user_id = UnicodeAttribute(null=True)
    code_salt = BinaryAttribute(legacy_encoding=False, null=True)
    code_hash = BinaryAttribute(legacy_encoding=False, null=True)
    passwords_changed = NumberAttribute(null=True)
    leased_until = InstantAttribute(null=True)


class Login(AuthRecord):
    """A login of a member, on one device. Its refresh token rotates.

    Attributes
    ----------
    origin
        Cognito's id of the login, `origin_jti` in each of its id tokens.
    logins_ended
        The account's number when it began: another number ends it.
    second_factor_at
        When an admin proved the second factor, with which it began.
    begun_at, expires_at
        It ends 30 days after the last refresh, and a year after it began.
    secret_hash
        Of the secret in the present refresh token.
    cognito_token
        Cognito's refresh token, masked with that secret.
    previous_hash, salt, rotated_at
        Of the refresh token that was replaced, and how the present one was made from it.
    id_token, id_token_expires_at
        The id token of the last refresh, masked too: the answer for whoever repeats that refresh.
    """

    user_id = UnicodeAttribute()
    login_id = UnicodeAttribute()
    origin = UnicodeAttribute(null=True)
    logins_ended = NumberAttribute(null=True)
    second_factor_at = InstantAttribute(null=True)
    begun_at = InstantAttribute()
    expires_at = InstantAttribute()
    secret_hash = BinaryAttribute(legacy_encoding=False)
    cognito_token = BinaryAttribute(legacy_encoding=False)
    previous_hash = BinaryAttribute(legacy_encoding=False, null=True)
    salt = BinaryAttribute(legacy_encoding=False, null=True)
    rotated_at = InstantAttribute(null=True)
    id_token = BinaryAttribute(legacy_encoding=False, null=True)
    id_token_expires_at = InstantAttribute(null=True)


class SecondFactor(AuthRecord):
    """The authenticator app (TOTP, RFC 6238) of an admin.

    Attributes
    ----------
    seed, nonce
        The seed, masked with the stage's key and the nonce.
    last_step
        Of the last code that was accepted; it and earlier ones are not accepted again.
    failures, counted_until
        Wrong codes in the current hour.
    """

    seed = BinaryAttribute(legacy_encoding=False)
    nonce = BinaryAttribute(legacy_encoding=False)
    set_up_at = InstantAttribute()
    last_step = NumberAttribute()
    failures = NumberAttribute(null=True)
    counted_until = InstantAttribute(null=True)


class LoginChallenge(AuthRecord):
    """A login of an admin whose password was right, and whose second factor is missing.

    Attributes
    ----------
    challenge
        `totp`, or `totp_setup` where there is no second factor yet.
    secret_hash
        Of the secret in the client's session.
    cognito_token, seed
        Masked with that secret: Cognito's refresh token, and the seed of a new second factor.
    code_salt, code_hash
        Of the code that was mailed for a set-up.
    source_known
        The member has logged in from its source lately.
    """

    user_id = UnicodeAttribute()
    email = UnicodeAttribute()
    challenge = UnicodeAttribute()
    secret_hash = BinaryAttribute(legacy_encoding=False)
    cognito_token = BinaryAttribute(legacy_encoding=False)
    seed = BinaryAttribute(legacy_encoding=False, null=True)
    code_salt = BinaryAttribute(legacy_encoding=False, null=True)
    code_hash = BinaryAttribute(legacy_encoding=False, null=True)
    logins_ended = NumberAttribute(null=True)
    source_known = BooleanAttribute()
    attempts_left = NumberAttribute()
    expires_at = InstantAttribute()


class LoginSource(AuthRecord):
    """Logins for an e-mail address, known or not, from one source.

    Attributes
    ----------
    failures
        In a row, counted before the password is checked.
    counted_until
        After this the count starts again.
    known_until
        The owner has logged in from this source: until then failures from elsewhere do not lock it.
    """

    failures = NumberAttribute(null=True)
    counted_until = InstantAttribute(null=True)
    known_until = InstantAttribute(null=True)

    @property
    def is_known(self) -> bool:
        """Whether the owner of the address has logged in from this source lately."""
        return self.known_until is not None and self.known_until > clock.now()


class LoginFailures(AuthRecord):
    """Failed logins for an e-mail address from all sources in an hour."""

    failures = NumberAttribute(default=0)


class MailCount(AuthRecord):
    """Mails in an hour: of a source, to addresses that nobody has verified, or with codes of resets for an address."""

    mails = NumberAttribute()
