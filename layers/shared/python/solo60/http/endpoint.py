"""`@endpoint`: declares the handler of a file. The resulting object is the Lambda handler.

Modules that need DynamoDB are imported where they are used: an endpoint without a table starts in half the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from solo60 import aws, correlation, observability
from solo60.collaborators import collaborator
from solo60.declarations import (
    DEFAULT_THROTTLE,
    Access,
    BanCheck,
    EndpointDeclaration,
    Idempotency,
    Throttle,
)
from solo60.grants import Grant, SecretGrant
from solo60.http.parameters import PageRequest, Signature, arguments
from solo60.http.request import Caller, IfMatch, RawBody, Request, Role
from solo60.http.response import Replayed, Response, render, render_problem
from solo60.paging import CURSOR_SECRET, Paging
from solo60.problems import (
    EmailNotVerified,
    EncodedBody,
    Forbidden,
    InternalError,
    PayloadTooLarge,
    Problem,
    ServiceUnavailable,
    Unauthenticated,
)
from solo60.retry import deadline_within

if TYPE_CHECKING:
    from pydantic import BaseModel

    from solo60.unit_of_work import Guard, UnitOfWork


class Endpoint:
    """A declared endpoint, callable as a Lambda handler.

    The order of errors: body encoded or too large, unauthenticated, unverified, wrong role, banned or no longer
    an admin, malformed or invalid request, then the errors of the use case. What an Idempotency-Key replays precedes a
    ban. Ban and recorded role cost no trip: they are read with the use case's data, and alone only where the request is
    invalid. A use case that judges the ban itself (`BanCheck.IN_USE_CASE`) gets valid requests only.
    """

    def __init__(self, declaration: EndpointDeclaration) -> None:
        self.declaration = declaration

    @cached_property
    def signature(self) -> Signature:
        """The parameters of the handler.

        Raises
        ------
        TypeError
            The runtime cannot provide a parameter, or cannot keep the key or refuse a banned member: both are guards of
            a `UnitOfWork`, which the handler does not take.
        """
        declared = self.declaration
        signature = Signature.of(declared.function, declared.view)
        guarded = declared.idempotency.kept or (declared.writes and declared.ban_check is BanCheck.IN_RUNTIME)
        if guarded and signature.unit_of_work is None:
            raise TypeError(f"{declared.module} writes, and takes no UnitOfWork")
        return signature

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The declared grants, and the grants of the runtime."""
        from solo60 import audit, bans, roles
        from solo60.http import idempotency

        declared, uow = self.declaration, self.signature.unit_of_work is not None
        grants = list(declared.grants)
        if declared.idempotency.kept:
            acquired = declared.idempotency is Idempotency.ACQUIRE
            grants.append(idempotency.grant(declared.domain, acquired=acquired))
        if declared.judges_caller:
            writes = declared.writes and uow and declared.writes_to_tables
            commits = writes or declared.idempotency.kept
            grants.append(bans.grant(commits=commits))
            if declared.access is Access.ADMIN:
                grants.append(roles.grant(commits=commits))
                grants += [audit.GRANT] if writes else []
        if self.signature.paged:
            grants.append(SecretGrant(CURSOR_SECRET))
        return tuple(grants)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Handle an API Gateway proxy event."""
        started = time.perf_counter()
        headers = {str(name).lower(): value for name, value in (event.get("headers") or {}).items()}
        request_id = str((event.get("requestContext") or {}).get("requestId", ""))
        with correlation.following(headers.get("x-correlation-id") or request_id) as correlation_id:
            observability.bind(correlation_id=correlation_id, request_id=request_id)
            caller: Caller | None = None
            try:
                request = Request.from_event(event, correlation_id)
                caller = self._caller(request)
                response = self._answer(request, caller, context)
            except Problem as problem:
                response = render_problem(problem, request_id, self.declaration.conflict_view)
            except Exception as error:  # noqa: BLE001 - the outermost boundary: the response is a problem, the log has the cause
                observability.log_failure("unexpected error", error)
                transient = aws.is_transient(error)
                response = render_problem(ServiceUnavailable() if transient else InternalError(), request_id)
            observability.logger().info(
                "request",
                extra={
                    "route": self.declaration.route,
                    "status": response.status,
                    "caller": caller.id if caller else None,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                },
            )
            observability.flush()
            observability.unbind()
            return response.to_gateway(request_id, correlation_id)

    def _caller(self, request: Request) -> Caller | None:
        if request.is_encoded and self.declaration.method != "GET":
            raise EncodedBody
        if len(request.body) > self.declaration.max_body_bytes:
            raise PayloadTooLarge(f"The body may have up to {self.declaration.max_body_bytes} bytes.")
        if not self.declaration.access.authenticated:
            return None
        if not request.claims:
            raise Unauthenticated
        caller = Caller.from_claims(request.claims)
        if not caller.verified:
            raise EmailNotVerified
        if self.declaration.access is Access.ADMIN and caller.role is not Role.ADMIN:
            raise Forbidden
        return caller

    def _answer(self, request: Request, caller: Caller | None, context: Any) -> Response:
        try:
            values, page = arguments(self.signature, request)
        except Problem:
            self._judge(caller)
            raise
        uow = None
        if self.signature.unit_of_work is not None:
            uow = self._unit_of_work(request, values, caller, context)
        for name, kind in self.signature.provided.items():
            values[name] = uow if name == self.signature.unit_of_work else self._provide(kind, request, caller, page)
        for name, kind in self.signature.collaborators.items():
            values[name] = collaborator(kind)
        if uow is None:
            self._judge(caller)
            return self._render(self.declaration.function(**values))
        return self._answer_in_one_unit(uow, values)

    def _answer_in_one_unit(self, uow: UnitOfWork, values: dict[str, Any]) -> Response:
        try:
            try:
                result = self.declaration.function(**values)
            except Problem:
                uow.refuse()
                raise
            except Replayed:
                raise
            except Exception:
                uow.release()
                raise
            uow.close(result)
        except Replayed as replayed:
            return replayed.response
        return self._render(result)

    def _unit_of_work(
        self, request: Request, values: dict[str, Any], caller: Caller | None, context: Any
    ) -> UnitOfWork:
        from solo60.audit import Auditor
        from solo60.http.idempotency import HEADER, IdempotencyKey
        from solo60.unit_of_work import UnitOfWork

        declared, caller_id = self.declaration, caller.id if caller else None
        guards = self._guards(caller) if caller and declared.judges_caller else []
        auditor = None
        if caller_id and declared.access is Access.ADMIN:
            auditor = Auditor(caller_id, declared.module.rsplit(".", 1)[1])
        key = request.header(HEADER) if declared.idempotency.kept else None
        answer = None
        if key is not None:
            answer = IdempotencyKey(declared, request, values, key, caller_id, render=self._render)
        deadline = deadline_within(context.get_remaining_time_in_millis())
        return UnitOfWork(guards, answer=answer, auditor=auditor, deadline=deadline)

    def _guards(self, caller: Caller) -> list[Guard]:
        from solo60.bans import BanGuard
        from solo60.roles import AdminGuard

        declared = self.declaration
        by_use_case = declared.ban_check is BanCheck.IN_USE_CASE
        guards: list[Guard] = [
            BanGuard(caller.id, issued_at=caller.issued_at, login=caller.login, judged_by_use_case=by_use_case)
        ]
        return [*guards, AdminGuard(caller.id)] if declared.access is Access.ADMIN else guards

    def _judge(self, caller: Caller | None) -> None:
        """Judge the caller by what is recorded, where no unit of work does."""
        if caller is None or not self.declaration.judges_caller:
            return
        from solo60.records import batch_get

        guards = self._guards(caller)
        found = batch_get(*(key for guard in guards for key in guard.keys_to_read()))
        for guard in guards:
            guard.judge(found)

    def _render(self, result: Any) -> Response:
        view = self.declaration.view
        return render(result if view is None else view(result), self.declaration.status)

    def _provide(
        self,
        kind: type[Any],
        request: Request,
        caller: Caller | None,
        page: PageRequest | None,
    ) -> Any:
        if kind is Caller:
            return caller
        if kind is Request:
            return request
        if kind is IfMatch:
            return IfMatch.parse(request.header("if-match"))
        if kind is RawBody:
            return RawBody(request.body)
        if kind is not Paging or page is None:
            raise TypeError(f"{self.declaration.module}: no way to provide a {kind.__name__}")
        scope = {
            "path": request.path,
            "query": page.query,
            "route": self.declaration.route,
            "caller": caller.id if caller else None,
        }
        return Paging(page.limit, page.cursor, scope)


def endpoint(
    method: str,
    path: str,
    *,
    access: Access,
    status: int = 200,
    grants: tuple[Grant, ...] = (),
    errors: tuple[type[Problem], ...] = (),
    throttle: Throttle = DEFAULT_THROTTLE,
    idempotency: Idempotency | None = None,
    max_body_bytes: int = 64 * 1024,
    content_type: str = "application/json",
    conflict_view: Callable[[Any], BaseModel] | None = None,
    ban_check: BanCheck = BanCheck.IN_RUNTIME,
    view: Callable[[Any], Any] | None = None,
    timeout_seconds: int = 10,
    memory_mb: int = 512,
    layers: tuple[str, ...] = (),
) -> Callable[[Callable[..., Any]], Endpoint]:
    """Decorator that declares an endpoint. The docstring of the handler becomes the summary and description.

    Parameters
    ----------
    method, path
        The route, `"POST", "/sessions/book"`.
    access
        Who may call.
    status
        The status of a success.
    grants
        What the use case uses. The runtime adds its own grants.
    errors
        Errors of the use case, in addition to those of every endpoint.
    throttle
        The throttle of this method at the gateway.
    idempotency
        For a POST with another mode than `Idempotency.REPLAY`.
    max_body_bytes
        The limit of the body; a larger one gets a 413.
    content_type
        The media type of the response.
    conflict_view
        Makes the additional fields of its 409 problems from the `findings` of a problem: `views.refused_booking`.
    ban_check
        `BanCheck.IN_USE_CASE` where the use case refuses a banned caller: in its transaction, or as one failure among
        others.
    view
        Makes the body of the answer from what the handler returns: `views.session_view`.
    layers
        Layers beside those of all functions: `("images",)`.
    """

    def declare(function: Callable[..., Any]) -> Endpoint:
        kept = idempotency or (Idempotency.REPLAY if method == "POST" else Idempotency.NONE)
        return Endpoint(
            EndpointDeclaration(
                module=function.__module__,
                function=function,
                grants=grants,
                timeout_seconds=timeout_seconds,
                memory_mb=memory_mb,
                layers=layers,
                method=method,
                path=path,
                access=access,
                status=status,
                errors=errors,
                throttle=throttle,
                idempotency=kept,
                max_body_bytes=max_body_bytes,
                content_type=content_type,
                conflict_view=conflict_view,
                ban_check=ban_check,
                view=view,
            )
        )

    return declare
