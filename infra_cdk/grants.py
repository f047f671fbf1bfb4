"""The role and the environment of a function, exactly as its declaration requires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_iam as iam

from infra_cdk.names import Names, arn
from infra_cdk.stages import Stage
from solo60 import observability, relay, settings
from solo60.declarations import Do, Needs
from solo60.http.response import ALLOWED_ORIGIN_SETTING

QUEUE_SOURCE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
STREAM_SOURCE_ACTIONS = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)


ANY_IDENTITY = "identity/*"


class UnknownNeed(ValueError):
    """A function needs something that does not exist."""


@dataclass(frozen=True)
class Provided:
    """Resources of other stacks that functions use.

    Attributes
    ----------
    queues
        The domain's own work queues by name: ARN and address.
    secrets
        Secrets by name: ARN.
    pool_arn, pool_id, client_id
        The Cognito user pool and its client.
    """

    queues: Mapping[str, tuple[str, str]]
    secrets: Mapping[str, str]
    pool_arn: str
    pool_id: str
    client_id: str


def _find(found: Mapping[str, str], name: str, what: str) -> str:
    if name not in found:
        raise UnknownNeed(f"{name} is no {what}: one of {', '.join(found)}")
    return found[name]


def allow(actions: tuple[str, ...], *resources: str, **conditions: dict[str, str]) -> iam.PolicyStatement:
    """One statement of a role."""
    return iam.PolicyStatement(actions=sorted(actions), resources=list(resources), conditions=conditions or None)


def _table_statements(names: Names, needs: Needs) -> list[iam.PolicyStatement]:
    statements = []
    for domain, (actions, indexes) in sorted(needs.grants().items()):
        table = names.table_arn(domain)
        if indexes and Do.QUERY not in actions:
            raise UnknownNeed(f"an index of {domain} is named, but no query")
        statements.append(allow(tuple(str(action) for action in actions), table))
        if indexes:
            statements.append(allow((str(Do.QUERY),), *(f"{table}/index/{index}" for index in sorted(indexes))))
    return statements


def statements(
    stage: Stage, names: Names, needs: Needs, provided: Provided, log_group: str
) -> list[iam.PolicyStatement]:
    """The statements of a function's role.

    Parameters
    ----------
    log_group
        The ARN of the function's own log group.
    """
    found = [
        allow(("logs:CreateLogStream", "logs:PutLogEvents"), log_group),
        # X-Ray's actions have no resources, so a star is required.
        allow(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*"),
        *_table_statements(names, needs),
    ]
    if needs.send:
        arns = {name: queue[0] for name, queue in provided.queues.items()}
        found.append(allow(("sqs:SendMessage",), *(_find(arns, queue, "queue of this domain") for queue in needs.send)))
    if needs.secrets:
        secrets = [_find(provided.secrets, secret, "secret") for secret in needs.secrets]
        found.append(allow(("secretsmanager:GetSecretValue",), *secrets))
    if needs.identity:
        found.append(allow(tuple(f"cognito-idp:{action}" for action in needs.identity), provided.pool_arn))
    if needs.mail:
        found.append(_mail_statement(stage, names))
    if needs.publish:
        found.append(allow(("events:PutEvents",), names.bus_arn))
    return found


def _mail_statement(stage: Stage, names: Names) -> iam.PolicyStatement:
    actions = ("ses:SendEmail", "ses:SendRawEmail")
    if not stage.mail_by_identity:
        return allow(actions, "*")
    return allow(
        actions,
        # SES also requires permission for a recipient that is an identity of the account. In SES's sandbox all
        # recipients are identities. The condition restricts the sender.
        arn("ses", ANY_IDENTITY),
        # The identity sends through its configuration set, and SES requires permission for both.
        arn("ses", f"configuration-set/{names.of('mail')}"),
        StringEquals={"ses:FromAddress": stage.mail_sender},
    )


def environment(stage: Stage, names: Names, domain: str, needs: Needs, provided: Provided) -> dict[str, str]:
    """The variables of a function.

    Raises
    ------
    UnknownNeed
        It needs a setting, a queue or a secret that does not exist.
    """
    variables = {
        "POWERTOOLS_SERVICE_NAME": domain,
        "POWERTOOLS_METRICS_NAMESPACE": f"{observability.NAMESPACE}/{stage.name}",
        "POWERTOOLS_LOG_LEVEL": stage.log_level,
        # The search for pydantic plugins takes milliseconds of every cold start.
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        ALLOWED_ORIGIN_SETTING: stage.allowed_origin,
    }
    variables |= {settings.table_variable(table): names.table(table) for table in needs.grants()}
    urls = {name: queue[1] for name, queue in provided.queues.items()}
    variables |= {settings.queue_variable(queue): _find(urls, queue, "queue of this domain") for queue in needs.send}
    variables |= {settings.secret_variable(name): _find(provided.secrets, name, "secret") for name in needs.secrets}
    variables |= {name: _find(stage.settings, name, "setting of a stage") for name in needs.settings}
    if needs.identity:
        variables |= {"USER_POOL_ID": provided.pool_id, "USER_POOL_CLIENT_ID": provided.client_id}
    if needs.mail:
        variables["MAIL_FROM"] = f"SOLO60 <{stage.mail_sender}>"
    if needs.publish:
        variables[relay.BUS_SETTING] = names.bus
    return dict(sorted(variables.items()))
