"""Lazy AWS clients, with time-outs shorter than the Lambda's.

Only botocore is used: boto3 would add its resource layer to every cold start, and nothing here needs it.
"""

from __future__ import annotations

import time
from functools import cache, lru_cache
from typing import Any

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 3
MAX_ATTEMPTS = 3
SECRET_KEPT_SECONDS = 300

_FOR_S3: dict[str, Any] = {"signature_version": "s3v4", "s3": {"addressing_style": "virtual"}}
"""For signed addresses: the older signature knows no region, and others than these go to another region's endpoint."""


@cache
def session() -> Any:
    """The process's one botocore session: it reads a service's model once for all clients."""
    import botocore.session

    return botocore.session.get_session()


@cache
def client(service: str, *, attempts: int = MAX_ATTEMPTS) -> Any:
    """The process's client for an AWS service, made at first use.

    Parameters
    ----------
    attempts
        1 if a retry after a lost response would repeat the effect, as when sending a mail.
    """
    from botocore.config import Config

    return session().create_client(
        service,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            **(_FOR_S3 if service == "s3" else {}),
        ),
    )


def secret(arn: str) -> str:
    """A secret's text, cached for five minutes. After that, a rotated secret is in use everywhere."""
    return _secret(arn, int(time.monotonic() // SECRET_KEPT_SECONDS))


@lru_cache(maxsize=16)
def _secret(arn: str, period: int) -> str:
    return str(client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])


_TRANSIENT_CODES = {
    "InternalError",
    "InternalErrorException",
    "InternalFailure",
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}


def is_transient(error: BaseException | None) -> bool:
    """Whether `error` or its cause is a time-out, a throttle or a fault of AWS, so that a retry may succeed."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, (HTTPClientError, ConnectionError)):
            return True
        if isinstance(error, ClientError) and error.response["Error"].get("Code") in _TRANSIENT_CODES:
            return True
        error = getattr(error, "cause", None) or error.__cause__
    return False


def forget_secrets() -> None:
    """Drop cached secrets: after a rotation, and between tests."""
    _secret.cache_clear()


def forget() -> None:
    """Drop cached clients and secrets."""
    client.cache_clear()
    forget_secrets()
