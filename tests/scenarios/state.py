"""Everything that a world holds, in a form that can be compared with another world's."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from copy import deepcopy
from typing import Any

from moto.backends import get_backend

from tests.fakes.aws import ACCOUNT, REGION, aws_client
from tests.scenarios.world import World

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHARD = re.compile(r'(?<="by_due_pk": {"S": ")(\w+)#\d\d')
_EPOCH = re.compile(r'"N": "1[0-9]{9}(\.\d+)?"')
_ATTEMPTS = re.compile(r'("(?:attempts_left|mails|logins_ended)": {"N": ")\d+')
_CODE = re.compile(r'(?<=\\"code\\":\\")\d{6}')
_SIGNED = re.compile(
    r'(?<=\\"policy\\":\\")[A-Za-z0-9+/=]+|(?<=\\"x-amz-date\\":\\")\w+|(?<=X-Amz-Date=)\w+|(?<=X-Amz-Credential=)[^&]+'
)
_DRAWN = {
    *("attempt", "code", "code_hash", "code_salt", "fingerprint"),
    *("secret_hash", "previous_hash", "salt", "cognito_token", "id_token", "seed", "nonce"),
}
"""Attributes with values of chance."""
_LOGIN = '"kind": {"S": "login"}'
_SHOWN_AS = (
    (_SHARD, r"\1#<shard>"),
    (_ID, "<id>"),
    (_TIME, "<time>"),
    (_DIGEST, "<digest>"),
    (_EPOCH, '"N": "<time>"'),
    (_CODE, "<code>"),
    (_SIGNED, "<signed>"),
    # They count the attempts to do something, not what was done.
    (_ATTEMPTS, r"\1<attempts>"),
)


class Snapshot:
    """A world as it is now, to go back to: making it anew takes several times as long as a request in it."""

    def __init__(self, world: World) -> None:
        self._stripe = world.stripe
        self._kept = deepcopy(self._parts())

    def restore(self) -> None:
        """Let everything be as it was."""
        items, pools, messages, payments, objects = deepcopy(self._kept)
        for name, table in _backend("dynamodb").tables.items():
            table.items = items[name]
        _backend("cognito-idp").user_pools = pools
        for name, queue in _backend("sqs").queues.items():
            queue._messages = messages[name]
        vars(self._stripe).update(payments)
        s3 = aws_client("s3")
        for bucket, key in _objects():
            s3.delete_object(Bucket=bucket, Key=key)
        for (bucket, key), content in objects.items():
            s3.put_object(Bucket=bucket, Key=key, Body=content)

    def _parts(self) -> tuple[Any, ...]:
        return (
            {name: table.items for name, table in _backend("dynamodb").tables.items()},
            _backend("cognito-idp").user_pools,
            {name: queue._messages for name, queue in _backend("sqs").queues.items()},
            {name: value for name, value in vars(self._stripe).items() if isinstance(value, dict | list | int)},
            _objects(),
        )


def _backend(service: str) -> Any:
    return get_backend(service)[ACCOUNT][REGION]  # type: ignore[call-overload]


def _objects() -> dict[tuple[str, str], bytes]:
    """The content of every object by bucket and key."""
    buckets = get_backend("s3")[ACCOUNT]["aws"].buckets
    return {(name, key): found.value for name, bucket in buckets.items() for key, found in bucket.keys.items()}


class State(Counter[str]):
    """How often each thing is there, without ids, times and what is drawn by chance."""

    def difference(self, other: State) -> str:
        """What is here more often than in `other`, and what less often; empty if nothing."""
        more, less = self - other, other - self
        return "\n".join([f"+ {thing}" for thing in more.elements()] + [f"- {thing}" for thing in less.elements()])


def state_of(world: World) -> State:
    """All items of all tables, all accounts of the pool, all messages of the queues, all payments."""
    things: list[Any] = []
    for name, table in _backend("dynamodb").tables.items():
        for partition in table.items.values():
            things += [[name, item.to_json()["Attributes"]] for item in partition.values()]
    # A request that died has left a registration without a code, which is removed after seven days.
    abandoned = {item["registration_id"]["S"] for _, item in things if item.get("state") == {"S": "begun"}}
    things = [thing for thing in things if thing[1].get("registration_id", {}).get("S") not in abandoned]
    for pool in _backend("cognito-idp").user_pools.values():
        things += [
            ["account", user.attribute_lookup, user.password, sorted(group.group_name for group in user.groups)]
            for user in pool.users.values()
            if user.username not in abandoned
        ]
    # A queue may bring a message twice, so that it counts once.
    queues = _backend("sqs").queues.values()
    messages = {json.dumps([queue.name, message.body]) for queue in queues for message in queue._messages}
    things += sorted(messages)
    things += [["charge", sorted(world.stripe.charges)], ["customers", len(world.stripe.customers)]]
    things += [["intent", intent["status"], intent["amount"]] for intent in world.stripe.intents.values()]
    # What is uploaded, and never completed, is removed by the sweep and by the bucket's own rule.
    kept = {key: content for (_, key), content in _objects().items() if not key.startswith("pending/")}
    things += [["object", key, hashlib.sha256(content).hexdigest()] for key, content in kept.items()]
    names = {value: name for name, value in vars(world).items() if isinstance(value, str)}
    state = State(_unnamed(thing, names) for thing in things)
    # A login whose answer was lost is there beside the one that came after it, until it ends by itself.
    return State({thing: 1 if _LOGIN in thing else count for thing, count in state.items()})


def _unnamed(thing: Any, names: dict[str, str]) -> str:
    text = json.dumps(_without_drawn(thing), sort_keys=True, default=str)
    for value, name in names.items():
        text = text.replace(value, name)
    for pattern, name in _SHOWN_AS:
        text = pattern.sub(name, text)
    return text


def _without_drawn(thing: Any) -> Any:
    if isinstance(thing, dict):
        # The version of a registration or of a file counts the attempts too.
        drawn = _DRAWN | {"version"} if thing.get("kind") in ({"S": "registration"}, {"S": "file"}) else _DRAWN
        return {name: "<drawn>" if name in drawn else _without_drawn(value) for name, value in thing.items()}
    if isinstance(thing, list):
        return [_without_drawn(value) for value in thing]
    return thing
