"""Login."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from auth.accounts.repository import account_key, address_key, live_registrations, pending_key
from auth.errors import InvalidCredentials, RegistrationNotVerified, TooManyAttempts
from auth.hours import end_of_hour
from auth.identity import CognitoIdentityProvider, CognitoTokens
from auth.login.challenges import Admin, Challenge, challenge
from auth.login.refreshing import Tokens
from auth.login.repository import Attempt, LoginAttemptRepository, LoginRepository, failures_key
from auth.login.second_factor import second_factor_key
from auth.login.tokens import OpaqueToken, Secret
from auth.records import Account, SecondFactor
from solo60 import clock
from solo60.ids import new_id
from solo60.problems import ServiceUnavailable
from solo60.records import Found, batch_get
from solo60.roles import RecordedRole, is_admin, role_key
from solo60.unit_of_work import UnitOfWork, Work

FAILURES_ALLOWED = 5
FAILURES_ALLOWED_AN_HOUR = 50
FAILURE_ANSWERED_AFTER = timedelta(seconds=0.6)
"""More than Cognito needs to refuse a password: for a user that exists it takes longer than for one that does not."""


@dataclass(frozen=True)
class _Candidates:
    """The users of Cognito whose password may be the one that was given.

    Attributes
    ----------
    owner
        The owner of the e-mail address.
    registrations
        Those that wait for their code, or that were refused because the address has an owner: whoever began one gets
        the same answer either way.
    """

    owner: str | None
    registrations: list[str]

    @property
    def asked(self) -> list[str]:
        """Never none, and as many with an owner as without: each login asks Cognito in the same way."""
        return [self.owner or new_id(), *self.registrations]


@dataclass(frozen=True)
class _Owner:
    """What is recorded of the owner of an address."""

    account: Account | None
    role: RecordedRole | None
    factor: SecondFactor | None


class _WrongPassword(Exception):
    """The password is not the owner's, nor, as far as Cognito has told, that of a registration.

    Attributes
    ----------
    answer
        `InvalidCredentials`, or why Cognito has not told it of a registration.
    """

    def __init__(self, answer: BaseException) -> None:
        self.answer = answer
        super().__init__()


def log_in(
    uow: UnitOfWork,
    attempts: LoginAttemptRepository,
    logins: LoginRepository,
    identity: CognitoIdentityProvider,
    *,
    email: str,
    password: str,
    source: str,
) -> Tokens | Challenge:
    """Tokens for the correct password of the owner of an e-mail address; for an admin's the second factor comes first.

    An attempt is counted before Cognito is called, so that simultaneous attempts are limited too. If it says nothing of
    the owner's password, the count is taken back. A complete login of the owner resets it.

    Raises
    ------
    InvalidCredentials
        The same for a wrong password and an unknown e-mail address.
    TooManyAttempts
        Five failures, each within 15 minutes of the one before, lock an address, known or not, for their source and 15
        minutes. More than 50 failures in an hour lock it for all sources from which the owner has not logged in lately.
    RegistrationNotVerified
        The password is that of a registration which waits for its code.
    ServiceUnavailable
        The owner was verified or got another role a moment ago.
    """
    began = clock.now()
    attempt, found = _counted(attempts, email, source)
    _require_allowed(attempts, attempt, found, email, source)
    candidates = _candidates(found, email, source)
    try:
        user_id, tokens, owner = _first_match(identity, candidates, password)
    except _WrongPassword as wrong:
        attempts.count_failure(email)
        clock.wait_until(began + FAILURE_ANSWERED_AFTER)
        raise wrong.answer from None
    except Exception:
        attempts.take_back(email, source)
        raise
    if user_id != candidates.owner:
        attempts.take_back(email, source)
        raise RegistrationNotVerified(user_id)
    if owner.account is None or not tokens.email_verified:
        # Verified a moment ago; the consumer of the verification will have told Cognito soon.
        attempts.take_back(email, source)
        raise ServiceUnavailable
    account, role = owner.account, owner.role
    token = OpaqueToken(user_id, new_id(), Secret.new())

    def begin(work: Work) -> Tokens | Challenge:
        if role is not None and is_admin(role):
            admin = Admin(account, role, owner.factor)
            return challenge(work, admin, tokens, email=email, source_known=attempt.source.is_known)
        logins.require_same_role(work, user_id, role, on_failure=ServiceUnavailable())
        logins.add(work, token, tokens, account, on_failure=InvalidCredentials())
        attempts.succeed(work, email, source)
        return Tokens(tokens.id, token.text, tokens.expires_in)

    return uow.run(begin)


def _counted(attempts: LoginAttemptRepository, email: str, source: str) -> tuple[Attempt, Found]:
    """Count the attempt, and read what decides about it at the same time."""
    keys = address_key(email), pending_key(email), pending_key(email, source), failures_key(email)
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(batch_get, *keys)
        attempt = attempts.count(email, source, limit=FAILURES_ALLOWED)
    address = found.result()[address_key(email)]
    if address is not None and attempt.is_ended(address.locks_ended_at):
        attempt = attempts.count_anew(email, source, attempt, limit=FAILURES_ALLOWED)
    return attempt, found.result()


def _require_allowed(attempts: LoginAttemptRepository, attempt: Attempt, found: Found, email: str, source: str) -> None:
    if attempt.locked_until is not None:
        raise TooManyAttempts(attempt.locked_until)
    failures = found[failures_key(email)]
    if failures is None or failures.failures < FAILURES_ALLOWED_AN_HOUR or attempt.source.is_known:
        return
    attempts.take_back(email, source)
    raise TooManyAttempts(end_of_hour())


def _candidates(found: Found, email: str, source: str) -> _Candidates:
    address = found[address_key(email)]
    owner = None if address is None else address.user_id
    keys = pending_key(email, source), pending_key(email)
    ids = [one["id"] for key in keys for one in reversed(live_registrations(found[key]))]
    return _Candidates(owner, [one for one in dict.fromkeys(ids) if one != owner])


def _first_match(
    identity: CognitoIdentityProvider, candidates: _Candidates, password: str
) -> tuple[str, CognitoTokens, _Owner]:
    """The first user with this password, and what is recorded of the owner. All are asked at the same time.

    What Cognito says of the owner's password comes first: once that is wrong the attempt is a failure, whatever becomes
    of the others. Whoever began a registration could otherwise have Cognito lock it, and guess on uncounted.

    Raises
    ------
    _WrongPassword
        Nobody has this password, and it is not the owner's.
    """
    asked = candidates.asked
    keys = account_key(asked[0]), role_key(asked[0]), second_factor_key(asked[0])
    with ThreadPoolExecutor(len(asked) + 1) as pool:
        reading = pool.submit(batch_get, *keys)
        answers = [(user_id, pool.submit(identity.login, user_id, password)) for user_id in asked]
    refusals: list[Exception] = []
    for user_id, answer in answers:
        try:
            tokens = answer.result()
        except InvalidCredentials as refusal:
            refusals.append(refusal)
        except Exception as refusal:
            if not refusals:
                raise
            refusals.append(refusal)
        else:
            found = reading.result()
            return user_id, tokens, _Owner(found[keys[0]], found[keys[1]], found[keys[2]])
    raise _WrongPassword(next((one for one in refusals if not isinstance(one, InvalidCredentials)), refusals[0]))
