"""Declarations of the functions under `functions/`. Everything else is derived from them.

The declaration of an endpoint determines its Lambda, role, environment, route, authorizer, throttle, OpenAPI operation
and security tests. The declarations of consumers, workers and jobs do the same for queues and schedules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from solo60.grants import Do, Grant, tables
from solo60.problems import Problem

_WRITES = frozenset({Do.PUT, Do.UPDATE, Do.DELETE})


class Provided:
    """Base of what the runtime makes for a handler that asks for it by annotation."""

    commits: ClassVar[bool] = False
    """Whether it is the unit of work, which the runtime gives the guards of the function."""


class Access(StrEnum):
    """Who may call an endpoint."""

    PUBLIC = "public"
    MEMBER = "member"
    ADMIN = "admin"
    PROVIDER = "provider"
    """A provider's webhook. It has no token; the handler verifies a signature."""

    @property
    def authenticated(self) -> bool:
        """Whether the gateway requires an id token."""
        return self in {Access.MEMBER, Access.ADMIN}


@dataclass(frozen=True)
class Throttle:
    """The rate of requests per second that the gateway allows for a method, and the burst."""

    rate: int
    burst: int


DEFAULT_THROTTLE = Throttle(rate=100, burst=200)
MONEY_THROTTLE = Throttle(rate=20, burst=60)
AUTH_THROTTLE = Throttle(rate=10, burst=40)


class Idempotency(StrEnum):
    """How an endpoint handles an `Idempotency-Key`."""

    NONE = "none"
    """The method is idempotent by itself: all methods except POST."""
    REPLAY = "replay"
    """The first response is stored for 24 hours and replayed."""
    ACQUIRE = "acquire"
    """As REPLAY, for a use case that asks a provider outside: the key is acquired before, with `UnitOfWork.begin`, and
    a second request is refused while the first is in flight."""
    NOT_KEPT = "not_kept"
    """Nothing is stored: the response contains credentials, the provider's ids deduplicate, or there is no effect."""

    @property
    def kept(self) -> bool:
        """Whether the first answer is kept under the key."""
        return self in {Idempotency.REPLAY, Idempotency.ACQUIRE}


class BanCheck(StrEnum):
    """Where a write refuses a banned caller."""

    IN_RUNTIME = "in_runtime"
    """A guard of the unit of work refuses: at the first read of the use case, and again at its commit."""
    IN_USE_CASE = "in_use_case"
    """The use case refuses: in its transaction, or as one failure among others."""


@dataclass(frozen=True)
class Function:
    """The common part of all declarations.

    Attributes
    ----------
    module
        Its module, `session.booking.endpoints.book_session`; the Lambda's handler is `<module>.handler`.
    grants
        What the handler uses. `Endpoint.grants` and its like add what the runtime uses.
    timeout_seconds, memory_mb
        Limits of the Lambda.
    layers
        Layers beside those of all functions, by the names of their groups in `pyproject.toml`.
    """

    module: str
    function: Callable[..., Any]
    grants: tuple[Grant, ...]
    timeout_seconds: int = 10
    memory_mb: int = 512
    layers: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """The domain it belongs to."""
        return self.module.split(".", 1)[0]

    @property
    def name(self) -> str:
        """Its name within its domain: `book-session`."""
        return self.module.rsplit(".", 1)[1].replace("_", "-")

    @property
    def reads_in_batches(self) -> bool:
        """Whether the use case reads through a unit of work, which reads the guards' records with its own."""
        return any(Do.BATCH_GET in grant.actions for grant in tables(self.grants).values())

    @property
    def writes_to_tables(self) -> bool:
        """Whether the use case may commit something."""
        return any(grant.actions & _WRITES for grant in tables(self.grants).values())

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.function.__doc__ or "").strip().split("\n", 1)[0].rstrip(".")


@dataclass(frozen=True)
class EndpointDeclaration(Function):
    """The declaration of an endpoint: route, access, response, errors."""

    method: str = "GET"
    path: str = "/"
    access: Access = Access.MEMBER
    status: int = 200
    errors: tuple[type[Problem], ...] = ()
    throttle: Throttle = DEFAULT_THROTTLE
    idempotency: Idempotency = Idempotency.NONE
    max_body_bytes: int = 64 * 1024
    content_type: str = "application/json"
    conflict_view: Callable[[Any], Any] | None = None
    """Makes the additional fields of its 409 problems from their `findings`."""
    ban_check: BanCheck = BanCheck.IN_RUNTIME
    view: Callable[[Any], Any] | None = None
    """Makes the body of the answer from what the handler returns. Without one the handler returns the body itself."""

    @property
    def writes(self) -> bool:
        """Whether it may change something for its caller."""
        return self.access.authenticated and self.method != "GET"

    @property
    def judges_caller(self) -> bool:
        """Whether the caller's recorded ban, and role where an admin is needed, are judged: in writes and in all that
        only admins may do."""
        return self.writes or self.access is Access.ADMIN

    @property
    def route(self) -> str:
        """`POST /sessions/book`."""
        return f"{self.method} {self.path}"
