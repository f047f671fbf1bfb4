"""The stages. They differ only in values and have the same resources."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from typing import Literal

import botocore.session
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from communication.providers.registry import EMAIL_PROVIDERS
from infra_cdk.catalogue import ROOT
from solo60 import settings
from solo60.validation import message_of
from storage.providers.registry import STORES

LOCAL = "local"
PROD = "prod"
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The only periods that CloudWatch Logs offers, in ascending order."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"(?:{_LABEL}\.)+{_LABEL}"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_PORT = r"(?!:443$)(?::[1-9][0-9]{0,4})?"
_EMAIL = rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_DOMAIN}"
_EXAMPLE = re.compile(r"(?:^|[./@])example(?:\.(?:com|org|net))?(?::\d+)?$")


class InvalidStage(ValueError):
    """An unknown stage, an unknown value of a stage, or a value that cannot be deployed."""


class Stage(BaseModel):
    """A stage's values. Each can be overridden by a context value of its name: `-c alarm_email=ops@example.com`.

    Attributes
    ----------
    name
        A part of every resource's name.
    allowed_origin
        The web app's origin, for CORS: `https://`, host and port as a browser sends them. `*` only locally.
    mail_domain
        The domain that SES sends mail from. The operator sets its DNS records.
    mail_sender
        The sender's address, in that domain.
    alarm_email
        The address that gets alarms; empty for none.
    log_retention_days
        How long logs are kept: one of `LOG_RETENTION_DAYS`.
    archive_days
        How long the bus's archive keeps events.
    keeps_data
        Whether tables, pool, secrets and logs are retained when their stack is deleted, and protected from deletion.
    account
        The AWS account of the stage, 12 digits; empty for the account of the environment.
    region
        The region of the stage, whatever the environment says: members' data stays there.
    log_level
        The log level of the functions.
    stripe_api_base
        The address of Stripe's API.
    email_providers
        The mail providers, in the order in which they are tried, with commas between them.
    file_store
        Where files are kept: `s3`; locally also `folder:` and a path, or `console`.
    mails_per_source_an_hour
        The number of mails that anonymous requests from one source may cause in an hour. Locally all members come from
        one source.
    unverified_mails_an_hour
        The number of mails an hour to addresses that nobody has verified; beyond it none is sent and an alarm rings.
    layer_platform
        The platform of the dependency layer: `aws`, or `host` for the embedded engine.
    tls_only
        Whether queues and topics refuse plain HTTP. The embedded engine has only plain HTTP.
    has_distribution
        Whether CloudFront shows public pictures. The embedded engine does not support it; there addresses are signed.
    mail_by_identity
        Whether IAM policies can restrict the sender of mails. The embedded engine does not support it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    name: str
    allowed_origin: str
    mail_domain: str = Field(max_length=240)
    alarm_email: str = ""
    log_retention_days: int = 30
    archive_days: int = Field(default=30, gt=0)
    keeps_data: bool = False
    account: str = ""
    region: str = "eu-west-2"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    stripe_api_base: str = "https://api.stripe.com"
    email_providers: str = "ses"
    file_store: str = "s3"
    mails_per_source_an_hour: int = Field(default=20, gt=0)
    unverified_mails_an_hour: int = Field(default=1000, gt=0)
    layer_platform: Literal["aws", "host"] = "aws"
    tls_only: bool = True
    has_distribution: bool = True
    mail_by_identity: bool = True

    @field_validator("allowed_origin")
    @classmethod
    def _is_origin(cls, value: str, info: ValidationInfo) -> str:
        if value == "*" and _is_local(info):
            return value
        return _matching(rf"https://{_HOST}{_PORT}", value, "This must be https:// and a host in lower case, no path.")

    @field_validator("mail_domain")
    @classmethod
    def _is_domain(cls, value: str) -> str:
        return _matching(_DOMAIN, value, "This must be a domain in lower case, such as gym.test.")

    @field_validator("alarm_email")
    @classmethod
    def _is_email(cls, value: str) -> str:
        return value and _matching(_EMAIL, value, "This must be an e-mail address, or empty for no mails.")

    @field_validator("log_retention_days")
    @classmethod
    def _is_retention(cls, value: int) -> int:
        if value not in LOG_RETENTION_DAYS:
            raise ValueError(f"CloudWatch keeps logs for {', '.join(map(str, LOG_RETENTION_DAYS))} days.")
        return value

    @field_validator("account")
    @classmethod
    def _is_account(cls, value: str) -> str:
        return value and _matching("[0-9]{12}", value, "This must be 12 digits, or empty for that of the environment.")

    @field_validator("region")
    @classmethod
    def _is_region(cls, value: str) -> str:
        if value not in botocore.session.Session().get_available_regions("lambda"):
            raise ValueError("This must be a region of AWS, such as eu-west-2.")
        return value

    @field_validator("stripe_api_base")
    @classmethod
    def _is_base(cls, value: str, info: ValidationInfo) -> str:
        scheme = "https?" if _is_local(info) else "https"
        return _matching(rf"{scheme}://{_HOST}{_PORT}", value, "This must be https:// and a host, no path.")

    @field_validator("email_providers")
    @classmethod
    def _are_providers(cls, value: str) -> str:
        words = value.split(",")
        if not set(words) <= EMAIL_PROVIDERS or len(set(words)) < len(words):
            raise ValueError(f"This must be of {', '.join(sorted(EMAIL_PROVIDERS))}, with commas and without spaces.")
        return value

    @field_validator("file_store")
    @classmethod
    def _is_store(cls, value: str, info: ValidationInfo) -> str:
        if not _is_local(info):
            return _matching("s3", value, "This must be s3: other stores are for the local run.")
        return _matching(STORES, value, "This must be s3, console, or folder: and an absolute path.")

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
            "FILE_STORE": self.file_store,
            "MAILS_PER_SOURCE_AN_HOUR": str(self.mails_per_source_an_hour),
            "UNVERIFIED_MAILS_AN_HOUR": str(self.unverified_mails_an_hour),
            settings.MAIL_SENDER: self.mail_sender,
        }

    def require_deployable(self) -> None:
        """Require that the stage can be deployed to AWS; its templates can be synthesized in any case.

        Raises
        ------
        InvalidStage
            It is the local stage, or has values of an example or of the embedded engine, or no address for alarms.
        """
        if self.name == LOCAL:
            raise InvalidStage(f"The stage {LOCAL} is for the embedded engine: make run")
        for field in ("mail_domain", "allowed_origin", "alarm_email"):
            value: str = getattr(self, field)
            if _EXAMPLE.search(value):
                raise InvalidStage(
                    f"{field} is {value}, which is an example: set it in infra_cdk/stages.py, or here: "
                    f'make deploy STAGE={self.name} SET="mail_domain=... allowed_origin=... alarm_email=..."'
                )
        for field in ("tls_only", "has_distribution", "mail_by_identity"):
            if not getattr(self, field):
                raise InvalidStage(f"{field} can be false only for the embedded engine")
        if self.layer_platform != "aws":
            raise InvalidStage(f"layer_platform can be {self.layer_platform} only for the embedded engine")
        if self.name == PROD and not self.alarm_email:
            raise InvalidStage(f'alarm_email is empty: set it, or nobody hears {PROD}\'s alarms: SET="alarm_email=..."')


