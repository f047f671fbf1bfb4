"""Failed logins."""

from __future__ import annotations

from datetime import datetime, timedelta

from auth.records import LoginAttempts
from solo60 import clock
from solo60.records import update_now
from solo60.retry import ConditionFailed

ATTEMPTS_KEPT = timedelta(days=1)


class LoginAttemptRepository:
    """Consecutive failed logins, by e-mail address."""

    def count(self, email: str, *, limit: int, within: timedelta) -> datetime | None:
        """Count a login attempt before it is made.

        Returns
        -------
        datetime or None
            None if the attempt is allowed; else the instant until which the address is locked.
        """
        kind = LoginAttempts
        now = clock.now()
        begins = [
            kind.kind.set("login_attempts"),
            kind.counted_until.set(now + within),
            kind.ttl.set(clock.epoch_seconds(now + within + ATTEMPTS_KEPT)),
        ]
        key = LoginAttempts(_login_key(email), "ATTEMPTS")
        # Twice: an expired count is started again, and another request may have started it first.
        for _ in range(2):
            try:
                update_now(
                    key,
                    [*begins, kind.failures.add(1)],
                    kind.failures.does_not_exist() | ((kind.counted_until > now) & (kind.failures < limit)),
                )
            except ConditionFailed as failed:
                present = LoginAttempts.from_raw_data(failed.item or {})
                if present.counted_until > now:
                    return present.counted_until
            else:
                return None
            try:
                update_now(key, [*begins, kind.failures.set(1)], kind.counted_until <= now)
            except ConditionFailed:
                continue
            return None
        return now + within

    def take_back(self, email: str) -> None:
        """Undo the count of an attempt without a result from Cognito."""
        try:
            update_now(
                LoginAttempts(_login_key(email), "ATTEMPTS"),
                [LoginAttempts.failures.add(-1)],
                LoginAttempts.failures > 0,
            )
        except ConditionFailed:
            return

    def forget(self, email: str) -> None:
        """Reset the count after a success."""
        LoginAttempts(_login_key(email), "ATTEMPTS").delete()


def _login_key(email: str) -> str:
    return f"LOGIN#{email}"
