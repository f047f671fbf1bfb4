"""Grants: what a function may use, each as a small object that names its actions, its resource and its variables.

A declaration lists them, `grants=(TableGrant("session", {Do.GET}), QueueGrant("stripe-events"))`. The infrastructure
asks each for its statements and variables, and writes the function's role and environment from the answers. A new kind
of grant is a class here and its test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from solo60 import aws, settings

NO_ITEM = "FIRST#CONNECTION"
"""The key that a starting function reads to open its connection."""


class Resource(NamedTuple):
    """A resource whose ARN or address only the stack that makes it knows."""

    value: str
    """How the function addresses it: a queue's URL, a pool's id."""
    arn: str = ""


class Resolver(Protocol):
    """Turns the names in grants into what a stage calls them."""

    def name(self, *parts: str) -> str:
        """The deterministic name of a stage's resource: `solo60-dev-session`."""
        ...

    def arn(self, service: str, resource: str) -> str:
        """An ARN in the stage's account and region."""
        ...

    def provided(self, kind: str, name: str) -> Resource:
        """A resource of a kind whose ARN a service and a name do not tell.

        Parameters
        ----------
        kind
            `"queue"`, `"secret"`, `"bucket"`, `"distribution"` (of a bucket: its domain, or nothing), `"user-pool"`,
            `"user-pool-client"`.
        """
        ...

    def setting(self, name: str) -> str:
        """A value of the stage."""
        ...


class Statement(NamedTuple):
    """An IAM statement that allows something, as plain data."""

    actions: frozenset[str]
    """As IAM spells them, `"sqs:SendMessage"`."""
    resources: tuple[str, ...]
    """ARNs."""
    conditions: Mapping[str, Mapping[str, str]] = {}
    wildcard_reason: str = ""
    """Why one of the resources ends in a star."""


@dataclass(frozen=True)
class Grant:
    """Base of all grants: actions on one resource, given by its name within the project."""

    name: str
    actions: frozenset[str] = frozenset()

    def statements(self, resolver: Resolver) -> tuple[Statement, ...]:
        """What the role of the function allows because of this grant."""
        return ()

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """What the environment of the function holds because of this grant."""
        return {}

    def connect(self) -> bool:
        """Make the client, and open a connection, while the function starts; whether a connection is open.

        Called in a function that has the grant, before its first request. It may raise whatever the client raises.
        """
        return False


class Do(StrEnum):
    """An operation on a table, as its IAM action."""

    GET = "dynamodb:GetItem"
    BATCH_GET = "dynamodb:BatchGetItem"
    QUERY = "dynamodb:Query"
    PUT = "dynamodb:PutItem"
    UPDATE = "dynamodb:UpdateItem"
    DELETE = "dynamodb:DeleteItem"
    CHECK = "dynamodb:ConditionCheckItem"


@dataclass(frozen=True, init=False)
class TableGrant(Grant):
    """Use of a domain's table: `TableGrant("session", {Do.GET}, indexes={"by_member"})`.

    Attributes
    ----------
    name
        The domain.
    actions
        On the table. `Do.QUERY` is a query of the table itself.
    indexes
        The indexes that it queries.
    """

    indexes: frozenset[str] = frozenset()

    def __init__(self, domain: str, actions: AbstractSet[str] = frozenset(), indexes: AbstractSet[str] = frozenset()):
        super().__init__(domain, frozenset(actions))
        object.__setattr__(self, "indexes", frozenset(indexes))

    def statements(self, resolver: Resolver) -> tuple[Statement, ...]:
        """The actions on the table, and Query on each index."""
        table = resolver.arn("dynamodb", f"table/{resolver.name(self.name)}")
        indexes = tuple(f"{table}/index/{index}" for index in sorted(self.indexes))
        allowed = (Statement(self.actions, (table,)), Statement(frozenset({str(Do.QUERY)}), indexes))
        return tuple(statement for statement in allowed if statement.actions and statement.resources)

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """The table's name."""
        return {settings.table_variable(self.name): resolver.name(self.name)}

    def connect(self) -> bool:
        """Read an item that does not exist, by an operation that is allowed."""
        client = aws.client("dynamodb")
        table = settings.read(settings.table_variable(self.name))
        key = {"PK": {"S": NO_ITEM}, "SK": {"S": NO_ITEM}}
        if Do.BATCH_GET in self.actions:
            client.batch_get_item(RequestItems={table: {"Keys": [key]}})
        elif Do.GET in self.actions:
            client.get_item(TableName=table, Key=key)
        elif Do.QUERY in self.actions:
            client.query(
                TableName=table,
                KeyConditionExpression="PK = :none",
                ExpressionAttributeValues={":none": {"S": NO_ITEM}},
            )
        else:
            return False
        return True


class QueueGrant(Grant):
    """Sending to one of the domain's own queues."""

    def __init__(self, queue: str) -> None:
        super().__init__(queue, frozenset({"sqs:SendMessage"}))

    def statements(self, resolver: Resolver) -> tuple[Statement, ...]:
        """SendMessage on the queue."""
        return (Statement(self.actions, (resolver.provided("queue", self.name).arn,)),)

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """The queue's address."""
        return {settings.queue_variable(self.name): resolver.provided("queue", self.name).value}

    def connect(self) -> bool:
        """Make the client; SQS has no call without an effect that the grant allows."""
        aws.client("sqs")
        return True


