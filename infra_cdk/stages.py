"""The stages. They differ only in values and have the same resources."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from infra_cdk.catalogue import ROOT
from solo60 import settings


class UnknownStage(ValueError):
    """An unknown stage, or an invalid value of one."""


@dataclass(frozen=True)
class Stage:
    """A stage's values. Each can be overridden by a context value of its name: `-c alarm_email=ops@example.com`.

    Attributes
    ----------
    name
        A part of every resource's name.
    allowed_origin
        The web app's origin, for CORS.
    mail_domain
        The domain that SES sends mail from. The operator sets its DNS records.
    mail_sender
        The sender's address, in that domain.
    alarm_email
        The address that gets alarms; empty for none.
    log_retention_days
        How long logs are kept.
    archive_days
        How long the bus's archive keeps events.
    keeps_data
        Whether tables, pool, secrets and logs are retained when their stack is deleted, and protected from deletion.
    account
        The AWS account of the stage; empty for the account of the environment.
    region
        The region of the stage, whatever the environment says: members' data stays there.
    log_level
        The log level of the functions.
    stripe_api_base
        The address of Stripe's API.
    email_providers
        The mail providers, in the order in which they are tried.
    layer_platform
        The platform of the dependency layer: `aws`, or `host` for the embedded engine.
    tls_only
        Whether queues and topics refuse plain HTTP. The embedded engine has only plain HTTP.
    mail_by_identity
        Whether IAM policies can restrict the sender of mails. The embedded engine does not support it.
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
        """The sender's address."""
        return f"hello@{self.mail_domain}"

    @property
    def settings(self) -> dict[str, str]:
        """The values that functions can request by `SettingGrant`."""
        return {
            "VERSION": version(),
            "STRIPE_API_BASE": self.stripe_api_base,
            "EMAIL_PROVIDERS": self.email_providers,
            settings.MAIL_SENDER: self.mail_sender,
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
    """The stage of the context, or of `STAGE` in the environment, with the values that the context overrides.

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
