"""What our runtime adds around a use case, warm, beside a bare Powertools dispatch that validates the same models."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from pydantic import BaseModel, Field

from solo60.declarations import Access, BanCheck
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, Path
from solo60.models import Identifier, RequestModel, ResponseModel
from tests.conftest import LambdaContext, claims

GYM = "0198f0a0-0000-7000-8000-000000000001"


class BenchRequest(RequestModel):
    """A body of the usual size."""

    starts_at: str
    duration: int
    invitees: list[str] = Field(default_factory=list)


class BenchAnswer(ResponseModel):
    """An answer of the usual size."""

    id: str
    starts_at: str
    duration: int
    invitees: list[str]


@endpoint("PUT", "/bench/{gym_id}", access=Access.MEMBER, ban_check=BanCheck.IN_USE_CASE)
def ours(gym_id: Path[Identifier], body: Body[BenchRequest], caller: Caller) -> BenchAnswer:
    """Answer at once."""
    return BenchAnswer(
        id=str(gym_id), starts_at=body.starts_at, duration=body.duration, invitees=[caller.email, *body.invitees]
    )


class BareRequest(BaseModel):
    """The same body."""

    starts_at: str
    duration: int
    invitees: list[str] = Field(default_factory=list)


class BareAnswer(BaseModel):
    """The same answer."""

    id: str
    starts_at: str
    duration: int
    invitees: list[str]


bare = APIGatewayRestResolver(enable_validation=True)


@bare.put("/bench/<gym_id>")
def bare_handler(gym_id: str, body: BareRequest) -> BareAnswer:
    """Answer at once."""
    return BareAnswer(id=gym_id, starts_at=body.starts_at, duration=body.duration, invitees=body.invitees)


def _event() -> dict[str, Any]:
    return {
        "httpMethod": "PUT",
        "path": f"/bench/{GYM}",
        "resource": "/bench/{gym_id}",
        "pathParameters": {"gym_id": GYM},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "body": json.dumps({"starts_at": "2026-03-02T10:00:00Z", "duration": 60, "invitees": ["a@example.com"]}),
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": "r",
            "stage": "v1",
            "path": f"/v1/bench/{GYM}",
            "identity": {"sourceIp": "192.0.2.1"},
            "authorizer": {"claims": claims(GYM)},
        },
    }


def _median(call: Callable[[], Any], calls: int) -> float:
    times = []
    for _ in range(calls):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def measure(calls: int = 3000) -> float:
    """Our overhead in multiples of the bare dispatch, medians of one process; our log line included."""
    event, context = _event(), LambdaContext()
    if ours(event, context)["statusCode"] != 200 or bare.resolve(event, context)["statusCode"] != 200:
        raise RuntimeError("the benchmark's own handlers do not answer 200")
    logger = logging.getLogger("service_undefined")
    with open(os.devnull, "w") as sink, contextlib.ExitStack() as stack:
        for handler in logger.handlers:
            if isinstance(handler, logging.StreamHandler):
                earlier = handler.setStream(sink)
                stack.callback(handler.setStream, earlier)
        _median(lambda: ours(event, context), calls // 10)
        _median(lambda: bare.resolve(event, context), calls // 10)
        first = _median(lambda: ours(event, context), calls)
        second = _median(lambda: bare.resolve(event, context), calls)
    return first / second
