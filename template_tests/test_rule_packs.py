"""cdk-nag and cfn-lint find nothing that is not accepted for a stated reason."""

from __future__ import annotations

from typing import Any

import pytest
from cfnlint.config import ConfigMixIn
from cfnlint.runner import Runner

from template_tests.reading import Assembly


@pytest.mark.parametrize("pack", ["AwsSolutions", "Serverless"])
def test_a_rule_pack_has_no_finding_without_a_reason(report: dict[str, Any], pack: str) -> None:
    found = {
        f"{violation['ruleName']} at {construct['constructPath']}"
        for violation in report[pack]["violations"]
        for construct in violation["violatingConstructs"]
    }
    assert found == set()


@pytest.mark.parametrize("pack", ["AwsSolutions", "Serverless"])
def test_every_suppression_has_a_reason(report: dict[str, Any], pack: str) -> None:
    accepted = report[pack]["suppressedViolations"]
    assert accepted, "the pack did look"
    assert [item["ruleName"] for item in accepted if len(item["reason"].split()) < 6] == []


def test_stars_are_accepted_by_name_alone(report: dict[str, Any]) -> None:
    accepted = [item["acknowledgedId"] for item in report["AwsSolutions"]["suppressedViolations"]]
    recipient = "arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*"
    files = "arn:<AWS::Partition>:s3:::solo60-prod-files-<AWS::AccountId>-<AWS::Region>"
    objects = [f"{files}/{prefix}/*" for prefix in ("files", "pending", "public")]
    assert {rule for rule in accepted if "IAM5" in rule} == {
        f"AwsSolutions::AwsSolutions-IAM5[Resource::{resource}]" for resource in ("*", recipient, *objects)
    }


def test_cfn_lint_is_clean(prod: Assembly) -> None:
    templates = [str(path) for path in prod.paths.values()]
    assert [str(match) for match in Runner(ConfigMixIn(["--template", *templates])).run()] == []
