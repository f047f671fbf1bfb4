"""Two synthesized stages, once a run. The layers are the host's: only their bytes differ from a deployment's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra_cdk import app as infra
from infra_cdk.checks import apply_rule_packs
from infra_cdk.stages import STAGES
from template_tests.reading import Assembly
from tests.workers import pytest_collection_modifyitems, pytest_xdist_make_scheduler

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]


def _synthesize(stage: str, folder: Path, *, packs: bool = False) -> Assembly:
    app = infra.new_app(str(folder))
    infra.build(app, STAGES[stage].model_copy(update={"layer_platform": "host"}))
    if packs:
        apply_rule_packs(app)
    try:
        app.synth()
    except RuntimeError as error:
        # The templates are there; what was found is for the test of it to say.
        if "ValidationFailed" not in str(error):
            raise
    return Assembly(folder, stage)


@pytest.fixture(scope="session")
def _without_account() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CDK_DEFAULT_ACCOUNT", raising=False)
        patch.delenv("CDK_DEFAULT_REGION", raising=False)
        yield


@pytest.fixture(scope="session")
def prod(_without_account: None, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The stage `prod`, held to the rule packs."""
    return _synthesize("prod", tmp_path_factory.mktemp("prod"), packs=True)


@pytest.fixture(scope="session")
def dev(_without_account: None, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The stage `dev`."""
    return _synthesize("dev", tmp_path_factory.mktemp("dev"))


@pytest.fixture(scope="session")
def report(prod: Assembly) -> dict[str, Any]:
    """What the rule packs say of `prod`, by pack."""
    content = json.loads((prod.folder / "validation-report.json").read_text())
    return {pack["pluginName"]: pack for pack in content["pluginReports"]}
