"""Errors for the caller. Each class has its status, its stable code and its title; the runtime renders them.

There is one subclass per type of error::

    class SlotTaken(Problem):
        status = 409
        code = "slot_taken"
        title = "This time has just been booked"

and it is raised with the details: ``raise SlotTaken("19:00 to 20:00 is taken")``.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):
    """An error response with an RFC 9457 body.

    Attributes
    ----------
    status
        HTTP status.
    code
        Stable `snake_case` code for use by apps.
    title
        A short text, the same for every occurrence.
    detail
        A text about this occurrence, for people. Never contains a table name, an ARN or a stack trace.
    extra
        Further fields of the problem body, as JSON values.
    findings
        What the use case found out for the caller. The endpoint's `conflict_view` makes further fields of it.
    headers
        Further response headers, `Retry-After` for one. A 401 always says which scheme the API accepts, as RFC 9110
        requires.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str | None = None,
        *,
        extra: dict[str, Any] | None = None,
        findings: object = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.detail = detail or self.title
        self.extra = extra or {}
        self.findings = findings
        challenge = {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}
        self.headers = {**challenge, **(headers or {})}
        super().__init__(f"{self.code}: {self.detail}")

    def body(self, instance: str) -> dict[str, Any]:
        """The problem body; `instance` is the id of the request."""
        return {
            "type": f"urn:solo60:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            **self.extra,
        }


class InternalError(Problem):
    """An unexpected error."""


class MalformedRequest(Problem):
    status = 400
    code = "malformed_request"
    title = "The request could not be read"


class InvalidCursor(Problem):
    status = 400
    code = "invalid_cursor"
    title = "This cursor does not belong to this list"


class Unauthenticated(Problem):
    status = 401
    code = "unauthenticated"
    title = "A valid id token is needed"


class SignInAgain(Problem):
    """The token was issued before the member's password was changed, or before another end of all logins."""

    status = 401
    code = "sign_in_again"
    title = "This login has ended; log in again"


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = "Your role does not allow this"


class AccountBanned(Problem):
    status = 403
    code = "account_banned"
    title = "This account is banned"


class EmailNotVerified(Problem):
    status = 403
    code = "email_not_verified"
    title = "The e-mail address is not verified yet"


class NotFound(Problem):
    status = 404
    code = "not_found"
    title = "There is no such thing here"


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = "This clashes with the present state"


class RequestInFlight(Problem):
    status = 409
    code = "request_in_flight"
    title = "The first request with this Idempotency-Key is still being worked on"


class PreconditionFailed(Problem):
    status = 412
    code = "stale_version"
    title = "It has changed since you read it"

    @classmethod
    def unless_seen(cls, seen_version: int | None, version: int) -> None:
        """Require that what is about to change is the version that the caller has seen.

        Parameters
        ----------
        seen_version
            From `If-Match`; None for any version.

        Raises
        ------
        PreconditionFailed
            It is another version.
        """
        if seen_version not in {None, version}:
            raise cls


class PayloadTooLarge(Problem):
    status = 413
    code = "payload_too_large"
    title = "The request body is too large"


class UnsupportedMediaType(Problem):
    status = 415
    code = "unsupported_media_type"
    title = "The body has to be application/json, without a content encoding"


class EncodedBody(UnsupportedMediaType):
    """The body is compressed. The gateway would decompress it, and limits hold for what was sent."""

    def __init__(self) -> None:
        # RFC 9110 asks for the header where a content coding is the reason.
        super().__init__("The body has to be sent without Content-Encoding.", headers={"Accept-Encoding": "identity"})


class InvalidRequest(Problem):
    """The request is well-formed but not valid. Lists all errors at once."""

    status = 422
    code = "invalid_request"
    title = "The request is not valid"

    def __init__(self, errors: list[dict[str, str]], detail: str | None = None) -> None:
        self.errors = errors
        super().__init__(
            detail or " ".join(f"{error['field']}: {error['message']}" for error in errors),
            extra={"errors": errors},
        )

    @classmethod
    def of(cls, field: str, message: str) -> InvalidRequest:
        """With a single error, for a rule that a schema cannot express."""
        return cls([{"field": field, "message": message}])


class IdempotencyKeyReused(InvalidRequest):
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for another request"

    def __init__(self) -> None:
        super().__init__([{"field": "Idempotency-Key", "message": "This was used for another request."}], self.title)


class TooManyRequests(Problem):
    status = 429
    code = "too_many_requests"
    title = "Too many requests"


class ServiceUnavailable(Problem):
    """A dependency of the endpoint does not respond. The request can be repeated."""

    status = 503
    code = "service_unavailable"
    title = "Please try again in a moment"

    def __init__(self, detail: str | None = None, *, retry_after: int = 2) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})