def _is_local(info: ValidationInfo) -> bool:
    return info.data.get("name") == LOCAL


def _matching(pattern: str, value: str, message: str) -> str:
    if not re.fullmatch(pattern, value):
        raise ValueError(message)
    return value


STAGES: Mapping[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage(
            name="dev",
            allowed_origin="https://app.dev.solo60.example",
            mail_domain="dev.solo60.example",
            log_retention_days=14,
            archive_days=7,
            log_level="DEBUG",
        ),
        Stage(
            name="staging",
            allowed_origin="https://app.staging.solo60.example",
            mail_domain="staging.solo60.example",
        ),
        Stage(
            name=PROD,
            allowed_origin="https://app.solo60.example",
            mail_domain="solo60.example",
            log_retention_days=365,
            archive_days=365,
            keeps_data=True,
        ),
        Stage(
            name=LOCAL,
            allowed_origin="*",
            mail_domain="local.solo60.example",
            log_retention_days=1,
            archive_days=1,
            mails_per_source_an_hour=10_000,
            unverified_mails_an_hour=10_000,
            layer_platform="host",
            tls_only=False,
            has_distribution=False,
            mail_by_identity=False,
        ),
    )
}


def stage_fields() -> frozenset[str]:
    """The names of the values that a stage has."""
    return frozenset(Stage.model_fields) - {"name"}


def stage_of(context: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> Stage:
    """The stage of the context, or of `STAGE` in the environment, with the values that the context overrides.

    Raises
    ------
    InvalidStage
        There is no such stage, a stage has no such value, or a value cannot be deployed.
    """
    given = {name: value for name, value in context.items() if value is not None}
    name = str(given.pop("stage", None) or environment.get("STAGE") or "dev")
    if name not in STAGES:
        raise InvalidStage(f"There is no stage {name}: it is one of {', '.join(STAGES)}")
    unknown = given.keys() - stage_fields()
    if unknown:
        raise InvalidStage(f"A stage has no {', '.join(sorted(unknown))}: it has {', '.join(sorted(stage_fields()))}")
    values: dict[str, object] = {**STAGES[name].model_dump(), **given}
    try:
        return Stage.model_validate(values)
    except ValidationError as error:
        raise InvalidStage("; ".join(_faults(error))) from None


def _faults(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(map(str, fault['loc']))} cannot be {fault['input']!r}: "
        f"{message_of(fault['type'], fault.get('ctx', {}))}"
        for fault in error.errors(include_url=False)
    ]


def version() -> str:
    """The project's version."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
