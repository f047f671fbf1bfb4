"""Stacks stay within CloudFormation's limits, and stages differ in values alone."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra_cdk import app as infra  # isort: skip - before aws_cdk, which starts Node.js
from aws_cdk import Stack

from infra_cdk import catalogue
from infra_cdk.stages import STAGES, InvalidStage, stage_of
from template_tests.reading import Assembly, walk

MAX_RESOURCES = 450
MAX_TEMPLATE_BYTES = 1_000_000

CONTRACT = {
    **{"auth": 11, "user": 17, "gym": 24, "session": 37, "payment": 29, "subscription": 14},
    **{"communication": 18, "social": 32, "storage": 9, "support": 11, "gateway": 6},
}
"""The endpoints of each service when all of the contract is built."""
OTHERS_PER_ENDPOINT = 0.5
"""Consumers, workers, jobs and relays beside them."""


def test_every_stack_is_within_its_budget(prod: Assembly) -> None:
    for name, path in prod.paths.items():
        assert len(prod.templates[name]["Resources"]) < MAX_RESOURCES, name
        assert path.stat().st_size < MAX_TEMPLATE_BYTES, name


def test_there_is_room_for_all_endpoints_of_the_contract(prod: Assembly) -> None:
    """CloudFormation's own limit is 500. Each Lambda has a log group, a role, a version and an alias."""
    services = {service.domain.name: service for service in catalogue.services()}
    lambdas = {name: len(service.functions) for name, service in services.items()}
    endpoints = {name: len(service.endpoints) for name, service in services.items()}
    own = {name: len(prod.templates[name]["Resources"]) - 5 * endpoints[name] for name in services}
    per_other = max(
        own[name] / (lambdas[name] - endpoints[name]) for name in services if lambdas[name] > endpoints[name]
    )
    expected = {name: round(count * (5 + OTHERS_PER_ENDPOINT * per_other)) for name, count in CONTRACT.items()}
    shared = len(prod.templates["api"]["Resources"]) - len(catalogue.endpoints())
    expected["api"] = shared + sum(CONTRACT.values())
    assert {name: count for name, count in expected.items() if count >= MAX_RESOURCES} == {}, expected


def test_there_is_a_stack_for_every_service_and_what_they_share(prod: Assembly) -> None:
    services = {service.domain.name for service in catalogue.services()}
    assert set(prod.paths) == services | {"platform", "identity", "edge", "events", "api", "operations"}


STAGE_VALUES = {
    "DeletionPolicy",
    "DeletionProtection",
    "DeletionProtectionEnabled",
    "POWERTOOLS_LOG_LEVEL",
    "RetentionDays",
    "RetentionInDays",
    "UpdateReplacePolicy",
}
"""What may differ between stages beside the names that a stage gives."""
# The API's deployment, the versions of functions and the permissions of rules are named by digests of what holds the
# stage's names.
_DIGESTS = re.compile(r"(ApiDeployment|CurrentVersion|AllowEventRulesolo60[a-z]+)[0-9A-Za-z]+")


def _leaves(value: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, *path, name)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _leaves(inner, *path, number)
    else:
        yield path, value


def _unnamed(assembly: Assembly) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every value of every template in its order, without the names and digests of the stage."""
    stage = STAGES[assembly.stage]
    found = []
    for name, path in assembly.paths.items():
        text = path.read_text().replace(stage.mail_domain, "DOMAIN")
        text = re.sub(rf"\b{stage.name}\b", "STAGE", _DIGESTS.sub(r"\1", text).replace(f"solo60{stage.name}", ""))
        found += list(_leaves(json.loads(text), name))
    return found


def test_stages_differ_in_values_alone(dev: Assembly, prod: Assembly) -> None:
    """All else is the same and in the same order, so that the same sources give the same templates."""
    for (path, here), (same_path, there) in zip(_unnamed(dev), _unnamed(prod), strict=True):
        assert path == same_path
        assert here == there or path[-1] in STAGE_VALUES, path


def test_nothing_is_built_by_a_stage_s_name() -> None:
    """So a stage that is not synthesized here has the resources of those that are."""
    compared = [
        f"{path}:{node.lineno}"
        for path in sorted((catalogue.ROOT / "infra_cdk").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare | ast.Match | ast.Subscript) and _names_a_stage(node)
    ]
    assert compared == []
    assert _names_a_stage(ast.parse("if self._stage.name in ('prod', 'staging'): pass"))
    flags = {name for name, value in vars(STAGES["prod"]).items() if isinstance(value, bool)}
    for name in flags:
        built = {getattr(STAGES["dev"], name), getattr(STAGES["prod"], name)}
        assert getattr(STAGES["staging"], name) in built, name


def _names_a_stage(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "name" and ast.unparse(node.value).endswith("stage")
        for node in ast.walk(tree)
    )


def test_no_stage_names_another(dev: Assembly, prod: Assembly) -> None:
    for path in dev.paths.values():
        assert "solo60-prod" not in path.read_text()
    for path in prod.paths.values():
        assert "solo60-dev" not in path.read_text()


def test_services_share_no_exports(prod: Assembly) -> None:
    """An export that is in use cannot change: only what never changes is exported, by platform, identity and edge."""
    exporting = {
        stack
        for stack, template in prod.templates.items()
        if any("Export" in output for output in template.get("Outputs", {}).values())
    }
    assert exporting <= {"platform", "identity", "api", "edge"}
    importing = {
        stack
        for stack, template in prod.templates.items()
        for value in walk(template)
        if isinstance(value, dict) and "Fn::ImportValue" in value and "-api:" in str(value)
    }
    assert importing <= {"operations"}


def test_templates_hold_no_secret_and_no_account(prod: Assembly) -> None:
    for path in prod.paths.values():
        text = path.read_text()
        assert not re.search(r"sk_(live|test)_|whsec_|AKIA[A-Z0-9]{16}", text)
        assert not re.search(r":\d{12}:", text), path.name


def test_a_stage_is_deployed_to_its_region_and_to_no_other_account(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", "111122223333")
    monkeypatch.setenv("CDK_DEFAULT_REGION", "us-east-1")
    # Each service's stack is made in the same way: the smallest stands for all.
    services = [service for service in catalogue.services() if service.domain.name == "gateway"]
    monkeypatch.setattr(catalogue, "services", lambda: services)
    app = infra.new_app(str(tmp_path_factory.mktemp("elsewhere")))
    infra.build(app, stage_of({"stage": "dev", "layer_platform": "host", "account": "111122223333"}))
    stacks = [stack for stack in app.node.children if isinstance(stack, Stack)]
    assert {stack.region for stack in stacks} == {"eu-west-2"}
    assert len(stacks) == 7
    with pytest.raises(InvalidStage, match="444455556666"):
        infra.build(infra.new_app(), stage_of({"stage": "dev", "layer_platform": "host", "account": "444455556666"}))
