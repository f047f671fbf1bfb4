"""The API: from the OpenAPI document, with a throttle per method, logs, traces and alarms."""

from __future__ import annotations

import re
from typing import Any

from aws_cdk import CfnOutput, Duration, Size, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra_cdk import catalogue, constructs
from infra_cdk.checks import suppress
from infra_cdk.names import Names
from infra_cdk.openapi import gateway_document
from infra_cdk.stages import Stage
from solo60.declarations import DEFAULT_THROTTLE, EndpointDeclaration

API_STAGE = "v1"
MAX_5XX_IN_FIVE_MINUTES = 5
MAX_P99_MILLISECONDS = 3_000

_ACCESS_LOG = {
    "request_id": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "response_bytes": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "integration_ms": "$context.integrationLatency",
    "caller": "$context.authorizer.claims.sub",
    "trace": "$context.xrayTraceId",
}


class GatewayStack(Stack):
    """The REST API and its stage `v1`."""

    def __init__(self, scope: Construct, id: str, stage: Stage, *, pool_arn: str, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self._stage, self._names = stage, Names(stage.name)
        document = gateway_document(
            function_arn=self._names.alias_arn,
            authorizer_pool_arn=pool_arn,
            allowed_origin=stage.allowed_origin,
        )
        logs = constructs.log_group(self, "AccessLogs", stage, f"/aws/apigateway/{self._names.of('access')}")
        self.api = apigateway.SpecRestApi(
            self,
            "Api",
            rest_api_name=self._names.of("api"),
            api_definition=apigateway.ApiDefinition.from_inline(document),
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            # Only the docs page and the API document are large enough for compression.
            min_compression_size=Size.kibibytes(8),
            deploy_options=apigateway.StageOptions(
                stage_name=API_STAGE,
                access_log_destination=apigateway.LogGroupLogDestination(logs),
                access_log_format=apigateway.AccessLogFormat.custom(self.to_json_string(_ACCESS_LOG)),
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,
                metrics_enabled=True,
                tracing_enabled=True,
                throttling_rate_limit=DEFAULT_THROTTLE.rate,
                throttling_burst_limit=DEFAULT_THROTTLE.burst,
                method_options=_throttles(),
            ),
        )
        self._keep_execution_logs_short()
        suppress(self.api, "AwsSolutions-APIG2", "The API's document contains its validator.")
        suppress(self.api, "AwsSolutions-APIG3", "The operations stack adds the firewall to this stage.")
        for endpoint in catalogue.endpoints():
            self._permit(endpoint.declaration)
        self._alarms()
        CfnOutput(self, "ApiId", value=self.api.rest_api_id)
        CfnOutput(self, "ApiUrl", value=self.api.url)

    def _keep_execution_logs_short(self) -> None:
        # API Gateway would create this group itself, without an expiry.
        group = constructs.log_group(
            self,
            "ExecutionLogs",
            self._stage,
            f"API-Gateway-Execution-Logs_{self.api.rest_api_id}/{API_STAGE}",
        )
        self.api.deployment_stage.node.add_dependency(group)

    def _permit(self, declaration: EndpointDeclaration) -> None:
        lambda_.CfnPermission(
            self,
            f"Permit{declaration.domain.title()}{constructs.construct_id(declaration)}",
            action="lambda:InvokeFunction",
            function_name=self._names.alias(declaration),
            principal="apigateway.amazonaws.com",
            source_arn=self.api.arn_for_execute_api(
                declaration.method, re.sub(r"\{[^}]+\}", "*", declaration.path), API_STAGE
            ),
        )

    def _alarms(self) -> None:
        constructs.alarm(
            self,
            "ServerErrors",
            self._names,
            metric=self.api.metric_server_error(period=Duration.minutes(5), statistic="Sum"),
            description="The API answers with 5xx",
            threshold=MAX_5XX_IN_FIVE_MINUTES,
        )
        constructs.alarm(
            self,
            "Latency",
            self._names,
            metric=self.api.metric_latency(period=Duration.minutes(5), statistic="p99"),
            description="The slowest 1 % of requests take too long",
            threshold=MAX_P99_MILLISECONDS,
        )


def _throttles() -> dict[str, apigateway.MethodDeploymentOptions]:
    # A method with its own entry does not inherit the stage's settings, so each entry contains all settings.
    return {
        f"{declaration.path}/{declaration.method}": apigateway.MethodDeploymentOptions(
            throttling_rate_limit=declaration.throttle.rate,
            throttling_burst_limit=declaration.throttle.burst,
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            data_trace_enabled=False,
            metrics_enabled=True,
        )
        for declaration in (endpoint.declaration for endpoint in catalogue.endpoints())
    }
