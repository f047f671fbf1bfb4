"""A small world in moto in which every endpoint can be called once with success, and counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import stripe
from botocore.awsrequest import AWSResponse

from payment.purchases.repository import PackageRepository
from solo60 import aws, clock
from solo60.ids import new_id
from solo60.models import Money
from tests.conftest import Answer, call, moto_tables, outbox
from tests.fakes.aws import aws_client
from tests.fakes.stripe import WEBHOOK_SECRET, FakeStripe, event, signed
from tests.handlers.session import world as sessions

NOW = sessions.NOW
PASSWORD = "A-long-password-9"


@dataclass
class Counted:
    """What one call asked of AWS.

    Attributes
    ----------
    operations
        Names of the AWS calls, in order.
    items
        Items that DynamoDB read for them.
    """

    operations: list[str] = field(default_factory=list)
    items: int = 0


class World:
    """Members, gyms, packs, a user pool and a Stripe; everything that a scenario starts from."""

    def __init__(self) -> None:
        self.stripe = FakeStripe()
        self.member = new_id()
        self.admin = new_id()
        self.gym = sessions.add_gym()
        self.neighbour = sessions.add_gym(name="Fitzrovia", latitude=51.519, longitude=-0.139)
        self.package = new_id()
        PackageRepository().put(self.package, name="Ten", credits=10, price=Money(amount=1000, currency="GBP"))
        sessions.give_credits(self.member, 500)
        self._counted: Counted | None = None
        self._hours = 30
        for service in ("dynamodb", "sqs", "cognito-idp", "secretsmanager"):
            events = aws.client(service).meta.events
            events.register(f"before-call.{service}", self._before)
            events.register(f"after-call.{service}", self._after)

    def _before(self, model: Any, **_: Any) -> Any:
        if self._counted is not None:
            self._counted.operations.append(model.name)
        # moto knows no RevokeToken.
        return (AWSResponse("", 200, {}, None), {}) if model.name == "RevokeToken" else None

    def _after(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        if self._counted is None:
            return
        if "ScannedCount" in parsed:
            self._counted.items += parsed["ScannedCount"]
        elif "Item" in parsed:
            self._counted.items += 1
        elif model.name == "BatchGetItem":
            self._counted.items += sum(len(items) for items in parsed["Responses"].values())

    @contextmanager
    def counting(self) -> Iterator[Counted]:
        """Count the AWS calls inside the block."""
        self._counted = counted = Counted()
        try:
            yield counted
        finally:
            self._counted = None

    def new_email(self) -> str:
        """An e-mail that nobody has registered yet."""
        return f"robin.{new_id()}@example.com"

    def start(self) -> str:
        """A start that nobody has booked yet, as a request has it."""
        self._hours += 2
        return clock.to_rfc3339(NOW + timedelta(hours=self._hours))

    def booked(self) -> str:
        """The id of a session that the member has booked."""
        answer = sessions.book(self.member, self.gym, self.start())
        assert answer.status == 201, answer.text
        return str(answer.json["id"])

    def bought(self) -> dict[str, Any]:
        """A purchase that waits for its payment."""
        from payment.purchases.endpoints.create_purchase import handler

        answer = call(handler, user=self.member, body={"package_id": self.package})
        assert answer.status == 201, answer.text
        return dict(answer.json)

    def stripe_event(self) -> tuple[str, dict[str, str]]:
        """A signed webhook about a payment: body and headers."""
        intent = self.stripe.intents[self.bought()["stripe_payment_id"]]
        text = json.dumps(event(intent, "payment_intent.succeeded", event_id="evt_1", created=int(NOW.timestamp())))
        return text, signed(text, int(NOW.timestamp()))

    def applicant(self, email: str) -> dict[str, Any]:
        """A body that registers."""
        return {
            "email": email,
            "password": PASSWORD,
            "first_name": "Robin",
            "last_name": "Example",
            "date_of_birth": "1990-12-10",
            "accept_terms": True,
        }

    def registered(self, email: str) -> str:
        """Register an e-mail; its code."""
        from auth.endpoints.register_member import handler

        assert call(handler, body=self.applicant(email)).status == 201
        codes = [item["data"] for item in outbox("auth", "VerificationCodeIssued") if item["data"]["email"] == email]
        return str(codes[-1]["code"])

    def verified(self, email: str) -> None:
        """Register an e-mail and enter its code."""
        from auth.endpoints.verify_email import handler

        assert call(handler, body={"email": email, "code": self.registered(email)}).status == 204


@contextmanager
def made() -> Iterator[World]:
    """The world, with the clock held at `NOW`."""
    with pytest.MonkeyPatch.context() as patch, moto_tables(patch):
        _make_pool(patch)
        secret = json.dumps({"api_key": "sk_test", "webhook_secret": WEBHOOK_SECRET})
        arn = aws_client("secretsmanager").create_secret(Name="stripe", SecretString=secret)["ARN"]
        patch.setenv("SECRET_STRIPE", arn)
        patch.setenv("STRIPE_API_BASE", "https://stripe.test")
        patch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
        with clock.at(NOW):
            world = World()
            patch.setattr(stripe, "RequestsClient", lambda **_: world.stripe)
            yield world


def _make_pool(patch: pytest.MonkeyPatch) -> None:
    client = aws_client("cognito-idp")
    pool = client.create_user_pool(
        PoolName="members",
        UsernameAttributes=["email"],
        Schema=[{"Name": "user_id", "AttributeDataType": "String", "Mutable": False}],
    )["UserPool"]["Id"]
    app = client.create_user_pool_client(UserPoolId=pool, ClientName="app", ReadAttributes=["email", "email_verified"])[
        "UserPoolClient"
    ]["ClientId"]
    client.create_group(UserPoolId=pool, GroupName="member")
    patch.setenv("USER_POOL_ID", pool)
    patch.setenv("USER_POOL_CLIENT_ID", app)


Scenario = Callable[[World], Callable[[], Answer]]
"""Prepares what an endpoint needs and returns the one call that is counted."""
