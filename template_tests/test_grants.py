"""Every function's role says exactly what its declaration says: no statement more, none less."""

from __future__ import annotations

from typing import Any

import pytest

from infra_cdk import catalogue
from infra_cdk.catalogue import Declared
from infra_cdk.stages import STAGES
from solo60.queues import Consumer, Job, Worker
from solo60.relay import Relay
from template_tests.reading import Assembly, Resource, arn, listed

FUNCTIONS = [function for service in catalogue.services() for function in service.functions]
Grant = tuple[str, str, str]
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


def _queue(prod: Assembly, function: Resource, name: str) -> str:
    [queue] = [q for q in prod.resources("AWS::SQS::Queue", stack=function.stack) if q["QueueName"] == name]
    return prod.reference(queue)


def _declared(prod: Assembly, declared: Declared, function: Resource) -> set[Grant]:
    needs, declaration = declared.needs, declared.declaration
    name = function["FunctionName"]
    wanted: set[tuple[str, str]] = set()
    for table in needs.tables:
        where = arn("dynamodb", f"table/solo60-prod-{table.domain}")
        wanted |= {(str(action), where) for action in table.actions}
        wanted |= {("dynamodb:Query", f"{where}/index/{index}") for index in table.indexes}
    wanted |= {("sqs:SendMessage", _queue(prod, function, f"solo60-prod-{queue}")) for queue in needs.send}
    for secret in needs.secrets:
        found = prod.one("AWS::SecretsManager::Secret", Name=f"solo60/prod/{secret}")
        wanted.add(("secretsmanager:GetSecretValue", prod.reference(found, "Id")))
    pool = prod.reference(prod.resources("AWS::Cognito::UserPool")[0])
    wanted |= {(f"cognito-idp:{action}", pool) for action in needs.identity}
    if needs.publish:
        wanted.add(("events:PutEvents", arn("events", "event-bus/solo60-prod-events")))
    wanted |= _fed(prod, declared, function, declaration.domain, name)
    group = prod.one("AWS::Logs::LogGroup", LogGroupName=f"/aws/lambda/{name}")
    wanted |= {(action, prod.reference(group)) for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
    return {(action, resource, "") for action, resource in wanted} | XRAY | _mail(needs.mail)


def _fed(prod: Assembly, declared: Declared, function: Resource, domain: str, name: str) -> set[tuple[str, str]]:
    match declared:
        case Consumer():
            source = _queue(prod, function, name)
        case Worker():
            source = _queue(prod, function, f"solo60-prod-{declared.declaration.queue}")
        case Job():
            return {("sqs:SendMessage", _queue(prod, function, f"{name}-dead"))}
        case Relay():
            stream = prod.reference(prod.one("AWS::DynamoDB::Table", TableName=f"solo60-prod-{domain}"), "StreamArn")
            actions = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
            return {(f"dynamodb:{action}", stream) for action in actions} | {
                ("sqs:SendMessage", _queue(prod, function, f"{name}-dead"))
            }
        case _:
            return set()
    return {(f"sqs:{action}", source) for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}


def _mail(sends: bool) -> set[Grant]:
    sender = {"StringEquals": {"ses:FromAddress": STAGES["prod"].mail_sender}}
    resources = ("identity/*", "configuration-set/solo60-prod-mail")
    return {
        (action, arn("ses", resource), str(sender))
        for resource in resources
        for action in ("ses:SendEmail", "ses:SendRawEmail")
        if sends
    }


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


def test_no_allowed_action_is_a_star_and_no_resource_but_x_ray_s_and_a_recipient(prod: Assembly) -> None:
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
    assert {star for star in stars if star[1] != anybody} == {(action, "*") for action, _, _ in XRAY}
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
