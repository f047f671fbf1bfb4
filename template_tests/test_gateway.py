"""The API has every declared endpoint, each with its authorizer, its throttle and its function, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from infra_cdk import catalogue
from infra_cdk.stages import STAGES
from solo60.declarations import DEFAULT_THROTTLE
from solo60.http.endpoint import Endpoint
from template_tests.reading import Assembly, arn

ENDPOINTS = catalogue.endpoints()
EVERY = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.declaration.route)


def _document(prod: Assembly) -> dict[str, Any]:
    [api] = prod.resources("AWS::ApiGateway::RestApi")
    return dict(api["Body"])


def test_the_document_has_the_declared_routes_and_no_other(prod: Assembly) -> None:
    routes = {
        f"{method.upper()} {path}"
        for path, operations in _document(prod)["paths"].items()
        for method in operations
        if method != "options"
    }
    assert routes == {endpoint.declaration.route for endpoint in ENDPOINTS}


@EVERY
def test_an_operation_calls_its_function(prod: Assembly, endpoint: Endpoint) -> None:
    declaration = endpoint.declaration
    operation = _document(prod)["paths"][declaration.path][declaration.method.lower()]
    integration = operation["x-amazon-apigateway-integration"]
    name = catalogue.function_name("prod", declaration)
    assert (integration["type"], integration["httpMethod"]) == ("aws_proxy", "POST")
    assert f"{arn('lambda', f'function:{name}:live')}/invocations" in prod.text(integration["uri"])
    assert bool(operation.get("security")) == declaration.access.authenticated


@EVERY
def test_the_gateway_may_invoke_a_function_for_its_route_alone(prod: Assembly, endpoint: Endpoint) -> None:
    declaration = endpoint.declaration
    permission = prod.one(
        "AWS::Lambda::Permission",
        FunctionName=f"{catalogue.function_name('prod', declaration)}:live",
        Principal="apigateway.amazonaws.com",
    )
    [api] = prod.resources("AWS::ApiGateway::RestApi")
    path = re.sub(r"\{[^}]+\}", "*", declaration.path)
    assert prod.text(permission["SourceArn"]) == arn("execute-api", f"${{{api.id}}}/v1/{declaration.method}{path}")


@EVERY
def test_a_method_is_throttled_as_declared(prod: Assembly, endpoint: Endpoint) -> None:
    declaration = endpoint.declaration
    [stage] = prod.resources("AWS::ApiGateway::Stage")
    [setting] = [
        setting
        for setting in stage["MethodSettings"]
        if setting["HttpMethod"] == declaration.method
        and setting["ResourcePath"] == "/" + declaration.path.replace("/", "~1")
    ]
    assert (setting["ThrottlingRateLimit"], setting["ThrottlingBurstLimit"]) == (
        declaration.throttle.rate,
        declaration.throttle.burst,
    )


def test_the_stage_is_logged_traced_and_throttled(prod: Assembly) -> None:
    [stage] = prod.resources("AWS::ApiGateway::Stage")
    assert stage["StageName"] == "v1"
    assert stage["TracingEnabled"] is True
    group = prod.one("AWS::Logs::LogGroup", LogGroupName="/aws/apigateway/solo60-prod-access")
    assert prod.text(stage["AccessLogSetting"]["DestinationArn"]) == prod.reference(group)
    [everything] = [s for s in stage["MethodSettings"] if (s["HttpMethod"], s["ResourcePath"]) == ("*", "/*")]
    assert everything["ThrottlingRateLimit"] == DEFAULT_THROTTLE.rate
    assert not [s for s in stage["MethodSettings"] if s.get("DataTraceEnabled")], "bodies hold passwords"


def test_the_authorizer_is_the_member_pool(prod: Assembly) -> None:
    schemes = _document(prod)["components"]["securitySchemes"].values()
    [pool] = prod.resources("AWS::Cognito::UserPool")
    providers = [scheme["x-amazon-apigateway-authorizer"]["providerARNs"] for scheme in schemes]
    assert [[prod.text(provider) for provider in each] for each in providers] == [[prod.reference(pool)]]


def test_browsers_of_the_app_may_call_every_path(prod: Assembly) -> None:
    for path, operations in _document(prod)["paths"].items():
        answer = operations["options"]["x-amazon-apigateway-integration"]["responses"]["default"]
        allowed = answer["responseParameters"]["method.response.header.Access-Control-Allow-Origin"]
        assert allowed == f"'{STAGES['prod'].allowed_origin}'", path


def test_the_gateway_s_own_refusals_are_problems(prod: Assembly) -> None:
    refusals = _document(prod)["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "THROTTLED", "REQUEST_TOO_LARGE"} <= refusals.keys()
    for refusal in refusals.values():
        parameters = refusal["responseParameters"]
        assert parameters["gatewayresponse.header.Content-Type"] == "'application/problem+json'"


def test_the_firewall_protects_the_stage(prod: Assembly) -> None:
    [association] = prod.resources("AWS::WAFv2::WebACLAssociation")
    assert prod.text(association["ResourceArn"]).endswith("/stages/v1")
    [acl] = prod.resources("AWS::WAFv2::WebACL")
    rules = {rule["Name"]: rule for rule in acl["Rules"]}
    assert {name: rule["Action"]["Block"]["CustomResponse"]["ResponseCode"] for name, rule in rules.items()} == {
        "Rate": 429,
        "AuthRate": 429,
        "ContentEncoding": 415,
        "BodySize": 413,
    }
    for rule in rules.values():
        answer = rule["Action"]["Block"]["CustomResponse"]
        problem = json.loads(acl["CustomResponseBodies"][answer["CustomResponseBodyKey"]]["Content"])
        assert problem["status"] == answer["ResponseCode"]


def test_the_firewall_refuses_compressed_bodies_before_it_measures_them(prod: Assembly) -> None:
    """Measured compressed, six megabytes passed as six kilobytes."""
    [acl] = prod.resources("AWS::WAFv2::WebACL")
    priorities = {rule["Name"]: rule["Priority"] for rule in acl["Rules"]}
    assert priorities["ContentEncoding"] < priorities["BodySize"]
    [rule] = [rule for rule in acl["Rules"] if rule["Name"] == "ContentEncoding"]
    given, not_identity = rule["Statement"]["AndStatement"]["Statements"]
    header = {"SingleHeader": {"Name": "content-encoding"}}
    size = given["SizeConstraintStatement"]
    assert (size["FieldToMatch"], size["ComparisonOperator"], size["Size"]) == (header, "GT", 0)
    identity = not_identity["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert (identity["FieldToMatch"], identity["PositionalConstraint"]) == (header, "EXACTLY")
    assert identity["SearchString"] == "identity"
    assert identity["TextTransformations"] == [{"Priority": 0, "Type": "LOWERCASE"}]
    answer = rule["Action"]["Block"]["CustomResponse"]
    assert answer["ResponseHeaders"] == [{"Name": "Accept-Encoding", "Value": "identity"}]


def test_a_provider_s_calls_are_not_counted_and_those_to_auth_are_counted_apart(prod: Assembly) -> None:
    [acl] = prod.resources("AWS::WAFv2::WebACL")
    rate, auth = (
        rule["Statement"]["RateBasedStatement"] for rule in acl["Rules"] if rule["Name"] in {"Rate", "AuthRate"}
    )
    spared = rate["ScopeDownStatement"]["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert (spared["PositionalConstraint"], spared["SearchString"]) == ("ENDS_WITH", "/payments/webhooks/stripe")
    counted = auth["ScopeDownStatement"]["ByteMatchStatement"]
    assert (counted["PositionalConstraint"], counted["SearchString"]) == ("STARTS_WITH", "/v1/auth/")
    assert auth["Limit"] < rate["Limit"]


def test_no_log_of_the_gateway_is_kept_for_ever(prod: Assembly) -> None:
    [api], [stage] = prod.resources("AWS::ApiGateway::RestApi"), prod.resources("AWS::ApiGateway::Stage")
    [group] = [
        group
        for group in prod.resources("AWS::Logs::LogGroup", stack=api.stack)
        if "API-Gateway-Execution-Logs_" in prod.text(group["LogGroupName"])
    ]
    assert prod.text(group["LogGroupName"]) == f"API-Gateway-Execution-Logs_${{{api.id}}}/v1"
    assert group["RetentionInDays"] == 365
    assert group.id in stage.body["DependsOn"]


def test_the_firewall_allows_large_bodies_only_for_endpoints_that_accept_them(prod: Assembly) -> None:
    [acl] = prod.resources("AWS::WAFv2::WebACL")
    [rule] = [rule for rule in acl["Rules"] if rule["Name"] == "BodySize"]
    statements = rule["Statement"].get("AndStatement", {}).get("Statements", [])
    spared = {
        statement["NotStatement"]["Statement"]["ByteMatchStatement"]["SearchString"]
        for statement in statements
        if "NotStatement" in statement
    }
    limit = 64 * 1024
    large = {endpoint.declaration.path for endpoint in ENDPOINTS if endpoint.declaration.max_body_bytes > limit}
    assert spared == large
