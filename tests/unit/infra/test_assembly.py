"""The templates, as the embedded engine gets them."""

from __future__ import annotations

import json
from typing import Any

from infra_cdk.local.assembly import filled_in

STRIPE = "http://stripe.invalid"


def _function(name: str, **variables: str) -> dict[str, Any]:
    return {
        name: {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": variables}}},
        f"{name}Version1": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": name}}},
        f"{name}Live": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {"FunctionVersion": {"Fn::GetAtt": [f"{name}Version1", "Version"]}},
        },
    }


def _versions(value: str) -> dict[str, str]:
    """The version behind each alias."""
    template = json.dumps({"Resources": {**_function("Purchase", BASE=STRIPE), **_function("List", BASE="other")}})
    resources = json.loads(filled_in(template, {STRIPE: value}))["Resources"]
    assert resources["Purchase"]["Properties"]["Environment"]["Variables"] == {"BASE": value}
    found = {}
    for name in ("Purchase", "List"):
        version, _ = resources[f"{name}Live"]["Properties"]["FunctionVersion"]["Fn::GetAtt"]
        assert resources[version]["Properties"]["FunctionName"] == {"Ref": name}
        found[name] = version
    return found


def test_another_value_of_a_placeholder_makes_another_version_of_those_that_have_it() -> None:
    """The alias would keep pointing at the version with the old value."""
    one, other = _versions("http://127.0.0.1:8061"), _versions("http://127.0.0.1:9001")
    assert one["Purchase"] != other["Purchase"]
    assert one["List"] == other["List"] == "ListVersion1"
    assert _versions("http://127.0.0.1:8061") == one
