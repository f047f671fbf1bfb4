"""Members, gyms, packs, a user pool and a Stripe: what every endpoint's example request can succeed in."""

from __future__ import annotations

import base64
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import stripe
from pyotp import TOTP

from auth.registration.code_issue import RESENT_AT_MOST_EVERY
from infra_cdk import catalogue
from payment.purchases.repository import PackageRepository
from session.hold_repository import holds_of
from session.keys import holds_key
from session.records import Session
from session.repository import SessionRepository
from solo60 import aws, clock, observability, settings
from solo60.consumers import Consumer
from solo60.ids import new_id
from solo60.models import Money
from solo60.records import batch_get
from solo60.repository import changes_of
from solo60.roles import ADMIN
from solo60.unit_of_work import UnitOfWork
from tests.conftest import LambdaContext, appoint, bus_event, moto_tables, outbox, sqs_event
from tests.fakes.aws import aws_client
from tests.fakes.stripe import FakeStripe, event, set_secrets, signed
from tests.handlers.session import world as sessions
from tests.scenarios.gyms import GymWorld
from user.administration.repository import MemberRepository
from user.published import create_profile

NOW = sessions.NOW
EMAIL = "robin@example.com"
PASSWORD = "A-long-password-9"


class World(GymWorld):
    """What is there at the beginning, and what may have happened before a request.

    Attributes
    ----------
    member
        A member with a profile and 500 credits.
    gym, neighbour
        Gyms near each other, always open.
    package
        A credit pack on sale.
    """

    def __init__(self) -> None:
        self.stripe = FakeStripe()
        self.member = new_id()
        self.admin = new_id()
        appoint(self.admin)
        UnitOfWork().run(lambda work: MemberRepository().set_admins(work, None, {self.admin: None}))
        self.gym = sessions.add_gym()
        self.neighbour = sessions.add_gym(name="Fitzrovia", latitude=51.519, longitude=-0.139)
        self.package = new_id()
        PackageRepository().put(self.package, name="Ten", credits=10, price=Money(amount=1000, currency="GBP"))
        sessions.give_credits(self.member, 500)
        self._hours = 30
        self.files: list[str] = []
        names = {"email": EMAIL, "first_name": "Robin", "last_name": "Example"}
        born = date(1990, 12, 10)
        UnitOfWork().run(
            lambda work: create_profile(work, self.member, **names, date_of_birth=born, phone=None, registered_at=NOW)
        )
        self.hear("auth", "UserRegistered", user_id=self.member, **names, date_of_birth=str(born))

    def hear(self, source: str, name: str, **data: Any) -> None:
        """Let every consumer of an event apply it."""
        self._deliver(
            bus_event(source, name, data), [each for service in catalogue.services() for each in service.consumers]
        )

    def settle(self, domain: str) -> None:
        """Let a service's own consumers apply the events in its outbox."""
        [service] = [found for found in catalogue.services() if found.domain.name == domain]
        for published in outbox(domain) if service.domain.table else ():
            self._deliver(
                bus_event(domain, published["detail_type"], published["data"], event_id=published["event_id"]),
                service.consumers,
            )

    def _deliver(self, event: dict[str, Any], consumers: Iterable[Consumer]) -> None:
        for consumer in consumers:
            if event["detail-type"] in {known.detail_type() for known in consumer.declaration.events}:
                outcome = consumer(sqs_event(event), LambdaContext())
                assert outcome == {"batchItemFailures": []}, consumer.declaration.name

    def new_email(self) -> str:
        """An e-mail that nobody has registered yet."""
        return f"robin.{new_id()}@example.com"

    def booked(self, host: str | None = None) -> str:
        """The id of a session that the member, or another one, has booked."""
        body = {"gym_id": self.gym, "starts_at": self.start(), "duration": 60}
        return str(self._require(201, "POST /sessions/book", user=host or self.member, body=body)["id"])

    def invited(self, email: str = "gail@example.com", *, host: str | None = None) -> dict[str, str]:
        """An invitation to a new session of the member or of another host: the ids of both."""
        session_id = self.booked(host)
        path = {"session_id": session_id}
        answer = self._require(
            201, "POST /sessions/{session_id}/invitations", user=host or self.member, path=path, body={"email": email}
        )
        return {"session_id": session_id, "invitation_id": str(answer["id"])}

    def asked_along(self, email: str) -> str:
        """The id of an invitation of an address to a session of another member."""
        host = new_id()
        sessions.give_credits(host, 100)
        return self.invited(email, host=host)["invitation_id"]

    def feed(self) -> str:
        """The token of the member's calendar feed."""
        made = self._require(201, "POST /sessions/calendar-feed", user=self.member)
        return str(made["url"].rsplit("/", 1)[1])

    def bought(self) -> dict[str, Any]:
        """A purchase that waits for its payment."""
        body = {"package_id": self.package}
        return dict(self._require(201, "POST /payments/purchases", user=self.member, body=body))

    def stripe_event(self) -> tuple[str, dict[str, str]]:
        """A signed webhook about a payment: body and headers."""
        intent = self.stripe.pay(self.bought()["stripe_payment_id"])
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
        """Register an e-mail and let its code be issued; the id of the registration."""
        begun = self.begun(email)
        self.hear("auth", "RegistrationBegun", **begun)
        return begun["registration_id"]

    def begun(self, email: str) -> dict[str, str]:
        """Register an e-mail; the data of the event by which its code will be issued."""
        answer = self._require(201, "POST /auth/register", body=self.applicant(email))
        return {"registration_id": str(answer["registration_id"]), "email": email}

    def waiting_for_verification(self) -> dict[str, str]:
        """A registration with the code that was sent."""
        registration_id = self.registered(self.new_email())
        issued = [item["data"] for item in outbox("auth", "VerificationCodeIssued")]
        [code] = [data["code"] for data in issued if data["user_id"] == registration_id]
        return {"registration_id": registration_id, "code": code}

    def waiting_for_a_code(self) -> str:
        """A registration that was begun so long ago that a further code may be sent."""
        with clock.at(clock.now() - RESENT_AT_MOST_EVERY):
            return self.registered(self.new_email())

    def credentials(self) -> dict[str, str]:
        """E-mail and password of somebody who can log in."""
        registration = self.waiting_for_verification()
        self._require(204, "POST /auth/verify-email", body=registration)
        [email] = [
            item["data"]["email"]
            for item in outbox("auth", "EmailVerified")
            if item["data"]["user_id"] == registration["registration_id"]
        ]
        return {"email": email, "password": PASSWORD}

    def challenged(self) -> dict[str, str]:
        """The answer to the challenge of an admin who has no second factor yet."""
        credentials = self.credentials()
        [address] = [item for item in outbox("auth", "EmailVerified") if item["data"]["email"] == credentials["email"]]
        UnitOfWork().run(lambda work: MemberRepository().set_role(work, address["data"]["user_id"], None, ADMIN))
        challenge = self._require(200, "POST /auth/login", body=credentials)
        mailed = outbox("auth", "SecondFactorCodeIssued")[-1]["data"]["code"]
        code = TOTP(challenge["secret"]).at(clock.now())
        return {"session": challenge["session"], "code": code, "mailed_code": mailed}

    def logged_in(self) -> tuple[str, dict[str, Any]]:
        """The id and the tokens of somebody who has logged in."""
        credentials = self.credentials()
        tokens = self._require(200, "POST /auth/login", body=credentials)
        return str(_claims(tokens["id_token"])["custom:user_id"]), tokens

    def reset_requested(self) -> str:
        """The id of a reset that somebody with an account has asked for, and that waits for its code."""
        email = self.credentials()["email"]
        return str(self._require(202, "POST /auth/forgot-password", body={"email": email})["reset_id"])

    def reset_code(self) -> dict[str, str]:
        """A reset with the code that was sent."""
        reset_id = self.reset_requested()
        self.hear("auth", "PasswordResetRequested", reset_id=reset_id)
        return {"reset_id": reset_id, "code": outbox("auth", "PasswordResetCodeIssued")[-1]["data"]["code"]}

    def held(self) -> str:
        """The id of a hold of the member."""
        self.without_holds()
        body = {"gym_id": self.gym, "starts_at": self.start(), "duration": 60}
        return str(self._require(201, "POST /sessions/holds", user=self.member, body=body)["id"])

    def without_holds(self) -> None:
        """The member gives back all that is held."""
        key = holds_key(self.member)
        for hold in holds_of(batch_get(key)[key]):
            if hold.is_live:
                self._require(204, "DELETE /sessions/holds/{hold_id}", user=self.member, path={"hold_id": hold.id})

    def at_the_gym(self, *, checked_in: bool) -> tuple[str, str]:
        """A member whose session begins now, and the session."""
        member = new_id()
        sessions.give_credits(member, 100)
        gym = sessions.add_gym(minimum_notice_minutes=0)
        session = str(sessions.book(member, gym, NOW).json["id"])
        if checked_in:
            path = {"session_id": session}
            self._require(200, "POST /sessions/{session_id}/check-in", user=member, path=path)
        return member, session

    def notified(self) -> str:
        """The id of a notification that the member has not read."""
        notification = new_id()
        content = {"notification_id": notification, "type": "booking", "content": "Booked"}
        self.hear("communication", "NotificationRequested", user_id=self.member, **content)
        return notification

    def written_to(self) -> None:
        """The member gets a mail about a purchase."""
        price = {"amount": 1000, "currency": "GBP"}
        bought = {"purchase_id": new_id(), "package_name": "Ten", "credits": 10, "price": price}
        self.hear("payment", "CreditsPurchased", user_id=self.member, **bought)

    def queued(self, queue: str) -> list[str]:
        """The bodies of the messages that wait in a queue."""
        client = aws_client("sqs")
        found = client.receive_message(QueueUrl=settings.queue_url(queue), MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [message["Body"] for message in found.get("Messages", [])]

    def uploaded(self, purpose: str = "avatar") -> str:
        """The id of a file of the member whose bytes have come, and wait for their completion."""
        self.files.append(self._uploaded(purpose, user=self.member))
        return self.files[-1]

    def stored(self, purpose: str = "avatar") -> str:
        """The id of an active file of the member."""
        path = {"file_id": self.uploaded(purpose)}
        return str(self._require(200, "POST /storage/uploads/{file_id}/complete", user=self.member, path=path)["id"])

    def attended(self) -> str:
        """The id of a session of the member that has ended."""
        session_id = self.booked()
        session = SessionRepository().find(batch_get, session_id)
        assert session is not None
        ended = {"status": "completed", "check_ins": {self.member: "2026-03-01T10:00:00Z"}}
        session.update(changes_of(Session, {**ended, "ends_at": NOW - timedelta(hours=1)}))
        return session_id

    def reviewed(self) -> str:
        """The id of a session of the member with a review and a picture."""
        path = {"session_id": self.attended()}
        body = {"rating": 4, "picture_file_id": self.stored("review_picture")}
        self._require(201, "POST /sessions/{session_id}/review", user=self.member, path=path, body=body)
        return path["session_id"]

    def joined(self) -> str:
        """The id of a new member with an account and a profile."""
        email = self.credentials()["email"]
        [member] = [item["data"] for item in outbox("auth", "UserRegistered") if item["data"]["email"] == email]
        self.hear("auth", "UserRegistered", **member)
        return str(member["user_id"])

    def given_role(self, user_id: str, role: str) -> None:
        """A member gets a role."""
        request = {"user": self.admin, "admin": True, "path": {"user_id": user_id}, "body": {"role": role}}
        self._require(200, "PUT /admin/users/{user_id}/role", **request)

    def banned(self) -> None:
        """The member is banned."""
        self._require(
            200,
            "POST /admin/users/{user_id}/ban",
            user=self.admin,
            admin=True,
            path={"user_id": self.member},
            body={"reason": "Damaged equipment."},
        )

    def put_in_order(self) -> None:
        """After a request: the member is not banned, and has room for further files."""
        path = {"user_id": self.member}
        self._require(200, "POST /admin/users/{user_id}/unban", user=self.admin, admin=True, path=path)
        self.without_holds()
        while self.files:
            path = {"file_id": self.files.pop()}
            self._require(204, "DELETE /storage/files/{file_id}", user=self.member, path=path)


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


@contextmanager
def made() -> Iterator[World]:
    """The world, with the clock held at `NOW` and the secrets read, as in an environment that has worked before."""
    with pytest.MonkeyPatch.context() as patch, moto_tables(patch), _silent():
        _make_pool(patch)
        set_secrets(patch)
        patch.setenv("STRIPE_API_BASE", "https://stripe.test")
        patch.setenv("EMAIL_PROVIDERS", "console")
        patch.setenv("MAIL_FROM", "SOLO60 <hello@solo60.example>")
        with clock.at(NOW):
            world = World()
            patch.setattr(stripe, "RequestsClient", lambda **_: world.stripe)
            for name, arn in os.environ.items():
                if name.startswith("SECRET_"):
                    aws.secret(arn)
            yield world


@contextmanager
def _silent() -> Iterator[None]:
    """Without log lines. The process has one logger, which the tests that follow use too."""
    logger = observability.logger()
    level = logger.log_level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _make_pool(patch: pytest.MonkeyPatch) -> None:
    client = aws_client("cognito-idp")
    pool = client.create_user_pool(
        PoolName="members",
        AliasAttributes=["email"],
        Schema=[{"Name": "user_id", "AttributeDataType": "String", "Mutable": False}],
    )["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ReadAttributes=["email", "email_verified", "custom:user_id"]
    )["UserPoolClient"]["ClientId"]
    for group in ("member", "admin"):
        client.create_group(UserPoolId=pool, GroupName=group)
    patch.setenv("MAILS_PER_SOURCE_AN_HOUR", "20")
    patch.setenv("UNVERIFIED_MAILS_AN_HOUR", "1000")
    patch.setenv("USER_POOL_ID", pool)
    patch.setenv("USER_POOL_CLIENT_ID", app)
