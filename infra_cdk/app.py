"""The CDK app: `python -m infra_cdk.app`, which is what `cdk` runs.

The stage comes from the context, `-c stage=prod`, or from `STAGE` in the environment; its values
(`infra_cdk.stages.Stage`) come from the context too. The account is `CDK_DEFAULT_ACCOUNT`, which `cdk` sets, and the
region is the stage's. Without an account, the templates are valid for any account.
"""

from __future__ import annotations

import json
import os
from typing import Any

from infra_cdk import node  # isort: skip - before aws_cdk, which starts Node.js
from aws_cdk import App, DefaultStackSynthesizer, Environment, Tags

from infra_cdk import catalogue, names
from infra_cdk.catalogue import CatalogueError
from infra_cdk.checks import apply_rule_packs
from infra_cdk.stacks.edge import EdgeStack
from infra_cdk.stacks.events import EventsStack
from infra_cdk.stacks.gateway import GatewayStack
from infra_cdk.stacks.identity import IdentityStack
from infra_cdk.stacks.operations import OperationsStack
from infra_cdk.stacks.platform import PlatformStack
from infra_cdk.stacks.service import NOWHERE, ServiceStack
from infra_cdk.stages import InvalidStage, Stage, stage_of
from layers.build import BuildError

__all__ = ["build", "main", "new_app", "node"]


def new_app(outdir: str | None = None) -> App:
    """An app with the context of `cdk.json`, also if it is not started by `cdk`."""
    context = json.loads((catalogue.ROOT / "cdk.json").read_text())["context"]
    return App(context=context, outdir=outdir)


def build(app: App, stage: Stage) -> None:
    """Add all stacks of a stage to `app`."""
    called = names.Names(stage.name)
    account = os.environ.get("CDK_DEFAULT_ACCOUNT")
    if account and stage.account not in {"", account}:
        raise InvalidStage(
            f"The stage {stage.name} belongs to account {stage.account}, but the environment is of account {account}"
        )

    def options(part: str, description: str) -> dict[str, Any]:
        return {
            "id": called.of(part),
            "stage": stage,
            "description": f"SOLO60 {stage.name}: {description}",
            "env": Environment(account=account, region=stage.region if account else None),
            "synthesizer": DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
            "termination_protection": stage.keeps_data,
        }

    platform = PlatformStack(app, **options("platform", "secrets, alarms, mail"))
    identity = IdentityStack(app, **options("identity", "user pool"))
    edge = EdgeStack(app, **options("edge", "public pictures")) if stage.has_distribution else None
    bus = EventsStack(app, **options("events", "event bus"))
    gateway = GatewayStack(app, **options("api", "gateway"), pool_arn=identity.pool.user_pool_arn)
    operations = OperationsStack(
        app, **options("operations", "archive, firewall, backups"), api_id=gateway.api.rest_api_id
    )
    for service in catalogue.services():
        stack = ServiceStack(
            app,
            **options(service.domain.name, service.domain.title.lower()),
            service=service,
            secrets=dict(platform.secrets),
            pool_arn=identity.pool.user_pool_arn,
            pool_id=identity.pool.user_pool_id,
            client_id=identity.client.user_pool_client_id,
            pictures=edge.pictures if edge else NOWHERE,
        )
        stack.add_stack_dependency(platform)
        stack.add_stack_dependency(bus)
        # The gateway needs the functions that it invokes.
        gateway.add_stack_dependency(stack)
        operations.add_stack_dependency(stack)
    gateway.add_stack_dependency(platform)
    operations.add_stack_dependency(bus)
    Tags.of(app).add("project", catalogue.PROJECT)
    Tags.of(app).add("stage", stage.name)


def main() -> None:
    """Synthesize the stage of the context or the environment. An error is reported in one line."""
    try:
        _synthesize()
    except (InvalidStage, CatalogueError, BuildError) as error:
        raise SystemExit(f"error  {error}") from None


def _synthesize() -> None:
    app = new_app()
    # The CDK's own keys contain colons, slashes or hyphens.
    stage = stage_of({name: value for name, value in app.node.get_all_context().items() if name.isidentifier()})
    build(app, stage)
    if stage.layer_platform == "aws":
        apply_rule_packs(app)
    app.synth()


if __name__ == "__main__":
    main()
