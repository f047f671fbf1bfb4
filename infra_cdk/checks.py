"""The rule packs for all templates, and the suppression of findings with a reason."""

from __future__ import annotations

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from constructs import IConstruct

_PACKS = {"AwsSolutions": AwsSolutionsChecks, "Serverless": ServerlessChecks}


def apply_rule_packs(app: App) -> None:
    """Make synthesis fail on every finding that is not suppressed."""
    for pack in _PACKS.values():
        Validations.of(app).add_plugins(pack(app))


def suppress(construct: IConstruct, rule: str, reason: str) -> None:
    """Suppress the finding `rule` (`AwsSolutions-COG2`) on `construct` and its children, because of `reason`."""
    pack = rule.split("-", 1)[0]
    Validations.of(construct).acknowledge(Acknowledgment(id=f"{pack}::{rule}", reason=reason))
