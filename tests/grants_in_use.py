"""Grants are proven by use: what functions ask of AWS in the handler tests, beside what their roles allow.

While a declared function runs, each call of the product's AWS clients is turned into the permissions that IAM asks for
it. A permission that the function's grants do not give fails the test at once. Permissions that no handler test of the
function has used fail the run at its end, if it was a complete one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from email.utils import parseaddr
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from _pytest.terminal import TerminalReporter
from botocore.signers import S3PostPresigner

from infra_cdk import catalogue
from infra_cdk.catalogue import Declared
from solo60 import aws, settings
from solo60.consumers import Consumer
from solo60.grants import Resource
from solo60.http.endpoint import Endpoint
from solo60.jobs import Job
from solo60.relay import Relay
from solo60.workers import Worker

STAGE = "test"
HANDLER_TESTS = Path(__file__).parent / "handlers"


class Permission(NamedTuple):
    """An action on a resource, as a statement of a role allows it or as a call needs it."""

    action: str
    """As IAM spells it, `"dynamodb:Query"`."""
    resource: str
    """`table/session`, `table/session/index/by_member`; in a statement it may end in a star."""

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


class _Names:
    """The resolver of the tests' account: resources by their names alone."""

    def name(self, *parts: str) -> str:
        return "-".join(parts)

    def arn(self, service: str, resource: str) -> str:
        return resource

    def provided(self, kind: str, name: str) -> Resource:
        # There is no distribution in the tests' account.
        return Resource("" if kind == "distribution" else name, f"{kind}/{name}")

    def setting(self, name: str) -> str:
        return name


@cache
def permissions(function: Declared) -> frozenset[Permission]:
    """What the grants of a function allow."""
    return frozenset(
        Permission(str(action), resource)
        for grant in function.grants
        for statement in grant.statements(_Names())
        for action in statement.actions
        for resource in statement.resources
    )


# --- what a call needs ---

Parameters = Mapping[str, Any]

_IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def _table(name: str) -> str:
    return f"table/{name.removeprefix(catalogue.table_name(STAGE, ''))}"


def _of_dynamodb(operation: str, parameters: Parameters) -> Iterator[Permission]:
    if "TransactItems" in parameters:
        for item in parameters["TransactItems"]:
            for kind, part in item.items():
                yield Permission(f"dynamodb:{_IN_TRANSACTION[kind]}", _table(part["TableName"]))
        return
    names = parameters["RequestItems"] if "RequestItems" in parameters else [parameters["TableName"]]
    index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
    for name in names:
        yield Permission(f"dynamodb:{operation}", _table(name) + index)


def _of_sqs(operation: str, parameters: Parameters) -> Iterator[Permission]:
    # IAM has one action for a message and for a batch of them.
    action = operation.removesuffix("Batch")
    yield Permission(f"sqs:{action}", f"queue/{parameters['QueueUrl'].rsplit('/', 1)[1]}")


_IN_S3 = {"HeadObject": "GetObject", "DeleteObjects": "DeleteObject"}


def _of_s3(operation: str, parameters: Parameters) -> Iterator[Permission]:
    if operation == "CreateBucket":
        # The signer of forms takes the address of a bucket from it; the form itself is noted below.
        return
    bucket = f"bucket/{parameters['Bucket']}"
    keys = [parameters["Key"]] if "Key" in parameters else [each["Key"] for each in parameters["Delete"]["Objects"]]
    for key in keys:
        yield Permission(f"s3:{_IN_S3.get(operation, operation)}", f"{bucket}/{key}")
    if operation == "HeadObject":
        # Without it a missing object is answered as a forbidden one.
        yield Permission("s3:ListBucket", bucket)


def _of_secrets_manager(operation: str, parameters: Parameters) -> Iterator[Permission]:
    # The service adds six characters to a secret's name.
    name = re.sub(r"-[A-Za-z0-9]{6}$", "", parameters["SecretId"].rsplit(":", 1)[1])
    yield Permission(f"secretsmanager:{operation}", f"secret/{name}")


