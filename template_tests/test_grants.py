"""Every function's role says exactly what its declaration says: no statement more, none less."""

from __future__ import annotations

from typing import Any

import pytest

from infra_cdk import catalogue
from infra_cdk.catalogue import Declared
from solo60.consumers import Consumer
from solo60.jobs import Job
from solo60.relay import Relay
from solo60.workers import Worker
from template_tests.reading import Assembly, Resource, TemplateResources, arn, listed

FUNCTIONS = [function for service in catalogue.services() for function in service.functions]
Grant = tuple[str, str, str]
FILES = "arn:${AWS::Partition}:s3:::solo60-prod-files-${AWS::AccountId}-${AWS::Region}"
XRAY = {("xray:PutTraceSegments", "*", ""), ("xray:PutTelemetryRecords", "*", "")}


def _function(prod: Assembly, declared: Declared) -> Resource:
    return prod.one("AWS::Lambda::Function", FunctionName=catalogue.function_name("prod", declared.declaration))


def _role(prod: Assembly, function: Resource) -> Resource:
    [role] = [
        role
        for role in prod.resources("AWS::IAM::Role", stack=function.stack)
        if prod.reference(role) == prod.text(function["Role"])
    ]
    return role


def _granted(prod: Assembly, role: Resource) -> set[Grant]:
    assert "ManagedPolicyArns" not in role.properties
    granted: set[Grant] = set()
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            assert not {"NotAction", "NotResource", "NotPrincipal"} & statement.keys()
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    granted.add((action, prod.text(resource), str(statement.get("Condition", ""))))
    return granted


def _declared(prod: Assembly, declared: Declared, function: Resource) -> set[Grant]:
    name = function["FunctionName"]
    resolver = TemplateResources(prod, function)
    wanted = {
        (action, resource, str(statement.conditions or ""))
        for grant in declared.grants
        for statement in grant.statements(resolver)
        for action in statement.actions
        for resource in statement.resources
    }
    group = prod.one("AWS::Logs::LogGroup", LogGroupName=f"/aws/lambda/{name}")
    own = {(action, prod.reference(group)) for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
    own |= _fed(prod, declared, function, declared.declaration.domain, name)
    return wanted | {(action, resource, "") for action, resource in own} | XRAY


def _fed(prod: Assembly, declared: Declared, function: Resource, domain: str, name: str) -> set[tuple[str, str]]:
    resolver = TemplateResources(prod, function)
    match declared:
        case Consumer():
            source = resolver.queue(name)
        case Worker():
            source = resolver.queue(f"solo60-prod-{declared.declaration.queue}")
        case Job():
            return {("sqs:SendMessage", resolver.queue(f"{name}-dead"))}
        case Relay():
            stream = prod.reference(prod.one("AWS::DynamoDB::Table", TableName=f"solo60-prod-{domain}"), "StreamArn")
            actions = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
            return {(f"dynamodb:{action}", stream) for action in actions} | {
                ("sqs:SendMessage", resolver.queue(f"{name}-dead"))
            }
        case _:
            return set()
    return {(f"sqs:{action}", source) for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}


@pytest.mark.parametrize("declared", FUNCTIONS, ids=lambda declared: declared.declaration.module)
def test_a_role_is_exactly_what_the_declaration_needs(prod: Assembly, declared: Declared) -> None:
    function = _function(prod, declared)
    assert _granted(prod, _role(prod, function)) == _declared(prod, declared, function)


def test_no_two_functions_share_a_role(prod: Assembly) -> None:
    roles = [(function.stack, str(function["Role"])) for function in prod.resources("AWS::Lambda::Function")]
    assert len(roles) == len(set(roles)) == len(FUNCTIONS)


def test_only_the_lambda_service_can_assume_a_function_s_role(prod: Assembly) -> None:
    for function in prod.resources("AWS::Lambda::Function"):
        statements = _role(prod, function)["AssumeRolePolicyDocument"]["Statement"]
        assert [(s["Effect"], s["Action"], s["Principal"]) for s in statements] == [
            ("Allow", "sts:AssumeRole", {"Service": "lambda.amazonaws.com"})
        ]


def test_there_is_no_policy_outside_a_role(prod: Assembly) -> None:
    assert prod.resources("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::User") == []


def test_no_allowed_action_is_a_star_and_no_resource_but_x_ray_s_a_recipient_and_objects(prod: Assembly) -> None:
    allowed: list[dict[str, Any]] = [
        statement
        for role in prod.resources("AWS::IAM::Role")
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    stars = [
        (action, prod.text(resource))
        for statement in allowed
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if "*" in action or "*" in prod.text(resource)
    ]
    anybody = arn("ses", "identity/*")
    objects = {star for star in stars if star[1].startswith(f"{FILES}/") and star[1].endswith("/*")}
    assert {resource for _, resource in objects} == {f"{FILES}/{under}/*" for under in ("files", "pending", "public")}
    assert {star for star in stars if star[1] != anybody and star not in objects} == {
        (action, "*") for action, _, _ in XRAY
    }
    assert {action for action, resource in stars if resource == anybody} == {"ses:SendEmail", "ses:SendRawEmail"}


def test_no_resource_policy_allows_everybody(prod: Assembly) -> None:
    policies = prod.resources("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
    assert policies
    for policy in policies:
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                assert set(statement["Principal"]) == {"Service"}
                assert statement["Condition"], "a service acts for one rule or one account"
                assert not [action for action in listed(statement["Action"]) if "*" in action]


def test_the_webhook_of_stripe_can_read_the_secret_of_its_signature_and_no_other(prod: Assembly) -> None:
    [declared] = [each for each in FUNCTIONS if each.declaration.module.endswith(".receive_stripe_event")]
    granted = _granted(prod, _role(prod, _function(prod, declared)))
    secret = prod.one("AWS::SecretsManager::Secret", Name="solo60/prod/stripe-webhook-secret")
    readable = {resource for action, resource, _ in granted if action == "secretsmanager:GetSecretValue"}
    assert readable == {prod.reference(secret, "Id")}
