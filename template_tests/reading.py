"""Reads synthesized templates: resources by type, intrinsic functions as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from infra_cdk.stages import STAGES
from solo60 import grants


@dataclass(frozen=True)
class Resource:
    """A resource of a template."""

    stack: str
    id: str
    body: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.body["Type"])

    @property
    def properties(self) -> dict[str, Any]:
        return dict(self.body.get("Properties", {}))

    def __getitem__(self, name: str) -> Any:
        return self.properties[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.properties.get(name, default)


class Assembly:
    """All templates of one synthesized stage; stacks go by their part of the name, `session`, `api`."""

    def __init__(self, folder: Path, stage: str) -> None:
        self.folder, self.stage = folder, stage

    @cached_property
    def paths(self) -> dict[str, Path]:
        found = sorted(self.folder.glob("*.template.json"))
        return {path.name.removeprefix(f"solo60-{self.stage}-").removesuffix(".template.json"): path for path in found}

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        return {name: json.loads(path.read_text()) for name, path in self.paths.items()}

    @cached_property
    def exports(self) -> dict[str, Any]:
        """What an exported name stands for, in the stack that exports it."""
        return {
            output["Export"]["Name"]: output["Value"]
            for template in self.templates.values()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def resources(self, *types: str, stack: str | None = None) -> list[Resource]:
        """The resources of these types, or all."""
        return [
            Resource(name, id, body)
            for name, template in self.templates.items()
            if stack in {None, name}
            for id, body in template["Resources"].items()
            if not types or body["Type"] in types
        ]

    def one(self, type: str, **properties: Any) -> Resource:
        """The one resource of a type with these properties."""
        found = [
            resource
            for resource in self.resources(type)
            if all(resource.get(name) == value for name, value in properties.items())
        ]
        assert len(found) == 1, f"{len(found)} of {type} with {properties}"
        return found[0]

    def text(self, value: Any) -> str:
        """A value with intrinsic functions as text: `${AWS::Region}`, `${Queue.Arn}`."""
        match value:
            case str():
                return value
            case {"Ref": str(id)}:
                return f"${{{id}}}"
            case {"Fn::GetAtt": [str(id), str(attribute)]}:
                return f"${{{id}.{attribute}}}"
            case {"Fn::Join": [str(between), list(parts)]}:
                return between.join(self.text(part) for part in parts)
            case {"Fn::Select": [int(index), {"Fn::Split": [":", value]}]}:
                return f"{self.text(value)}[{index}]"
            case {"Fn::ImportValue": str(export)}:
                return self.text(self.exports[export])
        raise AssertionError(f"no text: {value}")

    def live(self, function: Resource) -> Resource:
        """The alias that everything invokes a function by."""
        [alias] = [
            alias
            for alias in self.resources("AWS::Lambda::Alias", stack=function.stack)
            if alias["FunctionName"] == {"Ref": function.id}
        ]
        return alias

    def reference(self, resource: Resource, attribute: str = "Arn") -> str:
        """How its own stack refers to a resource."""
        return f"${{{resource.id}.{attribute}}}"


DISTRIBUTION = "AWS::CloudFront::Distribution"


class TemplateResources:
    """Resolves the names in a function's grants (`solo60.grants.Resolver`) as the prod stage's templates spell them."""

    def __init__(self, prod: Assembly, function: Resource) -> None:
        self._prod, self._function = prod, function

    def name(self, *parts: str) -> str:
        return "-".join(("solo60-prod", *parts))

    def arn(self, service: str, resource: str) -> str:
        return arn(service, resource)

    def queue(self, name: str) -> str:
        """The ARN of a queue beside the function."""
        return self._prod.reference(self._queue(name))

    def _queue(self, name: str) -> Resource:
        queues = self._prod.resources("AWS::SQS::Queue", stack=self._function.stack)
        [found] = [queue for queue in queues if queue["QueueName"] == name]
        return found

    def provided(self, kind: str, name: str) -> grants.Resource:
        match kind:
            case "queue":
                queue = self._queue(self.name(name))
                return grants.Resource(f"${{{queue.id}}}", self._prod.reference(queue))
            case "secret":
                found = self._prod.one("AWS::SecretsManager::Secret", Name=f"solo60/prod/{name}")
                secret = self._prod.reference(found, "Id")
                return grants.Resource(secret, secret)
            case "bucket":
                bucket = self._prod.text(self._prod.one("AWS::S3::Bucket", BucketName=_bucket(name))["BucketName"])
                return grants.Resource(bucket, f"arn:${{AWS::Partition}}:s3:::{bucket}")
            case "distribution":
                return grants.Resource(self._prod.reference(self._prod.resources(DISTRIBUTION)[0], "DomainName"))
            case "user-pool":
                pool = self._prod.resources("AWS::Cognito::UserPool")[0]
                return grants.Resource(f"${{{pool.id}}}", self._prod.reference(pool))
            case "user-pool-client":
                return grants.Resource(f"${{{self._prod.resources('AWS::Cognito::UserPoolClient')[0].id}}}")
        raise AssertionError(f"nothing is called {kind} {name}")

    def setting(self, name: str) -> str:
        return STAGES["prod"].settings[name]


def _bucket(name: str) -> dict[str, Any]:
    parts: list[Any] = [f"solo60-prod-{name}-", {"Ref": "AWS::AccountId"}, "-", {"Ref": "AWS::Region"}]
    return {"Fn::Join": ["", parts]}


def arn(service: str, resource: str) -> str:
    """An ARN in the stack's own partition, region and account, as `Assembly.text` renders it."""
    return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"


def listed(value: Any) -> list[Any]:
    """IAM's one-or-many as many."""
    return value if isinstance(value, list) else [value]


def walk(value: Any) -> Iterator[Any]:
    """Every value inside a value."""
    yield value
    if isinstance(value, dict):
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
