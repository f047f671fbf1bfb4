"""The second step of an admin's login: a challenge, and its answer by the code of the second factor."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from auth import codes
from auth.accounts.repository import account_key
from auth.codes import Code
from auth.errors import InvalidChallenge, InvalidRefreshToken, TooManyAttempts, WrongCodes
from auth.events import SecondFactorCodeIssued
from auth.identity import CognitoIdentityProvider, CognitoTokens
from auth.login.refreshing import Tokens
from auth.login.repository import LoginAttemptRepository, LoginRepository
from auth.login.second_factor import (
    SecondFactorRepository,
    locked_until,
    new_seed,
    provisioning_uri,
    second_factor_key,
    seed_of,
    step_of,
)
from auth.login.tokens import COGNITO, OpaqueToken, Secret
from auth.records import Account, LoginChallenge, SecondFactor
from solo60 import clock
from solo60.events import publish
from solo60.ids import new_id
from solo60.records import Key, batch_get, update_now
from solo60.retry import ConditionFailed
from solo60.roles import RecordedRole, is_admin, needs_second_factor, role_key
from solo60.unit_of_work import UnitOfWork, Work

Kind = Literal["totp", "totp_setup"]
TOTP: Kind = "totp"
TOTP_SETUP: Kind = "totp_setup"
LIFE = timedelta(minutes=5)
SETUP_LIFE = timedelta(minutes=15)
ATTEMPTS = 5
_SEED = "seed"


@dataclass(frozen=True, repr=False)
class Challenge:
    """What a client gets in place of tokens.

    Attributes
    ----------
    session
        Names the login; it is sent with the code.
    expires_in
        In seconds.
    seed, uri
        Of the second factor to set up; None where there is one.
    """

    kind: Kind
    session: str
    expires_in: int
    seed: str | None = None
    uri: str | None = None


def challenge_key(user_id: str, challenge_id: str) -> Key[LoginChallenge]:
    """The key of a challenge."""
    return Key(LoginChallenge, f"USER#{user_id}", f"CHALLENGE#{challenge_id}")


@dataclass(frozen=True)
class Admin:
    """What decides about an admin's login, from one read."""

    account: Account
    role: RecordedRole
    factor: SecondFactor | None

    @property
    def must_set_up(self) -> bool:
        """Whether there is no second factor that counts."""
        return needs_second_factor(self.role, None if self.factor is None else self.factor.set_up_at)


def challenge(work: Work, admin: Admin, tokens: CognitoTokens, *, email: str, source_known: bool) -> Challenge:
    """Store a challenge for an admin whose password was right, and mail the code that a set-up needs."""
    token = OpaqueToken(admin.account.user_id, new_id(), Secret.new())
    life = SETUP_LIFE if admin.must_set_up else LIFE
    waiting = challenge_key(token.user_id, token.record_id).blank()
    waiting.kind, waiting.user_id, waiting.email = "login_challenge", token.user_id, email
    waiting.challenge = kind = TOTP_SETUP if admin.must_set_up else TOTP
    waiting.secret_hash = token.secret.hash
    waiting.cognito_token = token.secret.masked(COGNITO, tokens.refresh.encode())
    waiting.logins_ended, waiting.source_known = admin.account.logins_ended, source_known
    waiting.attempts_left, waiting.expires_at = ATTEMPTS, clock.now() + life
    waiting.ttl = clock.epoch_seconds(waiting.expires_at)
    shown = Challenge(kind, token.text, int(life.total_seconds()))
    if admin.must_set_up:
        seed, code = new_seed(), Code.new()
        waiting.seed = token.secret.masked(_SEED, seed.encode())
        waiting.code_salt, waiting.code_hash = code.salt, code.hash
        event = SecondFactorCodeIssued(
            user_id=token.user_id, email=email, code=code.text, expires_at=waiting.expires_at
        )
        publish(work, event)
        shown = Challenge(shown.kind, shown.session, shown.expires_in, seed, provisioning_uri(seed, email))
    work.put(waiting)
    return shown


@dataclass(frozen=True, repr=False)
class Answer:
    """The answer to a challenge, from a source."""

    session: str
    code: str
    mailed_code: str | None
    source: str


