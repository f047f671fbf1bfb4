"""The auth service's own refusals."""

from __future__ import annotations

import math
from datetime import datetime

from solo60 import clock
from solo60.problems import Conflict, EmailNotVerified, InvalidRequest, NotFound, Problem, TooManyRequests


class InvalidCredentials(Problem):
    """The same for a wrong password and for an unknown e-mail address."""

    status = 401
    code = "invalid_credentials"
    title = "The e-mail or the password is wrong"


class RegistrationNotVerified(EmailNotVerified):
    """The password is that of a registration whose code was not entered yet."""

    def __init__(self, registration_id: str) -> None:
        super().__init__(extra={"registration_id": registration_id})


class InvalidRefreshToken(Problem):
    status = 401
    code = "invalid_refresh_token"
    title = "This refresh token is no longer valid"


class InvalidCode(InvalidRequest):
    """The same for a wrong code, an expired code, too many attempts, and a code that was never sent."""

    status = 422
    code = "invalid_code"
    title = "This code is wrong or has expired"

    def __init__(self) -> None:
        super().__init__([{"field": "/code", "message": "This code is wrong or has expired."}], self.title)


class InvalidChallenge(Problem):
    """The same for a session that never was, has expired, was completed, or has no attempts left."""

    status = 401
    code = "invalid_session"
    title = "This login has to be started again"


class WrongCodes(InvalidRequest):
    """A code of the second factor, or the mailed one of its set-up, is wrong."""

    status = 422
    code = "invalid_code"
    title = InvalidCode.title

    def __init__(self, fields: list[str]) -> None:
        super().__init__([{"field": field, "message": f"{self.title}."} for field in fields], self.title)


class TooManyAttempts(TooManyRequests):
    """Logins for this e-mail are locked for a while."""

    code = "too_many_attempts"
    title = "Too many failed logins"

    def __init__(self, until: datetime) -> None:
        super().__init__("Logins for this e-mail are locked for a while.", headers=_retry_after(until))


class WrongPassword(InvalidRequest):
    """The old password of a change of the password is wrong."""

    code = "wrong_password"
    title = "The old password is wrong"

    def __init__(self) -> None:
        super().__init__([{"field": "/old_password", "message": "This is not your password."}], self.title)


class PasswordBeingChanged(Conflict):
    """Another request is setting a password for this account."""

    code = "password_being_changed"
    title = "The password of this account is just being changed"

    def __init__(self, until: datetime) -> None:
        super().__init__(headers=_retry_after(until))


class AccountNotFound(NotFound):
    """A caller whose user was made by other means than a registration."""

    code = "account_not_found"
    title = "There is no account of this member"


def _retry_after(until: datetime) -> dict[str, str]:
    return {"Retry-After": str(max(1, math.ceil((until - clock.now()).total_seconds())))}
