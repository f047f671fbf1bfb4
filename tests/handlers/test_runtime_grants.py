"""tests.grants_in_use: a call without its grant fails at once, an unused grant at the end of a complete run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from solo60 import aws, settings
from solo60.grants import Do, Grant, IdentityGrant, QueueGrant, SecretGrant, TableGrant
from solo60.http.endpoint import Endpoint
from tests import grants_in_use
from tests.conftest import call
from tests.grants_in_use import GrantsInUse, Permission, by_others, needed, permissions
from tests.handlers.probes import declared

KEY = {"PK": {"S": "A"}, "SK": {"S": "B"}}
GYM, SESSION = "solo60-test-gym", "solo60-test-session"


def _get() -> None:
    aws.client("dynamodb").get_item(TableName=GYM, Key=KEY)


def _get_many() -> None:
    aws.client("dynamodb").batch_get_item(RequestItems={GYM: {"Keys": [KEY]}, SESSION: {"Keys": [KEY]}})


def _query(**more: Any) -> None:
    names = ("by_place_pk",) if more else ("PK",)
    aws.client("dynamodb").query(
        TableName=GYM,
        KeyConditionExpression=f"{names[0]} = :v",
        ExpressionAttributeValues={":v": {"S": "A"}},
        **more,
    )


def _query_index() -> None:
    _query(IndexName="by_place")


def _scan() -> None:
    aws.client("dynamodb").scan(TableName=GYM)


def _transact() -> None:
    check = {"Key": KEY, "TableName": SESSION, "ConditionExpression": "attribute_not_exists(PK)"}
    put = {"Item": KEY, "TableName": GYM}
    aws.client("dynamodb").transact_write_items(TransactItems=[{"ConditionCheck": check}, {"Put": put}])


def _send() -> None:
    aws.client("sqs").send_message(QueueUrl=settings.queue_url("payment-stripe-events"), MessageBody="{}")


def _read_secret() -> None:
    aws.secret(settings.secret_arn("cursor-key"))


CALLS: list[tuple[Callable[[], None], tuple[Grant, ...]]] = [
    (_get, (TableGrant("gym", {Do.GET}),)),
    (_get_many, (TableGrant("gym", {Do.BATCH_GET}), TableGrant("session", {Do.BATCH_GET}))),
    (_query, (TableGrant("gym", {Do.QUERY}),)),
    (_query_index, (TableGrant("gym", indexes={"by_place"}),)),
    (_transact, (TableGrant("gym", {Do.PUT}), TableGrant("session", {Do.CHECK}))),
    (_send, (QueueGrant("payment-stripe-events"),)),
    (_read_secret, (SecretGrant("cursor-key"),)),
]
NAMES = [act.__name__ for act, _ in CALLS]


Make = Callable[[Callable[[], None], tuple[Grant, ...]], Endpoint]


@pytest.fixture
def function(tables: None, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes an endpoint that does something and has grants, and counts it to the catalogue."""

    def make(act: Callable[[], None], grants: tuple[Grant, ...]) -> Endpoint:
        def handle() -> None:
            """Do it."""
            act()

        made = declared("GET", "/probes/grants", handle, name="probe_grants", status=204, grants=grants)
        monkeypatch.setattr(grants_in_use, "functions", lambda: {made.declaration.module: made})
        monkeypatch.setattr(grants_in_use, "USE", grants_in_use.Use())
        return made

    return make


@pytest.mark.parametrize(("act", "grants"), CALLS, ids=NAMES)
def test_what_is_granted_may_be_called_and_is_used(
    function: Make, member: str, act: Callable[[], None], grants: tuple[Grant, ...]
) -> None:
    made = function(act, grants)
    assert call(made, user=member).status == 204
    assert grants_in_use.USE.used == {made.declaration.module: permissions(made)}
    assert grants_in_use.unused(grants_in_use.USE.used) == []


def test_a_secret_that_another_function_has_read_before_is_used_all_the_same(function: Make, member: str) -> None:
    _read_secret()
    made = function(_read_secret, (SecretGrant("cursor-key"),))
    call(made, user=member)
    assert grants_in_use.unused(grants_in_use.USE.used) == []