def complete(
    uow: UnitOfWork,
    attempts: LoginAttemptRepository,
    factors: SecondFactorRepository,
    logins: LoginRepository,
    identity: CognitoIdentityProvider,
    *,
    answer: Answer,
) -> Tokens:
    """Tokens for the answer to a challenge.

    Each code of an authenticator app counts once, from one step before to one step after its own. A challenge has five
    attempts, which are used before the code is compared.

    Raises
    ------
    InvalidChallenge
        There is no such login, it has expired, has no attempts left or was completed, or something that it rests on has
        changed: it has to be started again.
    WrongCodes
        A code is wrong, has expired or was used.
    TooManyAttempts
        There were ten wrong codes of this admin in an hour, and the source is new.
    """
    token = OpaqueToken.parse(answer.session)
    if token is None:
        raise InvalidChallenge
    waiting, admin = _attempted(token)
    locked = None if admin.factor is None or waiting.source_known else locked_until(admin.factor)
    if locked is not None:
        raise TooManyAttempts(locked)
    seed = _seed(waiting, admin, token)
    step = step_of(seed, answer.code)
    wrong = _wrong_fields(waiting, admin, answer, step)
    if wrong or step is None:
        attempts.count_failure(waiting.email)
        if admin.factor is not None:
            factors.count_failure(token.user_id, admin.factor)
        raise WrongCodes(wrong)
    try:
        tokens = identity.refresh(token.secret.masked(COGNITO, waiting.cognito_token).decode())
    except InvalidRefreshToken:
        raise InvalidChallenge from None
    login = OpaqueToken(token.user_id, new_id(), Secret.new())

    def begin(work: Work) -> Tokens:
        work.delete(waiting, condition=LoginChallenge.secret_hash == waiting.secret_hash, on_failure=InvalidChallenge())
        used = WrongCodes(["/code"])
        if waiting.challenge == TOTP_SETUP or admin.factor is None:
            factors.set_up(work, token.user_id, admin.factor, seed, step, on_failure=InvalidChallenge())
        else:
            factors.use(work, token.user_id, admin.factor, step, on_failure=used)
        logins.require_same_role(work, token.user_id, admin.role, on_failure=InvalidChallenge())
        logins.add(work, login, tokens, admin.account, on_failure=InvalidChallenge(), second_factor=True)
        attempts.succeed(work, waiting.email, answer.source)
        return Tokens(tokens.id, login.text, tokens.expires_in)

    return uow.run(begin)


def _attempted(token: OpaqueToken) -> tuple[LoginChallenge, Admin]:
    """Use up an attempt of a challenge, and read what it rests on at the same time."""
    keys = account_key(token.user_id), role_key(token.user_id), second_factor_key(token.user_id)
    kind, now = LoginChallenge, clock.now()
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(batch_get, *keys)
        try:
            waiting = update_now(
                challenge_key(token.user_id, token.record_id).blank(),
                [kind.attempts_left.add(-1)],
                (kind.secret_hash == token.secret.hash) & (kind.expires_at > now) & (kind.attempts_left > 0),
            )
        except ConditionFailed:
            raise InvalidChallenge from None
        found = reading.result()
    account, role, factor = found[keys[0]], found[keys[1]], found[keys[2]]
    if account is None or role is None or not is_admin(role) or account.logins_ended != waiting.logins_ended:
        raise InvalidChallenge
    return waiting, Admin(account, role, factor)


def _seed(waiting: LoginChallenge, admin: Admin, token: OpaqueToken) -> str:
    if waiting.challenge == TOTP_SETUP:
        if not admin.must_set_up:
            raise InvalidChallenge
        return token.secret.masked(_SEED, waiting.seed or b"").decode()
    if admin.must_set_up or admin.factor is None:
        raise InvalidChallenge
    return seed_of(admin.factor, token.user_id)


def _wrong_fields(waiting: LoginChallenge, admin: Admin, answer: Answer, step: int | None) -> list[str]:
    if waiting.challenge == TOTP:
        used = step is not None and admin.factor is not None and step <= admin.factor.last_step
        return ["/code"] if step is None or used else []
    salt, stored = waiting.code_salt or b"", waiting.code_hash or b""
    mailed = codes.matches(answer.mailed_code or "", salt, stored)
    return [*([] if step is not None else ["/code"]), *([] if mailed else ["/mailed_code"])]
