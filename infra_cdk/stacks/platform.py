"""The platform for all other stacks: secrets, the alarm topic, the mail identity, the gateway's logging role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra_cdk import catalogue
from infra_cdk.checks import suppress
from infra_cdk.constructs import removal, resource_of
from infra_cdk.names import Names
from infra_cdk.stages import Stage
from solo60.domains import Secret
from solo60.paging import CURSOR_SECRET


def _arn(secret: secretsmanager.Secret) -> str:
    # The attribute, not Ref: on AWS both are the full ARN, but in the embedded engine a Ref is the name.
    return resource_of(secret, secretsmanager.CfnSecret).attr_id


class PlatformStack(Stack):
    """Secrets, alarm topic, mail."""

    def __init__(self, scope: Construct, id: str, stage: Stage, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self._stage, self._names = stage, Names(stage.name)
        self.secrets: Mapping[str, str] = {
            CURSOR_SECRET: _arn(self._cursor_key()),
            **{
                secret.name: _arn(self._declared(secret))
                for service in catalogue.services()
                for secret in service.domain.secrets
            },
        }
        suppress(
            self,
            "AwsSolutions-SMG4",
            "New keys of our own would invalidate cursors and second factors; all other secrets come from providers.",
        )
        self._alarm_topic()
        self._mail()
        self._gateway_logging()

    def _cursor_key(self) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            "CursorKey",
            secret_name=self._names.secret(CURSOR_SECRET),
            description="Signs the cursors of lists",
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
            removal_policy=removal(self._stage),
        )

    def _declared(self, secret: Secret) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            "".join(part.title() for part in secret.name.split("-")),
            secret_name=self._names.secret(secret.name),
            description=secret.description
            if secret.generated
            else f"{secret.description}; the operator sets it after the first deployment",
            # Of a provider's secret: a value that no provider accepts, until the operator sets the real one.
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
            removal_policy=removal(self._stage),
        )

    def _alarm_topic(self) -> sns.Topic:
        # CloudWatch cannot publish to a topic with AWS's own key, whose policy cannot be changed.
        key = kms.Key(
            self,
            "AlarmKey",
            description="Encrypts the alarms of SOLO60",
            enable_key_rotation=True,
            removal_policy=removal(self._stage),
        )
        cloudwatch = iam.ServicePrincipal("cloudwatch.amazonaws.com")
        key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[cloudwatch],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        topic = sns.Topic(
            self, "Alarms", topic_name=self._names.of("alarms"), master_key=key, enforce_ssl=self._stage.tls_only
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[cloudwatch],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        if self._stage.alarm_email:
            topic.add_subscription(subscriptions.EmailSubscription(self._stage.alarm_email))
        return topic

    def _mail(self) -> None:
        configuration = ses.ConfigurationSet(
            self,
            "MailConfiguration",
            configuration_set_name=self._names.of("mail"),
            reputation_metrics=True,
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
        )
        ses.EmailIdentity(
            self,
            "MailIdentity",
            identity=ses.Identity.domain(self._stage.mail_domain),
            configuration_set=configuration,
        )

    def _gateway_logging(self) -> None:
        # A setting per account and region. API Gateway writes no logs without it.
        role = iam.Role(
            self,
            "GatewayLogsRole",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
            ],
        )
        suppress(
            role,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AmazonAPIGatewayPushToCloudWatchLogs]",
            "API Gateway accepts no role for its logs with fewer permissions than this AWS policy.",
        )
        account = apigateway.CfnAccount(self, "GatewayAccount", cloud_watch_role_arn=role.role_arn)
        # The stages of an account share the setting, so the deletion of one stage must not remove it.
        for shared in (role, account):
            shared.apply_removal_policy(RemovalPolicy.RETAIN)
