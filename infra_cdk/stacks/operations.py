"""What guards and restores the running system: the bus's archive, the web application firewall, daily backups.

These are the resource types that the embedded engine does not take, so the local run leaves this stack out.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra_cdk import catalogue, constructs
from infra_cdk.checks import accept
from infra_cdk.names import Names
from infra_cdk.stacks.gateway import API_STAGE
from infra_cdk.stages import Stage

REQUESTS_IN_FIVE_MINUTES = 2_000
"""From one address; the web application firewall turns it away above that."""
INSPECTED_BODY_BYTES = 64 * 1024
BACKUPS_KEPT = Duration.days(35)

_AS_IT_IS = [waf.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")]


class OperationsStack(Stack):
    """Archive, firewall, backups."""

    def __init__(self, scope: Construct, id: str, stage: Stage, *, api_id: str, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self._stage, self._names = stage, Names(stage.name)
        self._archive()
        self._firewall(api_id)
        self._backups()

    def _archive(self) -> None:
        # Named one by one: an event that carries a one-time secret is never kept.
        published = [event for service in catalogue.services() for event in catalogue.events_of(service.domain.name)]
        events.Archive(
            self,
            "Archive",
            archive_name=self._names.of("events"),
            description="Every event but those that carry a one-time secret",
            source_event_bus=events.EventBus.from_event_bus_arn(self, "Bus", self._names.bus_arn),
            event_pattern=events.EventPattern(
                source=sorted({f"solo60.{event.SOURCE}" for event in published if event.ARCHIVED}),
                detail_type=sorted(event.detail_type() for event in published if event.ARCHIVED),
            ),
            retention=Duration.days(self._stage.archive_days),
        )

    def _firewall(self, api_id: str) -> None:
        acl = waf.CfnWebACL(
            self,
            "Firewall",
            name=self._names.of("firewall"),
            scope="REGIONAL",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_watched("Firewall"),
            association_config=waf.CfnWebACL.AssociationConfigProperty(
                request_body={
                    "API_GATEWAY": waf.CfnWebACL.RequestBodyAssociatedResourceTypeConfigProperty(
                        default_size_inspection_limit="KB_64"
                    )
                }
            ),
            rules=[
                waf.CfnWebACL.RuleProperty(
                    name="Rate",
                    priority=0,
                    action=waf.CfnWebACL.RuleActionProperty(block={}),
                    visibility_config=_watched("Rate"),
                    statement=waf.CfnWebACL.StatementProperty(
                        rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                            aggregate_key_type="IP", limit=REQUESTS_IN_FIVE_MINUTES, evaluation_window_sec=300
                        )
                    ),
                ),
                self._body_limit(1),
            ],
        )
        waf.CfnWebACLAssociation(
            self,
            "FirewallOfApi",
            web_acl_arn=acl.attr_arn,
            resource_arn=f"arn:{self.partition}:apigateway:{self.region}::/restapis/{api_id}/stages/{API_STAGE}",
        )

    def _body_limit(self, priority: int) -> waf.CfnWebACL.RuleProperty:
        """Turns away what is too large for any endpoint before it costs an invocation; the runtime knows each limit."""
        too_large = waf.CfnWebACL.StatementProperty(
            size_constraint_statement=waf.CfnWebACL.SizeConstraintStatementProperty(
                # More than the firewall inspects counts as too large.
                field_to_match=waf.CfnWebACL.FieldToMatchProperty(
                    body=waf.CfnWebACL.BodyProperty(oversize_handling="MATCH")
                ),
                comparison_operator="GT",
                size=INSPECTED_BODY_BYTES,
                text_transformations=_AS_IT_IS,
            )
        )
        elsewhere = [
            waf.CfnWebACL.StatementProperty(
                not_statement=waf.CfnWebACL.NotStatementProperty(statement=_path_ends_with(declaration.path))
            )
            for declaration in (endpoint.declaration for endpoint in catalogue.endpoints())
            if declaration.max_body_bytes > INSPECTED_BODY_BYTES
        ]
        return waf.CfnWebACL.RuleProperty(
            name="BodySize",
            priority=priority,
            action=waf.CfnWebACL.RuleActionProperty(block={}),
            visibility_config=_watched("BodySize"),
            statement=waf.CfnWebACL.StatementProperty(
                and_statement=waf.CfnWebACL.AndStatementProperty(statements=[*elsewhere, too_large])
            )
            if elsewhere
            else too_large,
        )

    def _backups(self) -> None:
        vault = backup.BackupVault(
            self,
            "Vault",
            backup_vault_name=self._names.of("vault"),
            removal_policy=constructs.removal(self._stage),
        )
        plan = backup.BackupPlan(
            self,
            "Daily",
            backup_plan_name=self._names.of("daily"),
            backup_vault=vault,
            backup_plan_rules=[
                backup.BackupPlanRule(
                    rule_name="daily",
                    schedule_expression=events.Schedule.cron(hour="3", minute="0"),
                    start_window=Duration.hours(1),
                    completion_window=Duration.hours(4),
                    delete_after=BACKUPS_KEPT,
                )
            ],
        )
        policies = ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")
        role = iam.Role(
            self,
            "BackupRole",
            assumed_by=iam.ServicePrincipal("backup.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(f"service-role/{policy}") for policy in policies
            ],
        )
        for policy in policies:
            accept(
                role,
                f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/{policy}]",
                "What a backup has to touch is AWS's own to say, and changes with the service.",
            )
        plan.add_selection(
            "Tables",
            role=role,
            resources=[
                backup.BackupResource.from_arn(self._names.table_arn(service.domain.name))
                for service in catalogue.services()
                if service.domain.table
            ],
        )


def _watched(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )


def _path_ends_with(path: str) -> waf.CfnWebACL.StatementProperty:
    if "{" in path:
        raise ValueError(f"{path} takes large bodies, and the firewall cannot tell it by its end")
    return waf.CfnWebACL.StatementProperty(
        byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=waf.CfnWebACL.FieldToMatchProperty(uri_path={}),
            positional_constraint="ENDS_WITH",
            search_string=path,
            text_transformations=_AS_IT_IS,
        )
    )
