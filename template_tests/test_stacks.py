"""Stacks stay within CloudFormation's limits, and stages differ in values alone."""

from __future__ import annotations

import re

import pytest

from infra_cdk import app as infra  # isort: skip - before aws_cdk, which starts Node.js
from aws_cdk import Stack

from infra_cdk import catalogue
from infra_cdk.stages import InvalidStage, stage_of
from template_tests.reading import Assembly, walk

MAX_RESOURCES = 450
MAX_TEMPLATE_BYTES = 1_000_000

_DEPLOYMENT = re.compile(r"ApiDeployment[0-9A-Fa-f]+")


def test_every_stack_is_within_its_budget(prod: Assembly) -> None:
    for name, path in prod.paths.items():
        assert len(prod.templates[name]["Resources"]) < MAX_RESOURCES, name
        assert path.stat().st_size < MAX_TEMPLATE_BYTES, name


def test_there_is_a_stack_for_every_service_and_what_they_share(prod: Assembly) -> None:
    services = {service.domain.name for service in catalogue.services()}
    assert set(prod.paths) == services | {"platform", "identity", "events", "api", "operations"}


def _shape(assembly: Assembly) -> dict[str, dict[str, str]]:
    # A deployment of the API is named by a digest of the document, which holds the stage's origin.
    return {
        stack: {_DEPLOYMENT.sub("ApiDeployment", id): body["Type"] for id, body in template["Resources"].items()}
        for stack, template in assembly.templates.items()
    }


def test_stages_differ_in_values_not_in_resources(dev: Assembly, staging: Assembly, prod: Assembly) -> None:
    assert _shape(dev) == _shape(staging) == _shape(prod)


def test_no_stage_names_another(dev: Assembly, prod: Assembly) -> None:
    for path in dev.paths.values():
        assert "solo60-prod" not in path.read_text()
    for path in prod.paths.values():
        assert "solo60-dev" not in path.read_text()


def test_services_share_no_exports(prod: Assembly) -> None:
    """An export that is in use cannot change: only what never changes is exported, by platform and identity."""
    exporting = {
        stack
        for stack, template in prod.templates.items()
        if any("Export" in output for output in template.get("Outputs", {}).values())
    }
    assert exporting <= {"platform", "identity", "api"}
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


@pytest.mark.usefixtures("_without_account")
def test_the_same_sources_give_the_same_templates(dev: Assembly, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("again")
    app = infra.new_app(str(again))
    infra.build(app, stage_of({"stage": "dev", "layer_platform": "host"}))
    app.synth()
    assert {name: path.read_text() for name, path in dev.paths.items()} == {
        name: path.read_text() for name, path in Assembly(again, "dev").paths.items()
    }


def test_a_stage_is_deployed_to_its_region_and_to_no_other_account(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", "111122223333")
    monkeypatch.setenv("CDK_DEFAULT_REGION", "us-east-1")
    app = infra.new_app(str(tmp_path_factory.mktemp("elsewhere")))
    infra.build(app, stage_of({"stage": "dev", "layer_platform": "host", "account": "111122223333"}))
    assert {stack.region for stack in app.node.children if isinstance(stack, Stack)} == {"eu-west-2"}
    with pytest.raises(InvalidStage, match="444455556666"):
        infra.build(infra.new_app(), stage_of({"stage": "dev", "layer_platform": "host", "account": "444455556666"}))
