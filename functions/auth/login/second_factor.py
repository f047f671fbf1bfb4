"""The second factor of admins: codes of an authenticator app (TOTP, RFC 6238)."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from pyotp import TOTP, random_base32

from auth.login.tokens import Secret
from auth.records import SecondFactor
from solo60 import aws, clock, settings
from solo60.records import Key, update_now
from solo60.repository import Repository, unchanged
from solo60.transaction import OnFailure, Transaction
from solo60.unit_of_work import UnitOfWork, Work

KEY_SECRET = "second-factor-key"  # noqa: S105 - its name, not its value
ISSUER = "SOLO60"
STEP_SECONDS = 30
STEPS_EITHER_WAY = 1
FAILURES_ALLOWED_AN_HOUR = 10
_COUNTED = timedelta(hours=1)
_NONCE_BYTES = 16
_SEED = "seed"


def new_seed() -> str:
    """A random seed of 160 bits, in Base32 as apps take it."""
    return str(random_base32())


def provisioning_uri(seed: str, email: str) -> str:
    """The address in the QR code that an authenticator app reads."""
    return str(TOTP(seed).provisioning_uri(name=email, issuer_name=ISSUER))


def step_of(seed: str, code: str) -> int | None:
    """The time step of which this is the code: the present one, the one before or the next; None for another code."""
    now = clock.epoch_seconds(clock.now()) // STEP_SECONDS
    generator = TOTP(seed, interval=STEP_SECONDS)
    steps = range(now - STEPS_EITHER_WAY, now + STEPS_EITHER_WAY + 1)
    # All are compared, so that the duration does not tell which one it is.
    matching = [step for step in steps if hmac.compare_digest(generator.generate_otp(step), code)]
    return matching[-1] if matching else None


def second_factor_key(user_id: str) -> Key[SecondFactor]:
    """The key of an admin's second factor."""
    return Key(SecondFactor, f"USER#{user_id}", "SECOND_FACTOR")


class SecondFactorRepository(Repository[SecondFactor, [str]]):
    """Second factors by member. Their seeds are masked with a key of the stage, which only these functions can read."""

    key = staticmethod(second_factor_key)

    def set_up(
        self,
        transaction: Transaction,
        user_id: str,
        before: SecondFactor | None,
        seed: str,
        step: int,
        *,
        on_failure: OnFailure | None = None,
    ) -> None:
        """Store a new second factor, in place of the one that was read."""
        factor = second_factor_key(user_id).blank()
        factor.kind, factor.set_up_at, factor.last_step = "second_factor", clock.now(), step
        factor.nonce = secrets.token_bytes(_NONCE_BYTES)
        factor.seed = _mask(user_id, factor.nonce).masked(_SEED, seed.encode())
        transaction.put(
            factor,
            condition=unchanged(SecondFactor.set_up_at, None if before is None else before.set_up_at),
            on_failure=on_failure,
        )

    def use(
        self, transaction: Transaction, user_id: str, before: SecondFactor, step: int, *, on_failure: OnFailure
    ) -> None:
        """Accept the code of a step, once."""
        kind = SecondFactor
        transaction.update(
            second_factor_key(user_id).blank(),
            [kind.last_step.set(step), kind.failures.remove(), kind.counted_until.remove()],
            condition=(kind.set_up_at == before.set_up_at) & (kind.last_step < step),
            on_failure=on_failure,
        )

    def count_failure(self, user_id: str, before: SecondFactor) -> None:
        """Count a wrong code."""
        kind, now = SecondFactor, clock.now()
        begins = [kind.failures.set(1), kind.counted_until.set(now + _COUNTED)]
        update_now(second_factor_key(user_id).blank(), [kind.failures.add(1)] if failures(before) else begins)


def enroll(uow: UnitOfWork, factors: SecondFactorRepository, user_id: str, seed: str) -> None:
    """Give an admin a second factor with a known seed: for the demo account of a local run."""

    def act(work: Work) -> None:
        factors.set_up(work, user_id, factors.find(work.read, user_id), seed, step=0)

    uow.run(act)


def failures(factor: SecondFactor) -> int:
    """Wrong codes in the hour that began with the first of them."""
    counting = factor.counted_until is not None and factor.counted_until > clock.now()
    return int(factor.failures or 0) if counting else 0


def locked_until(factor: SecondFactor) -> datetime | None:
    """Until when codes from new sources are refused after too many wrong ones; None if they are not."""
    return factor.counted_until if failures(factor) >= FAILURES_ALLOWED_AN_HOUR else None


def seed_of(factor: SecondFactor, user_id: str) -> str:
    """The seed of a stored second factor."""
    return _mask(user_id, factor.nonce).masked(_SEED, factor.seed).decode()


def _mask(user_id: str, nonce: bytes) -> Secret:
    key = aws.secret(settings.secret_arn(KEY_SECRET)).encode()
    return Secret(hmac.digest(key, nonce + user_id.encode(), "sha256"))
