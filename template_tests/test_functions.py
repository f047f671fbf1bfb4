"""Every declared function is a Lambda as declared, and can start from what it is packaged with."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra_cdk import catalogue, code
from infra_cdk.catalogue import Declared, Service
from infra_cdk.constructs import construct_id
from infra_cdk.stages import STAGES
from layers import botocore_data, build
from solo60.declarations import EndpointDeclaration, Function
from template_tests.reading import Assembly, Resource, TemplateResources, walk

SERVICES = catalogue.services()
FUNCTIONS = [function for service in SERVICES for function in service.functions]
GATEWAY_TIMEOUT_SECONDS = 29


def _lambda(prod: Assembly, declared: Declared) -> Resource:
    return prod.one("AWS::Lambda::Function", FunctionName=catalogue.function_name("prod", declared.declaration))


def test_there_is_a_lambda_for_every_declaration_and_no_other(prod: Assembly) -> None:
    made = sorted(function["FunctionName"] for function in prod.resources("AWS::Lambda::Function"))
    assert made == sorted(catalogue.function_name("prod", declared.declaration) for declared in FUNCTIONS)


def test_every_lambda_runs_on_the_chosen_runtime_with_tracing(prod: Assembly) -> None:
    for function in prod.resources("AWS::Lambda::Function"):
        assert function["Runtime"] == f"python{build.RUNTIME}"
        assert function["Architectures"] == ["arm64"]
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_every_lambda_logs_into_a_group_that_forgets(prod: Assembly) -> None:
    groups = {prod.text(group["LogGroupName"]): group for group in prod.resources("AWS::Logs::LogGroup")}
    for function in prod.resources("AWS::Lambda::Function"):
        group = groups[f"/aws/lambda/{function['FunctionName']}"]
        assert function["LoggingConfig"] == {"LogGroup": {"Ref": group.id}}
    assert {group.get("RetentionInDays") for group in groups.values()} == {STAGES["prod"].log_retention_days}


def test_every_lambda_has_a_version_behind_the_alias_live(prod: Assembly) -> None:
    versions = prod.resources("AWS::Lambda::Version")
    for function in prod.resources("AWS::Lambda::Function"):
        [version] = [v for v in versions if v.stack == function.stack and v["FunctionName"] == {"Ref": function.id}]
        live = prod.live(function)
        assert live["Name"] == "live"
        assert live["FunctionVersion"] == {"Fn::GetAtt": [version.id, "Version"]}
        assert "RoutingConfig" not in live.properties
    assert len(versions) == len(FUNCTIONS)


def test_only_versions_and_aliases_name_a_lambda_itself(prod: Assembly) -> None:
    """What invokes `$LATEST` runs the new code before the deployment is complete, with no way back."""
    lambdas = {(function.stack, function.id) for function in prod.resources("AWS::Lambda::Function")}
    naming = {
        resource.type
        for resource in prod.resources()
        for value in walk(resource.properties)
        if isinstance(value, dict) and (resource.stack, _referred(value)) in lambdas
    }
    assert naming == {
        "AWS::Lambda::Version",
        "AWS::Lambda::Alias",
        # Beside the alias, which is its qualifier.
        "AWS::Lambda::EventInvokeConfig",
        # Lambda reports the metrics of a function over all versions.
        "AWS::CloudWatch::Alarm",
    }
    for config in prod.resources("AWS::Lambda::EventInvokeConfig"):
        [function] = [
            f for f in prod.resources("AWS::Lambda::Function", stack=config.stack) if f.id in str(config.body)
        ]
        assert prod.text(config["Qualifier"]) == f"${{{prod.live(function).id}}}[7]"


def _referred(value: dict[str, Any]) -> Any:
    match value:
        case {"Ref": id} | {"Fn::GetAtt": [id, _]}:
            return id
    return None


@pytest.mark.parametrize("type", ["AWS::ApiGateway::RestApi", "AWS::Lambda::Permission"])
def test_other_stacks_name_a_lambda_with_its_alias(prod: Assembly, type: str) -> None:
    names = {function["FunctionName"] for function in prod.resources("AWS::Lambda::Function")}
    named = [
        found
        for resource in prod.resources(type, stack="api")
        for value in walk(resource.properties)
        if isinstance(value, str)
        for found in re.findall(r"solo60-prod-[a-z-]+(?::\w+)?(?![\w-])", value)
        if found.split(":")[0] in names
    ]
    assert len(named) == len(catalogue.endpoints())
    assert {name.partition(":")[2] for name in named} == {"live"}


@pytest.mark.parametrize("declared", FUNCTIONS, ids=lambda declared: declared.declaration.module)
def test_a_lambda_is_as_declared(prod: Assembly, declared: Declared) -> None:
    function, declaration = _lambda(prod, declared), declared.declaration
    assert function["Handler"] == "solo60.entry.handler"
    assert function["Environment"]["Variables"]["FUNCTION_MODULE"] == declaration.module
    assert function["Timeout"] == declaration.timeout_seconds
    assert function["MemorySize"] == declaration.memory_mb
    if isinstance(declaration, EndpointDeclaration):
        assert declaration.timeout_seconds <= GATEWAY_TIMEOUT_SECONDS, "the gateway would give up before it"


@pytest.mark.parametrize("declared", FUNCTIONS, ids=lambda declared: declared.declaration.module)
def test_a_lambda_s_environment_is_exactly_what_it_declares(prod: Assembly, declared: Declared) -> None:
    expected = {
        "AWS_CA_BUNDLE": f"/opt/python/{build.ROOTS}",
        "FUNCTION_MODULE": declared.declaration.module,
        "ALLOWED_ORIGIN": "https://app.solo60.example",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_METRICS_NAMESPACE": "Solo60/prod",
        "POWERTOOLS_SERVICE_NAME": declared.declaration.domain,
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
    }
    function = _lambda(prod, declared)
    for grant in declared.grants:
        expected |= grant.variables(TemplateResources(prod, function))
    variables = function["Environment"]["Variables"]
    assert {name: prod.text(value) for name, value in variables.items()} == expected


_IMPORTS_ALL = """
import importlib, importlib.util, os, sys
sys.path[:0] = [sys.argv[1], *sys.argv[2].split(os.pathsep)]
for name in sys.argv[3:]:
    module = importlib.import_module(name)
    assert callable(module.handler), name
    assert module.__file__.startswith(sys.argv[1]), f"{name} is not from the package"
    assert module.__cached__ and importlib.util.cache_from_source(module.__file__) == module.__cached__
