"""What is declared is whole: every function has its tests, every route holds to the rules that others rely on."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from gym.events import EquipmentEvent
from infra_cdk import catalogue
from infra_cdk.catalogue import Declared
from infra_cdk.openapi.schemas import is_tagged
from solo60.declarations import DEFAULT_THROTTLE, Access, Idempotency
from solo60.events import Event
from solo60.grants import Do, QueueGrant, tables
from solo60.http.endpoint import Endpoint
from solo60.http.request import Caller, IfMatch
from solo60.models import RequestModel
from solo60.relay import Relay
from tests.architecture.sources import module_of, python_files

HANDLERS = catalogue.ROOT / "tests" / "handlers"
KINDS = {"endpoints", "consumers", "workers", "jobs"}
FUNCTIONS = [function for service in catalogue.services() for function in service.functions]
ENDPOINTS = catalogue.endpoints()
SETTLES_WHAT_A_PROVIDER_SAYS = {"payment.purchases.endpoints.get_purchase"}
"""Reads that record what a provider has done already, where its event was lost. The caller changes nothing."""


def _name(declared: Declared) -> str:
    return declared.declaration.module


def _imports(path: Path, module: str) -> bool:
    """Whether a test module imports what `module` declares, itself or through a helper beside or above it."""
    package, name = module.rsplit(".", 1)
    text = path.read_text(encoding="utf-8")
    folders = [folder for folder in path.parents if folder.is_relative_to(HANDLERS) and folder != HANDLERS]
    helpers = [
        other
        for folder in folders
        for other in folder.glob("*.py")
        if f".{other.stem} import" in text or other.stem == "conftest"
    ]
    for node in (node for file in (path, *helpers) for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
        if isinstance(node, ast.ImportFrom) and (
            node.module == module or (node.module == package and name in {alias.name for alias in node.names})
        ):
            return True
    return False


def test_every_file_in_a_folder_of_declarations_is_found() -> None:
    """A folder at a place where the catalogue does not look would be an endpoint that is never deployed."""
    files = {
        module_of(path)
        for path in python_files(catalogue.FUNCTIONS)
        if KINDS & set(path.relative_to(catalogue.FUNCTIONS).parts) and path.stem != "__init__"
    }
    assert files == {function.declaration.module for function in FUNCTIONS if not isinstance(function, Relay)}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=_name)
def test_every_endpoint_has_a_test_module_of_its_own(endpoint: Endpoint) -> None:
    *packages, _, name = endpoint.declaration.module.split(".")
    path = HANDLERS.joinpath(*packages) / f"test_{name}.py"
    assert path.exists(), f"{path.relative_to(catalogue.ROOT)} is missing"
    assert _imports(path, endpoint.declaration.module), "it tests another endpoint"
    assert "\ndef test_" in path.read_text(encoding="utf-8"), "it tests nothing"


@pytest.mark.parametrize("declared", [f for f in FUNCTIONS if not isinstance(f, Relay | Endpoint)], ids=_name)
def test_every_consumer_worker_and_job_is_tested(declared: Declared) -> None:
    files = (HANDLERS / declared.declaration.domain).rglob("test_*.py")
    assert any(_imports(path, declared.declaration.module) for path in files)


@pytest.mark.parametrize("declared", [f for f in FUNCTIONS if not isinstance(f, Relay)], ids=_name)
def test_every_function_says_what_it_does(declared: Declared) -> None:
    summary = declared.declaration.summary
    assert summary
    assert len(summary) <= 120, "the first line is a summary"


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.declaration.writes], ids=_name)
def test_who_may_move_credits_is_throttled_more_than_others(endpoint: Endpoint) -> None:
    payment = tables(endpoint.grants).get("payment")
    if payment is not None and payment.actions - {Do.BATCH_GET, Do.QUERY, Do.CHECK}:
        assert endpoint.declaration.throttle.rate < DEFAULT_THROTTLE.rate
        assert endpoint.declaration.throttle.burst < DEFAULT_THROTTLE.burst


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=_name)
def test_a_post_that_keeps_no_key_says_so(endpoint: Endpoint) -> None:
    kept = endpoint.declaration.idempotency.kept
    hands_out_tokens = endpoint.declaration.domain == "auth"
    if endpoint.declaration.method == "POST" and not kept and not hands_out_tokens:
        assert "there is no `Idempotency-Key`" in " ".join((endpoint.declaration.function.__doc__ or "").split())


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=_name)
def test_a_route_and_its_handler_name_the_same_path_parameters(endpoint: Endpoint) -> None:
    in_route = re.findall(r"\{([^}]+)\}", endpoint.declaration.path)
    assert set(in_route) == set(endpoint.signature.path)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in in_route)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=_name)
def test_a_path_is_written_as_all_others_are(endpoint: Endpoint) -> None:
    path = endpoint.declaration.path
    assert re.fullmatch(r"(/([a-z0-9.-]+|\{[a-z_]+\}))+", path)
    is_admin_path = path.startswith("/admin/") or path == "/health/services"
    assert is_admin_path == (endpoint.declaration.access is Access.ADMIN)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=_name)
def test_only_posts_store_keys_and_every_post_does_or_declares_why_not(endpoint: Endpoint) -> None:
    post = endpoint.declaration.method == "POST"
    assert post == (endpoint.declaration.idempotency is not Idempotency.NONE)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=_name)
def test_a_get_takes_no_body_and_writes_nothing(endpoint: Endpoint) -> None:
    if endpoint.declaration.method != "GET":
        return
    assert endpoint.signature.body is None
    if endpoint.declaration.module in SETTLES_WHAT_A_PROVIDER_SAYS:
        return
    writing = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    for domain, grant in tables(endpoint.grants).items():
        assert not writing & grant.actions, f"a GET that writes to {domain}"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=_name)
def test_an_answer_without_a_body_is_204_and_a_204_has_none(endpoint: Endpoint) -> None:
    nothing = endpoint.signature.answer in {None, type(None)}
    assert (endpoint.declaration.status == 204) <= nothing
    assert nothing <= (endpoint.declaration.status in {202, 204})


def test_paths_at_the_same_place_use_the_same_variable_name() -> None:
    """API Gateway refuses two variables at one place of the tree."""
    names: dict[str, set[str]] = defaultdict(set)
    for endpoint in ENDPOINTS:
        parts = endpoint.declaration.path.strip("/").split("/")
        for index, part in enumerate(parts):
            if part.startswith("{"):
                names[re.sub(r"\{[^}]+\}", "{}", "/".join(parts[:index]))].add(part)
    assert {place: found for place, found in names.items() if len(found) > 1} == {}


@pytest.mark.parametrize("declared", FUNCTIONS, ids=_name)
def test_what_a_function_is_granted_exists(declared: Declared) -> None:
    services = {service.domain.name: service.domain for service in catalogue.services()}
    queues = {queue.name for domain in services.values() for queue in domain.queues}
    for domain, grant in tables(declared.grants).items():
        assert services[domain].table
        assert grant.actions | grant.indexes
        assert grant.indexes <= {index.name for index in services[domain].indexes}
    own = {declared.dead_letters} if isinstance(declared, Relay) else set()
    assert {grant.name for grant in declared.grants if isinstance(grant, QueueGrant)} <= queues | own


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=_name)
def test_what_is_public_is_handed_no_caller(endpoint: Endpoint) -> None:
    if not endpoint.declaration.access.authenticated:
        assert Caller not in endpoint.signature.provided.values()


def _resource(endpoint: Endpoint) -> str:
    """What a path names, whoever asks for it."""
    return endpoint.declaration.path.removeprefix("/admin")


TAGGED = {
    _resource(each) for each in ENDPOINTS if each.declaration.method == "GET" and is_tagged(each.signature.answer)
}


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.declaration.writes], ids=_name)
def test_every_write_on_a_resource_with_an_etag_takes_if_match(endpoint: Endpoint) -> None:
    """A cancellation ignored it: a member cancelled a session that had changed on another device.

    Such a resource is what a GET of the same path shows with an ETag, or what the write itself answers with one, unless
    the write has made it.
    """
    answers = is_tagged(endpoint.signature.answer) and endpoint.declaration.status != 201
    named = _resource(endpoint) in TAGGED
    assert (answers or named) == (IfMatch in endpoint.signature.provided.values())


ANONYMOUS = [
    endpoint
    for endpoint in ENDPOINTS
    if endpoint.declaration.idempotency.kept and not endpoint.declaration.access.authenticated
]


@pytest.mark.parametrize("endpoint", ANONYMOUS, ids=_name)
def test_an_anonymous_request_says_what_it_is_about(endpoint: Endpoint) -> None:
    """Two people behind one address, both with the key "1", got 422 for the second registration."""
    assert endpoint.signature.body is not None
    _, model = endpoint.signature.body
    assert issubclass(model, RequestModel)
    assert model.ABOUT in model.model_fields


PERSONAL = {"name", "email", "phone", "address", "birth", "content", "code"}
OF_THINGS = {"gym_name", "gym_address", "package_name"}


@pytest.mark.parametrize(
    "event",
    [event for service in catalogue.services() for event in catalogue.events_of(service.domain.name)],
    ids=lambda event: event.detail_type(),
)
def test_the_archive_gets_ids_and_nothing_personal(event: type[Event]) -> None:
    """The archive keeps events for longer than members stay: what it had of an erased member could not be removed."""
    schema = event.model_json_schema()
    fields = {name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", ())}
    of_things = OF_THINGS | ({"name"} if issubclass(event, EquipmentEvent) else set())
    personal = {name for name in fields - of_things if PERSONAL & set(name.split("_"))}
    assert not (event.ARCHIVED and personal)
