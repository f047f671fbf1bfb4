"""AWS in this process, by moto: started once, emptied after each test.

Making the clients and every domain's table anew would take several times as long as a handler's test itself, and
longer with each further domain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber

from infra_cdk import catalogue
from solo60 import aws, settings
from solo60.paging import CURSOR_SECRET
from tests import grants_in_use
from tests.fakes.moto_costs import save_costs
from tests.fakes.moto_tokens import add_token_operations

REGION = "eu-west-2"
ACCOUNT = "123456789012"
CURSOR_KEY = "a cursor key for tests"
GENERATED = "a secret of the stage, for tests"
STAGE = "test"

# One session for the whole run: each new one reads botocore's service models again.
boto3.setup_default_session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)


def boto() -> boto3.Session:
    """The run's one session, the one that `boto3.client` uses too."""
    session = boto3.DEFAULT_SESSION
    assert session is not None
    return session


class FakeAws:
    """Every domain's table and queues and the cursor secret, in moto.

    Attributes
    ----------
    variables
        The settings by which functions find them.
    """

    def __init__(self) -> None:
        self.variables: dict[str, str] = {}
        self._tables: set[str] = set()
        self._in_use = False
        self._clients_changed = False
        self._used: set[str] = set()
        save_costs()
        add_token_operations()
        aws.forget()
        self._watch_clients()
        mock_aws(config={"core": {"reset_boto3_session": False, "mock_credentials": False}}).start()
        self._in_use = True
        self._make_tables()
        self._make_others()
        self._leave()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """For one test: it finds everything empty, and whatever it leaves is removed."""
        if self._clients_changed:
            self._forget_clients()
        self._in_use = botocore_stubber.enabled = True
        try:
            yield
        finally:
            self._empty()
            self._leave()

    def items(self, table: str, kind: str) -> list[dict[str, Any]]:
        """A table's items of one kind, as DynamoDB returns them, without asking for them through a client."""
        partitions = self._dynamodb.tables[table].items.values()
        found = [item.to_json()["Attributes"] for partition in partitions for item in partition.values()]
        return [item for item in found if item.get("kind") == {"S": kind}]

    def put(self, table: str, item: dict[str, Any]) -> None:
        """Put an item as DynamoDB has it, without asking for it through a client; nothing outside of a test."""
        if self._in_use:
            self._dynamodb.tables[table].put_item(item)

    @property
    def _dynamodb(self) -> Any:
        return get_backend("dynamodb")[ACCOUNT][REGION]

    def _leave(self) -> None:
        self._in_use = botocore_stubber.enabled = False
        self._used.clear()

    def _empty(self) -> None:
        if self._clients_changed:
            self._forget_clients()
        aws.forget_secrets()
        # By name: a transaction that moto rolls back leaves other table objects than those that were created.
        tables = self._dynamodb.tables
        if tables.keys() == self._tables:
            for table in tables.values():
                table.items.clear()
        else:
            self._dynamodb.reset()
            self._make_tables()
        if self._used - {"dynamodb"}:
            for backends in BackendDict._instances:  # type: ignore[misc]
                if backends.service_name != "dynamodb":
                    for _, _, backend in backends.iter_backends():
                        backend.reset()
            self._make_others()
        reset_model_data()

    def _forget_clients(self) -> None:
        # With its hooks and with the retries that it may still make.
        aws.forget()
        self._clients_changed = False

    def _watch_clients(self) -> None:
        def note(model: Any, **_: Any) -> None:
            assert self._in_use, f"{model.name} outside of the fixture `tables`"
            self._used.add(model.service_model.service_name)

        session = aws.session()
        session.register("before-call", note)
        session.register("before-parameter-build", grants_in_use.note_call)
        boto().events.register("before-call", note)
        make = session.create_client

        def create_client(*args: Any, **kwargs: Any) -> Any:
            made = make(*args, **kwargs)
            # One that was made outside of a test with tables knows other settings.
            self._clients_changed = self._clients_changed or not self._in_use
            self._watch(made)
            return made

        session.create_client = create_client

    def _watch(self, made: Any) -> None:
        events = made.meta.events

        def noting(register: Callable[..., None]) -> Callable[..., None]:
            def register_and_note(*args: Any, **kwargs: Any) -> None:
                self._clients_changed = True
                register(*args, **kwargs)

            return register_and_note

        for name in ("register", "register_first", "register_last"):
            setattr(events, name, noting(getattr(events, name)))

    def _make_tables(self) -> None:
        for service in catalogue.services():
            if service.domain.table:
                name = catalogue.table_name(STAGE, service.domain.name)
                _create_table(service, name)
                self._tables.add(name)
                self.variables[settings.table_variable(service.domain.name)] = name

    def _make_others(self) -> None:
        sqs = get_backend("sqs")[ACCOUNT][REGION]
        for service in catalogue.services():
            for queue in service.domain.queues:
                sqs.create_queue(queue.name)
                url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{queue.name}"
                self.variables[settings.queue_variable(queue.name)] = url
            for bucket in service.domain.buckets:
                aws_client("s3").create_bucket(
                    Bucket=bucket.name, CreateBucketConfiguration={"LocationConstraint": REGION}
                )
                self.variables[settings.bucket_variable(bucket.name)] = bucket.name
            for declared in service.domain.secrets:
                if declared.generated:
                    self._keep_secret(declared.name, GENERATED)
        self._keep_secret(CURSOR_SECRET, CURSOR_KEY)

    def _keep_secret(self, name: str, value: str) -> None:
        secret = aws_client("secretsmanager").create_secret(Name=name, SecretString=value)
        self.variables[settings.secret_variable(name)] = secret["ARN"]


@cache
def fake_aws() -> FakeAws:
    """The process's one, started at first use."""
    return FakeAws()


def aws_response(url: str, status: int, headers: dict[str, str] | None = None, raw: Any = None) -> AWSResponse:
    """An answer of AWS, for hooks that answer in its place."""
    return AWSResponse(url, status, HTTPHeaders.from_dict(headers or {}), raw)


@cache
def aws_client(service: str) -> Any:
    """The tests' own client of an AWS service: hooks on the product's clients do not see it."""
    return boto().client(service)  # type: ignore[call-overload]


@cache
def aws_table(name: str) -> Any:
    """A table by boto3's resource layer: its items are plain Python values."""
    return boto().resource("dynamodb").Table(name)


def _create_table(service: catalogue.Service, name: str) -> None:
    """A domain's table as its declaration says."""
    indexes = [index.name for index in service.domain.indexes]
    names = ["PK", "SK", *(f"{index}_{part}" for index in indexes for part in ("pk", "sk"))]
    extra: dict[str, Any] = {}
    if indexes:
        extra["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": f"{index}_pk", "KeyType": "HASH"},
                    {"AttributeName": f"{index}_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in indexes
        ]
    aws_client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in names],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        **extra,
    )
