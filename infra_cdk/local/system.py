"""One running system: its processes, its secrets, its deployment."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra_cdk.local import build
from infra_cdk.local.assembly import Assembly
from infra_cdk.local.client import Api, Inbox
from infra_cdk.local.dropped_settings import put_expiry, put_throttles
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.gateway_responses import put_gateway_responses
from infra_cdk.local.processes import LOOPBACK, Child, clean_environment, require_free
from infra_cdk.local.stack import HOME, REGION, ROOT, STAGE
from infra_cdk.local.stripe_standin import StripeStandin
from infra_cdk.names import Names

ACCOUNT = "000000000000"
WORKER_THREADS = 400
"""Of the emulator: each Lambda in flight holds one, and so does each call that it makes."""


@dataclass(frozen=True)
class Secrets:
    """Made at the start; kept with the state where that is kept."""

    aws_key: str
    aws_secret: str
    stripe_key: str
    webhook_secret: str

    @staticmethod
    def of(home: Path) -> Secrets:
        """Those in `home`, made now if there are none."""
        path = home / "secrets.json"
        if path.exists():
            return Secrets(**json.loads(path.read_text()))
        made = Secrets(
            aws_key="AKIA" + secrets.token_hex(8).upper(),
            aws_secret=secrets.token_urlsafe(30),
            stripe_key="sk_test_" + secrets.token_hex(16),
            webhook_secret="whsec_" + secrets.token_hex(16),
        )
        home.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(made.__dict__))
        return made


class System:
    """The emulator, the Stripe stand-in and what is deployed into them.

    Parameters
    ----------
    home
        Where state and logs go.
    port, stripe_port
        On loopback.
    keep
        Whether the state outlives the run, and an earlier one is taken up.
    values
        Values of the stage that override its own. The server of a folder of files listens behind Stripe's stand-in.
    """

    def __init__(
        self, home: Path, port: int, stripe_port: int, *, keep: bool = False, values: Mapping[str, str] | None = None
    ) -> None:
        self.home = home
        self.values = values or {}
        self.keep = keep
        self.port, self.stripe_port = port, stripe_port
        self.aws_url = f"http://{LOOPBACK}:{port}"
        self.stripe_url = f"http://{LOOPBACK}:{stripe_port}"
        self.state = home / "state"
        self._outputs: dict[str, str] = {}
        if not keep:
            shutil.rmtree(self.state, ignore_errors=True)
        self.temporary = self.state / "tmp"
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir(parents=True)
        self.secrets = Secrets.of(self.state)
        self._children: list[Child] = []

    @property
    def running(self) -> bool:
        """Whether all its processes are alive."""
        return all(child.running for child in self._children)

    def start(self, tell: Callable[[str], None]) -> None:
        """Start the processes.

        Raises
        ------
        LocalRunError
            A port is taken, or a process does not come up.
        """
        require_free(self.port)
        require_free(self.stripe_port)
        kept = [str(self.state / "stripe.pickle")] if self.keep else []
        environment = {**clean_environment(), "PYTHONPATH": str(ROOT)}
        tell("MiniStack, Stripe's stand-in")
        engine = self._child("MiniStack", ["-m", "infra_cdk.local.engine"], self._engine_environment(environment))
        stripe = self._child(
            "The Stripe stand-in", ["-m", "infra_cdk.local.stripe_standin", str(self.stripe_port), *kept], environment
        )
        self._serve_folder(environment)
        engine.wait_until_answers(f"{self.aws_url}/_ministack/health")
        stripe.wait_until_answers(f"{self.stripe_url}/js.stripe.com/v3/")

    def _serve_folder(self, environment: dict[str, str]) -> None:
        store, _, folder = self.values.get("file_store", "").partition(":")
        if store == "folder":
            from infra_cdk.local.file_server import HEALTH

            port = self.stripe_port + 1
            require_free(port)
            server = self._child(
                "The file server", ["-m", "infra_cdk.local.file_server", str(port), folder], environment
            )
            server.wait_until_answers(f"http://{LOOPBACK}:{port}{HEALTH}")

    def _child(self, name: str, arguments: list[str], environment: dict[str, str]) -> Child:
        log = self.home / "log" / f"{arguments[1].rsplit('.', 1)[1]}.log"
        child = Child(name, arguments, log, environment)
        self._children.append(child)
        return child

    def _engine_environment(self, environment: dict[str, str]) -> dict[str, str]:
        state = {"STATE_DIR": str(self.state / "aws"), "S3_DATA_DIR": str(self.state / "s3")}
        kept = {"PERSIST_STATE": "1", "S3_PERSIST": "1"} if self.keep else {}
        return {
            **environment,
            **state,
            **kept,
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": LOOPBACK,
            "MINISTACK_HOST": LOOPBACK,
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_WORKER_THREADS": str(WORKER_THREADS),
            "AUTH": "true",
            "TMPDIR": str(self.temporary),
            "AWS_ACCESS_KEY_ID": self.secrets.aws_key,
            "AWS_SECRET_ACCESS_KEY": self.secrets.aws_secret,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # It would look for containers of its own; there are none.
            "DOCKER_HOST": f"unix://{self.state}/no-docker.sock",
        }

    def client(self, service: str) -> Any:
        """A client of the emulated AWS with the rights of its owner."""
        return boto3.session.Session().client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.aws_url,
            region_name=REGION,
            aws_access_key_id=self.secrets.aws_key,
            aws_secret_access_key=self.secrets.aws_secret,
            config=Config(max_pool_connections=50, retries={"total_max_attempts": 2}, proxies={}),
        )

    def deploy(self, tell: Callable[[str], None]) -> None:
        """Deploy the synthesized templates, hand over the secrets, point Stripe's webhook at the API."""
        assembly = Assembly(
            build.ASSEMBLY,
            self.client,
            account=ACCOUNT,
            region=REGION,
            replace={build.STRIPE_PLACEHOLDER: self.stripe_url},
            zips=HOME / "zips",
        )
        for outputs in assembly.deploy(tell).values():
            self._outputs.update(outputs)
        tell("refusals, throttles, secrets, webhook")
        apigateway, templates = self.client("apigateway"), assembly.templates
        put_gateway_responses(apigateway, self.output("ApiId"), templates)
        put_throttles(apigateway, self.output("ApiId"), templates)
        put_expiry(self.client("dynamodb"), templates)
        values = {"stripe-api-key": self.secrets.stripe_key, "stripe-webhook-secret": self.secrets.webhook_secret}
        for name, value in values.items():
            self.client("secretsmanager").put_secret_value(SecretId=Names(STAGE).secret(name), SecretString=value)
        self.stripe.send_webhooks_to(f"{self.api_url}/payments/webhooks/stripe", self.secrets.webhook_secret)

    def output(self, name: str) -> str:
        """An output of the deployed stacks.

        Raises
        ------
        LocalRunError
            No stack has it.
        """
        if name not in self._outputs:
            raise LocalRunError(f"No stack has an output {name}")
        return self._outputs[name]

    @property
    def api_url(self) -> str:
        """The address of the API's stage."""
        return f"{self.aws_url}/restapis/{self.output('ApiId')}/v1/_user_request_"

    @property
    def inbox_url(self) -> str:
        """The list of all sent mail."""
        return f"{self.aws_url}/_ministack/ses/messages"

    @property
    def api(self) -> Api:
        """An anonymous client of the API."""
        return Api(self.api_url)

    @property
    def inbox(self) -> Inbox:
        """A reader of all sent mail."""
        return Inbox(self.inbox_url)

    @property
    def stripe(self) -> StripeStandin:
        """The world outside, at Stripe."""
        return StripeStandin(self.stripe_url, self.secrets.stripe_key)

    def stop(self) -> None:
        """End every process; forget the state unless it is kept."""
        while self._children:
            self._children.pop().stop(saving=self.keep)
        shutil.rmtree(self.temporary if self.keep else self.state, ignore_errors=True)


def prepare_environment() -> None:
    """Make this process talk to loopback alone: no AWS profile, no proxy."""
    environment = clean_environment()
    for name in list(os.environ):
        if name not in environment:
            del os.environ[name]
    os.environ.update(environment)
