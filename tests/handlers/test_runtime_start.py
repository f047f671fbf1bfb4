"""`solo60.entry`: how Lambda starts a function."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from infra_cdk import catalogue
from infra_cdk.catalogue import Declared
from solo60 import aws, entry
from solo60.grants import IdentityGrant, TableGrant
from tests.conftest import LambdaContext

FUNCTIONS = [function for service in catalogue.services() for function in service.functions]
SERVICES = ("dynamodb", "secretsmanager")


@pytest.fixture(autouse=True)
def nothing_stays_frozen() -> Iterator[None]:
    yield
    gc.unfreeze()


def _calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that are called from now on, as IAM names them."""
    made: list[str] = []

    def note(model: Any, **_: Any) -> None:
        made.append(f"{model.service_model.service_name}:{model.name}")

    for service in SERVICES:
        aws.client(service).meta.events.register(f"before-call.{service}", note)
    return made


@pytest.mark.parametrize("declared", FUNCTIONS, ids=lambda declared: declared.declaration.module)
@pytest.mark.usefixtures("tables")
def test_a_start_connects_by_what_is_granted(monkeypatch: pytest.MonkeyPatch, declared: Declared) -> None:
    made = _calls(monkeypatch)
    monkeypatch.setenv(entry.FUNCTION_MODULE, declared.declaration.module)
    assert callable(entry.handler)
    allowed = {str(action) for grant in declared.grants for action in grant.actions}
    allowed |= {"dynamodb:Query" for grant in declared.grants if isinstance(grant, TableGrant) and grant.indexes}
    assert set(made) <= allowed
    assert len([call for call in made if call.startswith("dynamodb")]) <= 1


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(("domain", "made"), [("d1.cloudfront.net", False), ("", True)])
def test_a_function_that_signs_nothing_makes_no_client_of_s3(
    monkeypatch: pytest.MonkeyPatch, domain: str, made: bool
) -> None:
    make, services = aws.client, list[str]()

    def noted(service: str, **more: int) -> object:
        services.append(service)
        return make(service, **more)

    monkeypatch.setattr(aws, "client", noted)
    monkeypatch.setenv("DISTRIBUTION_FILES", domain)
    monkeypatch.setenv(entry.FUNCTION_MODULE, "user.endpoints.get_profile")
    assert callable(entry.handler)
    assert ("s3" in services) is made


@pytest.mark.usefixtures("tables")
def test_the_first_request_finds_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _calls(monkeypatch)
    monkeypatch.setenv(entry.FUNCTION_MODULE, "user.endpoints.get_profile")
    start = entry.handler
    assert len(made) == 1
    assert start({"httpMethod": "GET", "requestContext": {"requestId": "r"}}, LambdaContext())["statusCode"] == 401
    assert gc.isenabled()


@pytest.mark.usefixtures("tables")
def test_a_start_without_a_connection_answers_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(self: TableGrant) -> bool:
        raise ConnectionError("refused")

    monkeypatch.setattr(TableGrant, "connect", refused)
    monkeypatch.setenv(entry.FUNCTION_MODULE, "user.endpoints.get_profile")
    start = entry.handler
    assert "no connection at the start" in caplog.text
    assert start({"httpMethod": "GET", "requestContext": {"requestId": "r"}}, LambdaContext())["statusCode"] == 401


def test_a_function_whose_module_is_missing_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(entry.FUNCTION_MODULE, "user.endpoints.no_such")
    with pytest.raises(ModuleNotFoundError):
        entry.handler  # noqa: B018 - Lambda asks for it like this
    gc.enable()


def test_only_the_handler_is_asked_for() -> None:
    with pytest.raises(AttributeError):
        entry.nothing_else  # noqa: B018


@pytest.mark.usefixtures("tables")
def test_a_kind_without_a_harmless_call_makes_its_client_alone() -> None:
    assert IdentityGrant({"AdminGetUser"}).connect()