def _of_cognito(operation: str, parameters: Parameters) -> Iterator[Permission]:
    addressed = parameters.get("UserPoolId"), parameters.get("ClientId")
    ours = os.environ[settings.USER_POOL], os.environ[settings.USER_POOL_CLIENT]
    pool = "members" if all(given in {None, own} for given, own in zip(addressed, ours, strict=True)) else "another"
    yield Permission(f"cognito-idp:{operation}", f"user-pool/{pool}")


def _of_ses(operation: str, parameters: Parameters) -> Iterator[Permission]:
    # SES checks a raw message as SendRawEmail too, and the configuration set of the identity beside the identity.
    raw = {"SendRawEmail"} if "Raw" in parameters["Content"] else set()
    for action in {operation, *raw}:
        for resource in (f"identity/{parseaddr(parameters['FromEmailAddress'])[1]}", "configuration-set/mail"):
            yield Permission(f"ses:{action}", resource)


def _of_events(operation: str, parameters: Parameters) -> Iterator[Permission]:
    for entry in parameters["Entries"]:
        ours = entry["EventBusName"] == os.environ[settings.EVENT_BUS]
        yield Permission(f"events:{operation}", f"event-bus/{'events' if ours else 'another'}")


_OF_SERVICE: dict[str, Callable[[str, Parameters], Iterator[Permission]]] = {
    "cognito-idp": _of_cognito,
    "dynamodb": _of_dynamodb,
    "events": _of_events,
    "s3": _of_s3,
    "secretsmanager": _of_secrets_manager,
    "sesv2": _of_ses,
    "sqs": _of_sqs,
}


def needed(service: str, operation: str, parameters: Parameters) -> list[Permission]:
    """The permissions that a call needs.

    Raises
    ------
    LookupError
        No rule says what a call of this service needs: write one beside the others.
    """
    if service not in _OF_SERVICE:
        raise LookupError(f"no rule in {__name__} says which permissions {service} asks for {operation}")
    return list(_OF_SERVICE[service](operation, parameters))


# --- who asks ---


class _Run(NamedTuple):
    function: Declared | None
    refused: list[str]


class Use:
    """What functions have used.

    Attributes
    ----------
    used
        Permissions by the function's module.
    """

    def __init__(self) -> None:
        self.used: dict[str, set[Permission]] = {}
        self._running: list[_Run] = []

    @contextmanager
    def by(self, function: Declared | None) -> Iterator[None]:
        """While `function` runs; None for what is not its doing, as when another process interferes."""
        run = _Run(function, [])
        self._running.append(run)
        try:
            yield
        finally:
            self._running.pop()
        if run.refused:
            pytest.fail(f"{run.refused[0]} (the code under test has caught this failure)")

    def note(self, service: str, operation: str, parameters: Parameters) -> None:
        """Note a call, and fail the test if the function that makes it may not.

        The failure is no `Exception`, so no boundary of the product turns it into an answer.
        """
        function, refused = self._running[-1] if self._running else (None, [])
        if function is None:
            return
        module, allowed = function.declaration.module, permissions(function)
        for need in needed(service, operation, parameters):
            giving = {given for given in allowed if given.action == need.action and covers(given, need)}
            if not giving:
                has = ", ".join(sorted(str(given) for given in allowed)) or "nothing"
                refused.append(f"{module} has no grant for {need}, which {operation} needs. It has: {has}.")
                pytest.fail(refused[-1])
            self.used.setdefault(module, set()).update(giving)


def covers(given: Permission, need: Permission) -> bool:
    return fnmatchcase(need.resource, given.resource)


USE = Use()
"""Of this process."""


def by_others() -> AbstractContextManager[None]:
    """Around what a test does in the midst of a function's run and in the place of somebody else."""
    return USE.by(None)