@dataclass(frozen=True, init=False)
class BucketGrant(Grant):
    """Operations on the objects of a bucket below a prefix: `BucketGrant("files", {"GetObject"}, under="files/")`.

    A function that signs an address needs the grant for what the address allows.

    Attributes
    ----------
    under
        The prefix of the objects' keys.
    lists
        Whether S3 tells the function that an object is missing; without it a missing object is forbidden.
    """

    under: str = ""
    lists: bool = False

    def __init__(self, bucket: str, operations: AbstractSet[str], *, under: str, lists: bool = False) -> None:
        super().__init__(bucket, frozenset(f"s3:{operation}" for operation in operations))
        object.__setattr__(self, "under", under)
        object.__setattr__(self, "lists", lists)

    def statements(self, resolver: Resolver) -> tuple[Statement, ...]:
        """The operations on the objects below the prefix."""
        bucket = resolver.provided("bucket", self.name).arn
        objects = Statement(
            self.actions,
            (f"{bucket}/{self.under}*",),
            wildcard_reason="The keys of objects are made at run time; the prefix narrows the right.",
        )
        return (objects, Statement(frozenset({"s3:ListBucket"}), (bucket,))) if self.lists else (objects,)

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """The bucket's name."""
        return {settings.bucket_variable(self.name): resolver.provided("bucket", self.name).value}

    def connect(self) -> bool:
        """Make the client; S3 has no call without an effect that all these grants allow."""
        aws.client("s3")
        return True


class PublicObjectsGrant(BucketGrant):
    """Addresses of objects that the bucket's distribution shows to all, `PublicObjectsGrant("files", under="public/")`.

    A stage without a distribution signs them, and so needs the right to read.
    """

    def __init__(self, bucket: str, *, under: str) -> None:
        super().__init__(bucket, {"GetObject"}, under=under)

    def statements(self, resolver: Resolver) -> tuple[Statement, ...]:
        """Nothing where there is a distribution."""
        return () if self._domain(resolver) else super().statements(resolver)

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """The distribution's domain, or the bucket's name."""
        domain = self._domain(resolver)
        own = {settings.distribution_variable(self.name): domain}
        return own if domain else own | super().variables(resolver)

    def connect(self) -> bool:
        """Make no client where nothing is signed."""
        return not settings.read(settings.distribution_variable(self.name), "") and super().connect()

    def _domain(self, resolver: Resolver) -> str:
        return resolver.provided("distribution", self.name).value


class SecretGrant(Grant):
    """Reading a secret."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret, frozenset({"secretsmanager:GetSecretValue"}))

    def statements(self, resolver: Resolver) -> tuple[Statement, ...]:
        """GetSecretValue on the secret."""
        return (Statement(self.actions, (resolver.provided("secret", self.name).arn,)),)

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """The secret's ARN, never its value."""
        return {settings.secret_variable(self.name): resolver.provided("secret", self.name).value}

    def connect(self) -> bool:
        """Read the secret, which is cached for the first request."""
        aws.secret(settings.read(settings.secret_variable(self.name)))
        return False


class IdentityGrant(Grant):
    """Operations on the Cognito user pool: `IdentityGrant({"AdminGetUser"})`."""

    def __init__(self, operations: AbstractSet[str]) -> None:
        super().__init__("members", frozenset(f"cognito-idp:{operation}" for operation in operations))

    def statements(self, resolver: Resolver) -> tuple[Statement, ...]:
        """The operations on the pool."""
        return (Statement(self.actions, (resolver.provided("user-pool", self.name).arn,)),)

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """The ids of the pool and of its client."""
        return {
            settings.USER_POOL: resolver.provided("user-pool", self.name).value,
            settings.USER_POOL_CLIENT: resolver.provided("user-pool-client", self.name).value,
        }

    def connect(self) -> bool:
        """Make the client; Cognito has no call without an effect that all functions may make."""
        aws.client("cognito-idp")
        return True


class MailGrant(Grant):
    """Sending mail through SES, from the stage's sender alone."""

    def __init__(self) -> None:
        super().__init__("mail", frozenset({"ses:SendEmail", "ses:SendRawEmail"}))

    def statements(self, resolver: Resolver) -> tuple[Statement, ...]:
        """Sending from the stage's sender."""
        return (
            Statement(
                self.actions,
                (
                    # SES also requires permission for a recipient that is an identity of the account. In SES's
                    # sandbox all recipients are identities. The condition restricts the sender.
                    resolver.arn("ses", "identity/*"),
                    # The identity sends through its configuration set, and SES requires permission for both.
                    resolver.arn("ses", f"configuration-set/{resolver.name(self.name)}"),
                ),
                {"StringEquals": {"ses:FromAddress": resolver.setting(settings.MAIL_SENDER)}},
                "A recipient may be an identity of the account; the condition on the sender narrows the right.",
            ),
        )

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """The sender as a mail's header shows it."""
        return {settings.MAIL_FROM: f"SOLO60 <{resolver.setting(settings.MAIL_SENDER)}>"}


class EventBusGrant(Grant):
    """Putting events on the bus: relays alone."""

    def __init__(self) -> None:
        super().__init__("events", frozenset({"events:PutEvents"}))

    def statements(self, resolver: Resolver) -> tuple[Statement, ...]:
        """PutEvents on the bus."""
        return (Statement(self.actions, (resolver.arn("events", f"event-bus/{resolver.name(self.name)}"),)),)

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """The bus's name."""
        return {settings.EVENT_BUS: resolver.name(self.name)}


class SettingGrant(Grant):
    """A value of the stage in the function's environment."""

    def variables(self, resolver: Resolver) -> dict[str, str]:
        """The value under its own name."""
        return {self.name: resolver.setting(self.name)}


def tables(grants: Iterable[Grant]) -> dict[str, TableGrant]:
    """The grants on tables by domain, those on one table united."""
    united: dict[str, TableGrant] = {}
    for grant in grants:
        if isinstance(grant, TableGrant):
            other = united.get(grant.name, grant)
            united[grant.name] = TableGrant(grant.name, other.actions | grant.actions, other.indexes | grant.indexes)
    return united
