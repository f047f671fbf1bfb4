"""The rule packs that every template is held to, and the findings that are accepted, each with its reason."""

from __future__ import annotations

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from constructs import IConstruct

_PACKS = {"AwsSolutions": AwsSolutionsChecks, "Serverless": ServerlessChecks}


def apply_rule_packs(app: App) -> None:
    """Let synthesis fail on a finding that nobody has accepted."""
    for pack in _PACKS.values():
        Validations.of(app).add_plugins(pack(app))


def suppress(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept the finding `rule` (`AwsSolutions-COG2`) on `construct` and what is below it, because of `reason`."""
    pack = rule.split("-", 1)[0]
    Validations.of(construct).acknowledge(Acknowledgment(id=f"{pack}::{rule}", reason=reason))