def note_call(model: Any, params: Parameters, **_: Any) -> None:
    """The hook for botocore's `before-parameter-build`."""
    USE.note(model.service_model.service_name, model.name, params)


@cache
def functions() -> dict[str, Declared]:
    """The catalogue's functions by module."""
    return {each.declaration.module: each for service in catalogue.services() for each in service.functions}


def watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Note what the catalogue's functions ask of AWS, for one test."""
    for kind in (Endpoint, Consumer, Worker, Job, Relay):
        monkeypatch.setattr(kind, "__call__", _watched(kind.__call__))
    # The address of a reading is announced by the client as a call would be; a signed form is not.
    sign = S3PostPresigner.generate_presigned_post
    monkeypatch.setattr(S3PostPresigner, "generate_presigned_post", _noting_form(sign))
    # A secret that an earlier function of this process has read is a use by the function that needs it now.
    monkeypatch.setattr(aws, "secret", _noting_secret(aws.secret))


def _noting_form(sign: Callable[..., Any]) -> Callable[..., Any]:
    def signed(self: Any, *args: Any, **kwargs: Any) -> Any:
        form = sign(self, *args, **kwargs)
        [bucket] = [each["bucket"] for each in kwargs["conditions"] if isinstance(each, dict) and "bucket" in each]
        USE.note("s3", "PutObject", {"Bucket": bucket, "Key": form["fields"]["key"]})
        return form

    return signed


def _noting_secret(read: Callable[[str], str]) -> Callable[[str], str]:
    def noted(arn: str) -> str:
        USE.note("secretsmanager", "GetSecretValue", {"SecretId": arn})
        return read(arn)

    return noted


def _watched(run: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    def watched(self: Declared, event: Any, context: Any) -> Any:
        with USE.by(self if self.declaration.module in functions() else None):
            return run(self, event, context)

    return watched


# --- the end of a run ---


def unused(used: Mapping[str, Iterable[Permission]]) -> list[str]:
    """Each permission of the catalogue that no test has used, as a line."""
    return [
        f"{module}: {given}"
        for module, function in functions().items()
        for given in sorted(permissions(function) - set(used.get(module, ())))
    ]


class GrantsInUse:
    """The pytest plugin: fails a complete run that left grants unused.

    With pytest-xdist the workers note, and the controller judges what they report when they end.
    """

    REPORT = "grants_in_use"

    def __init__(self) -> None:
        self._used: dict[str, set[Permission]] = {}
        self._complete = True
        self._unused: list[str] = []

    def pytest_deselected(self) -> None:
        """Some tests were left out by `-k`, `-m` or the like."""
        self._complete = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """A run is complete if it takes each module of the handler tests whole."""
        in_part = session.config.option.collectonly or any("::" in argument for argument in session.config.args)
        if in_part or set(HANDLER_TESTS.rglob("test_*.py")) - {item.path for item in session.items}:
            self._complete = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended, or crashed and reports nothing."""
        report = getattr(node, "workeroutput", {}).get(self.REPORT)
        if report is None:
            self._complete = False
            return
        self._complete = self._complete and report["complete"]
        self._add({module: {Permission(*each) for each in used} for module, used in report["used"].items()})

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Report to the controller, or judge."""
        if hasattr(session.config, "workeroutput"):
            used = {module: [list(each) for each in used] for module, used in USE.used.items()}
            session.config.workeroutput[self.REPORT] = {"complete": self._complete, "used": used}
            return
        self._add(USE.used)
        if self._complete and exitstatus == pytest.ExitCode.OK:
            self._unused = unused(self._used)
            if self._unused:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Say which grants no test has used."""
        if self._unused:
            terminalreporter.section("grants that no handler test has used", red=True)
            for line in self._unused:
                terminalreporter.line(line)

    def _add(self, used: Mapping[str, set[Permission]]) -> None:
        for module, each in used.items():
            self._used.setdefault(module, set()).update(each)