"""


@pytest.mark.parametrize("service", [s for s in SERVICES if s.functions], ids=lambda service: service.domain.name)
def test_a_package_is_complete(service: Service) -> None:
    """Every handler imports from its package and its layers alone, with nothing in the environment."""
    package = code.package(service.domain.name, "host").path
    shared = [tree.path / "python" for tree in (build.shared("host"), build.dependencies("host"))]
    by_layers: dict[tuple[str, ...], list[str]] = {}
    for declaration in (function.declaration for function in service.functions):
        by_layers.setdefault(declaration.layers, []).append(declaration.module)
    for extra, modules in by_layers.items():
        layers = [*shared, *(build.extra_layer(name, "host").path / "python" for name in extra)]
        _import_alone(package, layers, modules)


def _import_alone(package: Path, layers: list[Path], modules: list[str]) -> None:
    # -S: the project's own site-packages would fill in what the layer lacks.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _IMPORTS_ALL, str(package), os.pathsep.join(map(str, layers)), *modules],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.domain.name)
def test_a_package_holds_no_handler_of_another_service(service: Service) -> None:
    own = service.domain.name
    others = {
        file
        for file in code.files_of(own)
        if file.parts[0] != own and (file.parts[1] in {"endpoints", "consumers", "workers", "jobs", "relay.py"})
    }
    assert others == set()


def test_a_package_s_hash_is_of_its_sources_alone() -> None:
    """Compiled files are none of them, so a deployment touches what changed and a rebuild changes nothing."""
    kept = code.package("gateway", "host")
    assert code.package.__wrapped__("gateway", "host") == kept
    assert not [file for file in code.files_of("gateway") if file.suffix == ".pyc"]


def test_everything_is_compiled_for_the_runtime() -> None:
    tag = sys.implementation.cache_tag
    for root in (build.dependencies("host").path, build.shared("host").path, code.package("session", "host").path):
        sources = [path for path in root.rglob("*.py") if "site-packages" not in path.parts]
        missing = [path for path in sources if not _compiled(path, tag or "").exists()]
        assert missing == []
        assert sources


def _compiled(source: Path, tag: str) -> Path:
    return source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"


def test_the_dependency_layer_fits_its_budget() -> None:
    layer = build.dependencies("host")
    assert layer.size <= build.MAX_DEPENDENCY_BYTES
    packages = {path.name for path in (layer.path / "python").iterdir()}
    assert "boto3" not in packages, "botocore alone: boto3 costs every cold start"
    assert {path.name for path in (layer.path / "python/botocore/data").iterdir() if path.is_dir()} == set(
        botocore_data.OPERATIONS
    )


def test_the_layer_of_images_fits_its_budget_and_is_for_one_function_alone(prod: Assembly) -> None:
    layer = build.extra_layer("images", "host")
    assert layer.size <= build.MAX_DEPENDENCY_BYTES
    assert (layer.path / "python" / "PIL").exists()
    assert not (build.dependencies("host").path / "python" / "PIL").exists()
    counts = {function["FunctionName"]: len(function["Layers"]) for function in prod.resources("AWS::Lambda::Function")}
    assert {name for name, count in counts.items() if count != 2} == {"solo60-prod-storage-complete-upload"}


def test_the_layer_has_every_operation_that_is_granted() -> None:
    """botocore's data is cut to the operations of `botocore_data.OPERATIONS`: a client would lack any other method."""
    granted = {action for function in FUNCTIONS for grant in function.grants for action in grant.actions}
    services = {"ses": "sesv2"}
    alone = {"dynamodb:ConditionCheckItem", "s3:DeleteObject", "ses:SendRawEmail"}
    """Permissions that no operation of their own needs."""
    for action in granted - alone:
        service, operation = action.split(":")
        assert operation in botocore_data.OPERATIONS[services.get(service, service)], f"{action} is not in the layer"


def test_the_layer_s_certificates_are_those_of_amazon_alone() -> None:
    """Each of the 120 others takes every new client time to read; AWS's endpoints chain to these five."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(build.dependencies("host").path / "python" / build.ROOTS)
    subjects: list[Any] = [authority["subject"] for authority in context.get_ca_certs()]
    names = {dict(part[0] for part in subject)["organizationName"] for subject in subjects}
    assert names == {"Amazon", "Starfield Technologies, Inc."}
    assert context.cert_store_stats()["x509_ca"] == 5


@pytest.mark.parametrize(
    ("module", "id"),
    [
        ("session.endpoints.book_session", "EndpointBookSession"),
        ("session.booking.endpoints.book_session", "EndpointBookSession"),
        ("payment.workers.expire_account", "WorkerExpireAccount"),
        ("payment.ledger.jobs.expire_credits", "JobExpireCredits"),
        ("payment.relay", "Relay"),
    ],
)
def test_a_logical_id_comes_from_kind_and_name_wherever_the_file_is(module: str, id: str) -> None:
    """A file that moved after the first deployment would otherwise replace its function, log group and queue."""
    declaration = Function(module=module, function=print, grants=())
    assert construct_id(declaration) == id
