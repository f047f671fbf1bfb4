"""The environment variables of functions.

Their names are derived from the declarations (`solo60.declarations`). The infrastructure sets them from the same
declarations, so that no function is deployed without a variable that its code reads.
"""

from __future__ import annotations

import os

from solo60.failures import LoggableError

EVENT_BUS = "EVENT_BUS"
"""The name of the event bus."""
USER_POOL = "USER_POOL_ID"
USER_POOL_CLIENT = "USER_POOL_CLIENT_ID"
MAIL_SENDER = "MAIL_SENDER"
"""The stage's value: the address that messages come from."""
MAIL_FROM = "MAIL_FROM"
"""The variable: that address as a mail's header shows it."""


class MissingSetting(LoggableError):
    """A variable is read that is not in the function's declaration."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not set: does the declaration name what the handler uses?")


def read(name: str, default: str | None = None) -> str:
    """An environment variable, read at the time of use.

    Raises
    ------
    MissingSetting
        It is not set and has no default.
    """
    value = os.environ.get(name, default)
    if value is None:
        raise MissingSetting(name)
    return value


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def table_variable(domain: str) -> str:
    """The variable that names a domain's table."""
    return f"TABLE_{_upper(domain)}"


def queue_variable(queue: str) -> str:
    """The variable that holds a queue's address."""
    return f"QUEUE_{_upper(queue)}"


def secret_variable(secret: str) -> str:
    """The variable that holds a secret's ARN, never its value."""
    return f"SECRET_{_upper(secret)}"


def bucket_variable(bucket: str) -> str:
    """The variable that names a bucket."""
    return f"BUCKET_{_upper(bucket)}"


def distribution_variable(bucket: str) -> str:
    """The variable that holds the domain of a bucket's distribution; it is empty where the stage has none."""
    return f"DISTRIBUTION_{_upper(bucket)}"


def table_name(domain: str) -> str:
    """The name of a domain's table."""
    return read(table_variable(domain))


def bucket_name(bucket: str) -> str:
    """The name of a bucket."""
    return read(bucket_variable(bucket))


def queue_url(queue: str) -> str:
    """The address of a queue."""
    return read(queue_variable(queue))


def secret_arn(secret: str) -> str:
    """The ARN of a secret."""
    return read(secret_variable(secret))