OTHER = (TableGrant("user", {Do.GET}), TableGrant("gym", {Do.DELETE}, indexes={"by_name"}), QueueGrant("another"))


@pytest.mark.parametrize(("act", "grants"), [*CALLS, (_scan, ())], ids=[*NAMES, "_scan"])
def test_what_is_not_granted_fails_at_once(
    function: Make, member: str, act: Callable[[], None], grants: tuple[Grant, ...]
) -> None:
    for left_out in range(max(1, len(grants))):
        made = function(act, (*grants[:left_out], *grants[left_out + 1 :], *OTHER))
        with pytest.raises(pytest.fail.Exception, match=r"probe_grants has no grant for .* It has: "):
            call(made, user=member)


def test_a_failure_that_the_code_has_caught_fails_all_the_same(function: Make, member: str) -> None:
    def hide() -> None:
        with suppress(BaseException):
            _get()

    with pytest.raises(pytest.fail.Exception, match="has caught this failure"):
        call(function(hide, ()), user=member)


def test_what_others_do_meanwhile_is_not_counted(function: Make, member: str) -> None:
    def interfere() -> None:
        with by_others():
            _get()

    assert call(function(interfere, ()), user=member).status == 204
    assert grants_in_use.USE.used == {}


@pytest.mark.parametrize(
    ("call", "needs"),
    [
        (
            ("dynamodb", "TransactGetItems", {"TransactItems": [{"Get": {"TableName": GYM, "Key": KEY}}]}),
            {("dynamodb:GetItem", "table/gym")},
        ),
        (
            (
                "dynamodb",
                "TransactWriteItems",
                {"TransactItems": [{"Update": {"TableName": GYM}}, {"Delete": {"TableName": SESSION}}]},
            ),
            {("dynamodb:UpdateItem", "table/gym"), ("dynamodb:DeleteItem", "table/session")},
        ),
        (("dynamodb", "GetItem", {"TableName": "elsewhere"}), {("dynamodb:GetItem", "table/elsewhere")}),
        (("sqs", "SendMessageBatch", {"QueueUrl": "https://aws/1/q"}), {("sqs:SendMessage", "queue/q")}),
        (("cognito-idp", "AdminGetUser", {"UserPoolId": "pool"}), {("cognito-idp:AdminGetUser", "user-pool/members")}),
        (("cognito-idp", "AdminGetUser", {"UserPoolId": "x"}), {("cognito-idp:AdminGetUser", "user-pool/another")}),
        (
            ("cognito-idp", "AdminUserGlobalSignOut", {"ClientId": "app"}),
            {("cognito-idp:AdminUserGlobalSignOut", "user-pool/members")},
        ),
        (
            ("cognito-idp", "AdminUserGlobalSignOut", {"ClientId": "x"}),
            {("cognito-idp:AdminUserGlobalSignOut", "user-pool/another")},
        ),
        (
            ("sesv2", "SendEmail", {"FromEmailAddress": "S <a@b.example>", "Content": {"Raw": {"Data": b""}}}),
            {
                (action, resource)
                for action in ("ses:SendEmail", "ses:SendRawEmail")
                for resource in ("identity/a@b.example", "configuration-set/mail")
            },
        ),
        (("events", "PutEvents", {"Entries": [{"EventBusName": "bus"}]}), {("events:PutEvents", "event-bus/events")}),
        (("events", "PutEvents", {"Entries": [{"EventBusName": "x"}]}), {("events:PutEvents", "event-bus/another")}),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_what_a_call_needs(call: Any, needs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ((settings.USER_POOL, "pool"), (settings.USER_POOL_CLIENT, "app"), (settings.EVENT_BUS, "bus")):
        monkeypatch.setenv(name, value)
    assert {tuple(need) for need in needed(*call)} == needs


def test_a_service_without_a_rule_is_no_free_pass() -> None:
    with pytest.raises(LookupError, match="sns"):
        needed("sns", "Publish", {})


def test_a_grant_on_other_actions_of_a_service_is_unused(function: Make, member: str) -> None:
    made = function(_get, (TableGrant("gym", {Do.GET, Do.PUT}, indexes={"by_place"}), IdentityGrant({"AdminGetUser"})))
    call(made, user=member)
    assert grants_in_use.unused(grants_in_use.USE.used) == [
        "user.endpoints.probe_grants: cognito-idp:AdminGetUser on user-pool/members",
        "user.endpoints.probe_grants: dynamodb:PutItem on table/gym",
        "user.endpoints.probe_grants: dynamodb:Query on table/gym/index/by_place",
    ]


# --- the end of a run ---

ALL = [SimpleNamespace(path=path) for path in Path(__file__).parent.rglob("test_*.py")]
GRANT = Permission("dynamodb:GetItem", "table/gym")


class Run:
    """A run of pytest as far as the plugin sees it, with one function that has two grants."""

    def __init__(self, items: list[Any], *args: str, collectonly: bool = False, **config: Any) -> None:
        option = SimpleNamespace(collectonly=collectonly)
        self.session: Any = SimpleNamespace(
            items=items, exitstatus=0, config=SimpleNamespace(args=args or ("tests",), option=option, **config)
        )
        self.plugin = GrantsInUse()

    def end(self, exitstatus: int = 0) -> int:
        self.session.exitstatus = exitstatus
        self.plugin.pytest_sessionfinish(self.session, exitstatus)
        return int(self.session.exitstatus)


@pytest.fixture
def half_used(function: Make, member: str) -> None:
    """One of two grants is used."""
    call(function(_get, (TableGrant("gym", {Do.GET, Do.PUT}),)), user=member)


@pytest.mark.usefixtures("half_used")
def test_a_complete_run_that_left_a_grant_unused_fails() -> None:
    run = Run(ALL)
    run.plugin.pytest_collection_finish(run.session)
    assert run.end() == pytest.ExitCode.TESTS_FAILED
    lines: list[str] = []
    terminal: Any = SimpleNamespace(section=lambda title, **_: lines.append(title), line=lines.append)
    run.plugin.pytest_terminal_summary(terminal)
    assert lines[1:] == ["user.endpoints.probe_grants: dynamodb:PutItem on table/gym"]


@pytest.mark.usefixtures("half_used")
def test_a_run_in_part_says_nothing() -> None:
    one_short, picked, listed = Run(ALL[1:]), Run(ALL, "tests", "tests/handlers/x.py::test"), Run(ALL, collectonly=True)
    for run in (one_short, picked, listed):
        run.plugin.pytest_collection_finish(run.session)
        assert run.end() == 0
    deselected = Run(ALL)
    deselected.plugin.pytest_deselected()
    assert deselected.end() == 0
    failed = Run(ALL)
    assert failed.end(pytest.ExitCode.INTERRUPTED) == pytest.ExitCode.INTERRUPTED


@pytest.mark.usefixtures("half_used")
def test_the_controller_judges_what_the_workers_report() -> None:
    worker = Run(ALL, workeroutput={})
    worker.plugin.pytest_collection_finish(worker.session)
    assert worker.end() == 0
    output = worker.session.config.workeroutput
    assert output[GrantsInUse.REPORT] == {
        "complete": True,
        "used": {"user.endpoints.probe_grants": [["dynamodb:GetItem", "table/gym"]]},
    }
    grants_in_use.USE.used.clear()
    put = {"complete": True, "used": {"user.endpoints.probe_grants": [["dynamodb:PutItem", "table/gym"]]}}
    for others, status in (
        ([put], pytest.ExitCode.OK),
        ([], pytest.ExitCode.TESTS_FAILED),
        ([{**put, "complete": False}], pytest.ExitCode.OK),
        ([None], pytest.ExitCode.OK),
    ):
        controller = Run([])
        for report in (output[GrantsInUse.REPORT], *others):
            node = SimpleNamespace(workeroutput={GrantsInUse.REPORT: report}) if report else SimpleNamespace()
            controller.plugin.pytest_testnodedown(node)
        assert controller.end() == status
