"""What differs between stages: values alone. Every stage has the same resources."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from infra_cdk.catalogue import ROOT


class UnknownStage(ValueError):
    """A stage, or a value of one, that nobody declared."""


@dataclass(frozen=True)
class Stage:
    """A stage's values. Each can be overridden by a context value of its name: `-c alarm_email=ops@example.com`.

    Attributes
    ----------
    name
        In every resource's name.
    allowed_origin
        The web app's origin, for CORS.
    mail_domain
        The domain that SES sends for; its DNS records are the operator's.
    mail_sender
        The address that messages come from, in that domain.
    alarm_email
        Who is told of alarms; empty for nobody, then the topic alone knows.
    log_retention_days
        How long logs are kept.
    archive_days
        How long the bus's archive keeps events.
    keeps_data
        Tables, pool, secrets and logs outlive their stack, and cannot be deleted by one call.
    account
        The AWS account that it belongs to; empty for whichever the environment names.
    region
        Where it is deployed, whatever the environment says: members' data stays there.
    log_level
        Of the functions.
    stripe_api_base
        Where Stripe is.
    email_providers
        Who carries mail, in the order in which they are asked.
    layer_platform
        What the dependency layer is built for: `aws`, or `host` for the embedded engine.
    tls_only
        Whether queues and topics refuse plain HTTP. The embedded engine speaks nothing else.
    mail_by_identity
        Whether IAM knows the identity of a mail's sender. The embedded engine does not: there the right to send
        mail is not narrowed to it.
    """

    name: str
    allowed_origin: str
    mail_domain: str
    alarm_email: str = ""
    log_retention_days: int = 30
    archive_days: int = 30
    keeps_data: bool = False
    account: str = ""
    region: str = "eu-west-2"
    log_level: str = "INFO"
    stripe_api_base: str = "https://api.stripe.com"
    email_providers: str = "ses"
    layer_platform: str = "aws"
    tls_only: bool = True
    mail_by_identity: bool = True

    @property
    def mail_sender(self) -> str:
        """The address that messages come from."""
        return f"hello@{self.mail_domain}"

    @property
    def settings(self) -> dict[str, str]:
        """What functions may ask for by `Needs.settings`, as they see it in their environment."""
        return {
            "VERSION": version(),
            "STRIPE_API_BASE": self.stripe_api_base,
            "EMAIL_PROVIDERS": self.email_providers,
        }


STAGES: Mapping[str, Stage] = {
    "dev": Stage(
        name="dev",
        allowed_origin="https://app.dev.solo60.example",
        mail_domain="dev.solo60.example",
        log_retention_days=14,
        archive_days=7,
        log_level="DEBUG",
    ),
    "staging": Stage(
        name="staging",
        allowed_origin="https://app.staging.solo60.example",
        mail_domain="staging.solo60.example",
    ),
    "prod": Stage(
        name="prod",
        allowed_origin="https://app.solo60.example",
        mail_domain="solo60.example",
        log_retention_days=365,
        archive_days=365,
        keeps_data=True,
    ),
    "local": Stage(
        name="local",
        allowed_origin="*",
        mail_domain="local.solo60.example",
        log_retention_days=1,
        archive_days=1,
        layer_platform="host",
        tls_only=False,
        mail_by_identity=False,
    ),
}


def stage_fields() -> frozenset[str]:
    """The names of the values that a stage has."""
    return frozenset(field.name for field in fields(Stage)) - {"name"}


def stage_of(context: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Stage:
    """The stage that `stage` in the context (or `STAGE` in the environment) names, with the context's overrides.

    Raises
    ------
    UnknownStage
        There is no such stage.
    """
    name = str(context.get("stage") or environment.get("STAGE") or "dev")
    if name not in STAGES:
        raise UnknownStage(f"There is no stage {name}: it is one of {', '.join(STAGES)}")
    stage = STAGES[name]
    overrides = {
        field.name: _as_its_type(field.name, context[field.name], type(getattr(stage, field.name)))
        for field in fields(stage)
        if field.name != "name" and context.get(field.name) is not None
    }
    return replace(stage, **overrides)


def _as_its_type(name: str, value: Any, kind: type[Any]) -> Any:
    words = {"true": True, "false": False}
    try:
        return words[str(value).lower()] if kind is bool else kind(value)
    except (KeyError, ValueError):
        raise UnknownStage(f"{name} cannot be {value!r}") from None


def version() -> str:
    """The project's version."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
