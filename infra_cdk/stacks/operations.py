"""Operations: the bus's archive, the web application firewall, daily backups.

The embedded engine does not support these resource types, so the local run omits this stack.
"""

from __future__ import annotations

import json
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra_cdk import catalogue, constructs
from infra_cdk.checks import suppress
from infra_cdk.names import Names
from infra_cdk.stacks.gateway import API_STAGE
from infra_cdk.stages import Stage
from solo60.declarations import Access
from solo60.problems import EncodedBody, PayloadTooLarge, Problem, TooManyRequests

REQUESTS_IN_FIVE_MINUTES = 2_000
"""Per IP address. The web application firewall refuses more requests."""
AUTH_REQUESTS_IN_FIVE_MINUTES = 200
"""The same for `/auth`. The methods' throttles are shared by all callers, and one address must not exhaust them."""
RATE_WINDOW_SECONDS = 300
INSPECTED_BODY_BYTES = 64 * 1024
BACKUPS_KEPT = Duration.days(35)

_UNCHANGED = [waf.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")]


class OperationsStack(Stack):
    """Archive, firewall, backups."""

    def __init__(self, scope: Construct, id: str, stage: Stage, *, api_id: str, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self._stage, self._names = stage, Names(stage.name)
        self._archive()
        self._firewall(api_id)
        self._backups()

    def _archive(self) -> None:
        # Listed by name, so that events with a one-time secret or personal data are never archived.
        published = [event for service in catalogue.services() for event in catalogue.events_of(service.domain.name)]
        events.Archive(
            self,
            "Archive",
            archive_name=self._names.of("events"),
            description="All events except those with a secret or personal data",
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
            visibility_config=self._visibility("firewall"),
            custom_response_bodies={
                problem.code: waf.CfnWebACL.CustomResponseBodyProperty(
                    content=json.dumps(problem.body("firewall")), content_type="APPLICATION_JSON"
                )
                for problem in (TooManyRequests(), EncodedBody(), PayloadTooLarge())
            },
            association_config=waf.CfnWebACL.AssociationConfigProperty(
                request_body={
                    "API_GATEWAY": waf.CfnWebACL.RequestBodyAssociatedResourceTypeConfigProperty(
                        default_size_inspection_limit="KB_64"
                    )
                }
            ),
            rules=[
                self._rate(
                    "Rate",
                    0,
                    REQUESTS_IN_FIVE_MINUTES,
                    # Providers call from few addresses, and their signatures are verified.
                    [_except_path(path) for path in _paths_of_providers()],
                ),
                self._rate("AuthRate", 1, AUTH_REQUESTS_IN_FIVE_MINUTES, [_path(f"/{API_STAGE}/auth/", "STARTS_WITH")]),
                self._content_encoding(2),
                self._body_limit(3),
            ],
        )
        waf.CfnWebACLAssociation(
            self,
            "FirewallOfApi",
            web_acl_arn=acl.attr_arn,
            resource_arn=f"arn:{self.partition}:apigateway:{self.region}::/restapis/{api_id}/stages/{API_STAGE}",
        )

    def _rate(
        self, name: str, priority: int, limit: int, where: list[waf.CfnWebACL.StatementProperty]
    ) -> waf.CfnWebACL.RuleProperty:
        scope = where[0] if len(where) == 1 else _all(where)
        return waf.CfnWebACL.RuleProperty(
            name=name,
            priority=priority,
            action=_refused(TooManyRequests(headers={"Retry-After": str(RATE_WINDOW_SECONDS)})),
            visibility_config=self._visibility(name.lower()),
            statement=waf.CfnWebACL.StatementProperty(
                rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                    aggregate_key_type="IP",
                    limit=limit,
                    evaluation_window_sec=RATE_WINDOW_SECONDS,
                    scope_down_statement=scope,
                )
            ),
        )

    def _visibility(self, name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
        return waf.CfnWebACL.VisibilityConfigProperty(
            cloud_watch_metrics_enabled=True, metric_name=self._names.of(name), sampled_requests_enabled=True
        )

    def _content_encoding(self, priority: int) -> waf.CfnWebACL.RuleProperty:
        """Refuses compressed bodies: the gateway decompresses them after this firewall has measured them."""
        header = waf.CfnWebACL.FieldToMatchProperty(single_header={"Name": "content-encoding"})
        given = waf.CfnWebACL.StatementProperty(
            size_constraint_statement=waf.CfnWebACL.SizeConstraintStatementProperty(
                field_to_match=header, comparison_operator="GT", size=0, text_transformations=_UNCHANGED
            )
        )
        identity = waf.CfnWebACL.StatementProperty(
            byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
                field_to_match=header,
                positional_constraint="EXACTLY",
                search_string="identity",
                text_transformations=[waf.CfnWebACL.TextTransformationProperty(priority=0, type="LOWERCASE")],
            )
        )
        return waf.CfnWebACL.RuleProperty(
            name="ContentEncoding",
            priority=priority,
            action=_refused(EncodedBody()),
            visibility_config=self._visibility("contentencoding"),
            statement=_all([given, _not(identity)]),
        )

    def _body_limit(self, priority: int) -> waf.CfnWebACL.RuleProperty:
        """Refuses bodies that exceed all limits, without an invocation. The runtime checks the limit of an endpoint."""
        too_large = waf.CfnWebACL.StatementProperty(
            size_constraint_statement=waf.CfnWebACL.SizeConstraintStatementProperty(
                # A body that is larger than the inspected part counts as too large.
                field_to_match=waf.CfnWebACL.FieldToMatchProperty(
                    body=waf.CfnWebACL.BodyProperty(oversize_handling="MATCH")
                ),
                comparison_operator="GT",
                size=INSPECTED_BODY_BYTES,
                text_transformations=_UNCHANGED,
            )
        )
        other_paths = [
            _except_path(declaration.path)
            for declaration in (endpoint.declaration for endpoint in catalogue.endpoints())
            if declaration.max_body_bytes > INSPECTED_BODY_BYTES
        ]
        return waf.CfnWebACL.RuleProperty(
            name="BodySize",
            priority=priority,
            action=_refused(PayloadTooLarge()),
            visibility_config=self._visibility("bodysize"),
            statement=_all([*other_paths, too_large]) if other_paths else too_large,
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
            suppress(
                role,
                f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/{policy}]",
                "AWS determines what a backup has to access, and changes it with the service.",
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


def _refused(problem: Problem) -> waf.CfnWebACL.RuleActionProperty:
    """Block with the response of the API, instead of the firewall's own 403."""
    return waf.CfnWebACL.RuleActionProperty(
        block=waf.CfnWebACL.BlockActionProperty(
            custom_response=waf.CfnWebACL.CustomResponseProperty(
                response_code=problem.status,
                custom_response_body_key=problem.code,
                response_headers=[
                    waf.CfnWebACL.CustomHTTPHeaderProperty(name=name, value=value)
                    for name, value in problem.headers.items()
                ]
                or None,
            )
        )
    )


def _all(statements: list[waf.CfnWebACL.StatementProperty]) -> waf.CfnWebACL.StatementProperty:
    return waf.CfnWebACL.StatementProperty(and_statement=waf.CfnWebACL.AndStatementProperty(statements=statements))


def _not(statement: waf.CfnWebACL.StatementProperty) -> waf.CfnWebACL.StatementProperty:
    return waf.CfnWebACL.StatementProperty(not_statement=waf.CfnWebACL.NotStatementProperty(statement=statement))


def _path(text: str, where: str) -> waf.CfnWebACL.StatementProperty:
    return waf.CfnWebACL.StatementProperty(
        byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=waf.CfnWebACL.FieldToMatchProperty(uri_path={}),
            positional_constraint=where,
            search_string=text,
            text_transformations=_UNCHANGED,
        )
    )


def _except_path(path: str) -> waf.CfnWebACL.StatementProperty:
    if "{" in path:
        raise ValueError(f"the firewall cannot match {path} by its end")
    return _not(_path(path, "ENDS_WITH"))


def _paths_of_providers() -> list[str]:
    return [
        endpoint.declaration.path
        for endpoint in catalogue.endpoints()
        if endpoint.declaration.access is Access.PROVIDER
    ]
