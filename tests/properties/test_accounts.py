"""One address, its owner and strangers, whatever they do and in whatever order their requests are worked off.

The owner alone reads the mailbox. Everybody registers the address with a password and names of their own, asks for
codes, guesses them, enters what they know, logs in and asks for resets, while time passes and events wait. A small
model says which code counts and which password opens the account.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from auth.accounts.repository import RESETS_OF_SOURCE, RESETS_OF_STRANGERS
from auth.codes import ATTEMPTS
from auth.login.endpoints.log_in import handler as log_in
from auth.login.logging_in import FAILURES_ALLOWED, FAILURES_ALLOWED_AN_HOUR
from auth.login.repository import LoginAttemptRepository
from auth.password.consumers.issue_reset_code import handler as issue_reset_code
from auth.password.endpoints.request_password_reset import handler as request_reset
from auth.password.endpoints.reset_password import handler as reset_password
from auth.registration.consumers.complete_verification import handler as complete_verification
from auth.registration.consumers.issue_code import handler as issue_code
from auth.registration.endpoints.register_member import handler as register
from auth.registration.endpoints.resend_code import handler as resend_code
from auth.registration.endpoints.verify_email import handler as verify_email
from auth.registration.jobs.send_unverified import handler as send_unverified
from auth.registration.repository import KEPT, REMOVAL
from auth.registration.workers.remove_registration import handler as remove_registration
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import Answer, LambdaContext, bus_event, call, outbox, sqs_event
from tests.fakes.aws import aws_client
from tests.properties.accounts_model import STRANGERS, Code, Request, Source, Waiting
from tests.scenarios.state import Snapshot
from tests.scenarios.world import NOW, World, made
from user.endpoints.get_profile import handler as get_profile

EXAMPLES = os.environ.get("EXAMPLES")
"""Without it a few examples, always the same: `EXAMPLES=500 pytest tests/properties/test_accounts.py` looks further."""
STEPS_OF_AN_EXAMPLE = 30
EMAIL = "robin.walker@example.com"
HOME, OFFICE = "198.51.100.1", "198.51.100.2"
MAILS_OF_SOURCE = 6
"""Fewer than a stage allows, so that a source uses them up."""
HOUR = timedelta(hours=1)
CONSUMERS = {
    "RegistrationBegun": issue_code,
    "CodeRequested": issue_code,
    "EmailVerified": complete_verification,
    "PasswordResetRequested": issue_reset_code,
}
MAILS = {"VerificationCodeIssued", "PasswordResetCodeIssued", "RegistrationRepeated"}
WAITS = (*(timedelta(minutes=minutes) for minutes in (1, 2, 6, 14, 16, 31, 61)), timedelta(days=1), timedelta(days=8))


class Accounts(RuleBasedStateMachine):
    """The system beside the model."""

    world: World
    snapshot: Snapshot

    @initialize()
    def begin(self) -> None:
        self.snapshot.restore()
        self.now = NOW
        self.registrations: dict[str, Request] = {}
        self.resets: dict[str, Request] = {}
        self.sources: dict[str, Source] = {}
        self.failures: Counter[int] = Counter()
        self.unlocked_at: datetime | None = None
        self.waiting: list[Waiting] = []
        self.seen: set[str] = set()
        self.requests: Counter[tuple[str, int]] = Counter()
        self.mails: Counter[tuple[str, int]] = Counter()
        self.reset_mails: Counter[tuple[str, int]] = Counter()
        self.owner: Request | None = None
        self.password = ""
        self.changes = 0
        self.drawn = 0

    # One rule, so that Hypothesis leaves no kind of step out of an example.
    @rule(
        step=st.sampled_from(
            ["register"] * 2
            + ["deliver"] * 5
            + ["verify"] * 3
            + ["guess", "resend", "many failures"]
            + ["log in"] * 4
            + ["ask for a reset"] * 2
            + ["reset"] * 3
            + ["get a code and enter it"] * 2
            + ["wait"] * 2
        ),
        source=st.sampled_from([HOME, OFFICE, *STRANGERS]),
        data=st.data(),
    )
    def step(self, step: str, source: str, data: st.DataObject) -> None:
        # Nothing happens at one instant twice, as in the world.
        self.now += timedelta(seconds=1)
        with clock.at(self.now):
            if step == "register":
                for _ in range(data.draw(st.sampled_from([1, 1, 1, MAILS_OF_SOURCE]))):
                    self.register(source)
            elif step == "deliver" and self.waiting:
                event = data.draw(st.sampled_from(self.waiting))
                for _ in range(data.draw(st.sampled_from([1, 1, 2]))):
                    self.deliver(event)
                self.waiting.remove(event)
            elif step == "verify":
                self.enter_a_mailed_code(self.registrations, data)
            elif step == "reset":
                self.enter_a_mailed_code(self.resets, data)
            elif step == "guess":
                self.guess(source, data)
            elif step == "resend":
                own = [one for one in self.registrations.values() if one.is_owners == (source not in STRANGERS)]
                if own:
                    self.resend(data.draw(st.sampled_from(own)), source)
            elif step == "log in":
                password = data.draw(st.sampled_from(self.passwords_of(source)))
                for _ in range(data.draw(st.sampled_from([1, 1, FAILURES_ALLOWED + 1]))):
                    self.log_in(source, password)
            elif step == "many failures":
                for _ in range(FAILURES_ALLOWED_AN_HOUR):
                    LoginAttemptRepository().count_failure(EMAIL)
                self.failures[self.hour] += FAILURES_ALLOWED_AN_HOUR
            elif step == "ask for a reset":
                self.request_reset(source)
        if step == "wait":
            self.wait(data.draw(st.sampled_from(WAITS)))
        elif step == "get a code and enter it":
            self.with_a_code(self.register if self.owner is None else self.request_reset)

    @property
    def hour(self) -> int:
        return int(self.now.timestamp()) // 3600

    def new_password(self) -> str:
        self.drawn += 1
        return f"Password-Nr-{self.drawn}"

    def passwords_of(self, source: str) -> list[str]:
        """What somebody at a source may type: their own passwords, and one that is nobody's."""
        owners = source not in STRANGERS
        own = [one.password for one in self.registrations.values() if one.is_owners == owners]
        return [*own, *([self.password] * 3 if owners and self.password else []), "Nobodys-Password-1"]

    def register(self, source: str) -> Request:
        password = self.new_password()
        body = {
            "email": EMAIL,
            "password": password,
            "first_name": f"Number {self.drawn}",
            "last_name": "Example",
            "date_of_birth": "1990-12-10",
            "accept_terms": True,
        }
        answer = call(register, body=body, source_ip=source)
        assert answer.status == 201, answer.text
        begun = Request(answer.json["registration_id"], source, clock.now(), password)
        self.registrations[begun.id] = begun
        self.note_events(source)
        return begun

    def resend(self, registration: Request, source: str) -> None:
        assert call(resend_code, body={"registration_id": registration.id}, source_ip=source).status == 202
        self.note_events(source)

    def request_reset(self, source: str) -> Request:
        answer = call(request_reset, body={"email": EMAIL}, source_ip=source)
        assert answer.status == 202, answer.text
        asked = Request(answer.json["reset_id"], source, clock.now())
        self.resets[asked.id] = asked
        self.note_events(source)
        return asked

    def note_events(self, source: str | None) -> None:
        if source is not None:
            self.requests[source, self.hour] += 1
        for event in outbox("auth"):
            if event["event_id"] in self.seen:
                continue
            self.seen.add(event["event_id"])
            if event["detail_type"] in CONSUMERS:
                cause = None if source is None else (source, self.hour)
                self.waiting.append(Waiting(event["detail_type"], event["data"], event["event_id"], cause))

    def deliver(self, event: Waiting) -> None:
        batch = sqs_event(bus_event("auth", event.name, event.data, event_id=event.id))
        assert CONSUMERS[event.name](batch, LambdaContext()) == {"batchItemFailures": []}
        mailed = [each for each in outbox("auth") if each["event_id"] not in self.seen]
        self.seen |= {each["event_id"] for each in mailed}
        assert len(mailed) <= 1, "one request causes one mail"
        for mail in mailed:
            assert mail["detail_type"] in MAILS
            assert mail["data"]["email"] == EMAIL
            assert event.cause is not None
            self.mails[event.cause] += 1
            assert self.mails[event.cause] <= MAILS_OF_SOURCE
            self.read(mail, event)

    def read(self, mail: dict[str, Any], event: Waiting) -> None:
        """What the owner of the mailbox gets to know."""
        if mail["detail_type"] == "RegistrationRepeated":
            assert self.owner is not None, "nobody is told of an owner where there is none"
            return
        request = (self.registrations | self.resets)[str(event.data.get("registration_id") or event.data["reset_id"])]
        assert (self.owner is None) == (mail["detail_type"] == "VerificationCodeIssued")
        code = Code(mail["data"]["code"], self.now, changes=self.changes)
        if request.id in self.resets:
            code.attempts = request.early_attempts
            self.reset_mails[request.source, self.hour] += 1
            if not self.source(request.source).is_known:
                self.reset_mails["unknown", self.hour] += 1
        request.codes.append(code)

    def enter_a_mailed_code(self, among: dict[str, Request], data: st.DataObject) -> None:
        """The owner enters a code from the mailbox, of any age, for the request that has caused it or for another."""
        mailed = [(request, code) for request in among.values() for code in request.codes]
        if not mailed:
            return
        request, code = data.draw(st.sampled_from(mailed))
        if among is self.resets:
            self.reset(request, code.text, HOME)
            return
        where = data.draw(st.sampled_from([request, request, request, *self.registrations.values()]))
        self.verify(where, code.text)

    def guess(self, source: str, data: st.DataObject) -> None:
        """Somebody enters wrong codes for requests of their own: ids are known to nobody else."""
        mine = [
            one
            for one in (*self.registrations.values(), *self.resets.values())
            if one.is_owners == (source not in STRANGERS)
        ]
        if not mine:
            return
        request = data.draw(st.sampled_from(mine))
        for _ in range(data.draw(st.sampled_from([1, ATTEMPTS]))):
            wrong = f"{(int(request.codes[-1].text if request.codes else 0) + 1) % 1_000_000:06d}"
            if request.id in self.registrations:
                self.verify(request, wrong)
            else:
                self.reset(request, wrong, source)

    def verify(self, registration: Request, code: str) -> None:
        counting = registration.take_attempt() if self.now < registration.begun_at + KEPT else None
        expected = counting is not None and counting.text == code and self.owner in (None, registration)
        answer = call(verify_email, body={"registration_id": registration.id, "code": code})
        assert (answer.status, answer.code) == ((204, None) if expected else (422, "invalid_code")), answer.text
        if expected and self.owner is None:
            self.owner, self.password = registration, registration.password
        self.note_events(None)

    def reset(self, reset: Request, code: str, source: str) -> None:
        counting, password = reset.take_attempt(), self.new_password()
        expected = counting is not None and (counting.text, counting.changes) == (code, self.changes)
        body = {"reset_id": reset.id, "code": code, "new_password": password}
        answer = call(reset_password, body=body, source_ip=source)
        assert (answer.status, answer.code) == ((204, None) if expected else (422, "invalid_code")), answer.text
        if expected:
            reset.used, self.password, self.changes = True, password, self.changes + 1
            self.unlocked_at = self.now
            self.failures.pop(self.hour, None)
            self.source(source).succeed()
        self.note_events(None)

    def source(self, source: str) -> Source:
        return self.sources.setdefault(source, Source())

    def log_in(self, source: str, password: str) -> Answer:
        """Whatever is tried, the password of the account alone opens it, and it always does where nothing is locked."""
        counted = self.source(source)
        allowed = counted.count(self.unlocked_at)
        if allowed and not counted.is_known and self.failures[self.hour] >= FAILURES_ALLOWED_AN_HOUR:
            allowed, counted.failures = False, counted.failures - 1
        answer = call(log_in, body={"email": EMAIL, "password": password}, source_ip=source)
        if not allowed:
            assert (answer.status, answer.code) == (429, "too_many_attempts"), answer.text
        elif self.owner is not None and password == self.password:
            assert answer.status == 200, answer.text
            counted.succeed()
        elif answer.status == 403:
            named = self.registrations[answer.json["registration_id"]]
            assert named.password == password
            assert named is not self.owner
            counted.failures -= 1
        else:
            assert (answer.status, answer.code) == (401, "invalid_credentials"), answer.text
            self.failures[self.hour] += 1
        return answer

    def wait(self, how_long: timedelta) -> None:
        self.now += how_long
        # What the job sends every five minutes, and its worker does.
        send_unverified({"time": clock.to_rfc3339(self.now), "id": new_id()}, LambdaContext())
        url = f"https://sqs.eu-west-2.amazonaws.com/123456789012/{REMOVAL.queue}"
        with clock.at(self.now):
            while messages := aws_client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                due = [json.loads(message["Body"]) for message in messages]
                assert remove_registration(sqs_event(*due), LambdaContext()) == {"batchItemFailures": []}

    def teardown(self) -> None:
        """Whatever has happened, the owner comes in from home, and there is one account."""
        if not hasattr(self, "now"):
            return
        self.wait(timedelta(seconds=1))
        self.come_in()
        assert self.owner is not None
        with clock.at(self.now):
            names = call(get_profile, user=self.owner.id, email=EMAIL).json
        assert names["first_name"] == f"Number {self.owner.password.rpartition('-')[2]}"
        pool = os.environ["USER_POOL_ID"]
        users = aws_client("cognito-idp").list_users(UserPoolId=pool)["Users"]
        verified = [
            user["Username"] for user in users if {"Name": "email_verified", "Value": "true"} in user["Attributes"]
        ]
        assert verified == [self.owner.id]
        kept = {one.id for one in self.registrations.values() if one.begun_at + KEPT > self.now}
        assert {user["Username"] for user in users} <= kept | {self.owner.id}

    def come_in(self) -> None:
        if self.owner is None:
            self.with_a_code(self.register)
        with clock.at(self.now):
            locked = self.log_in(HOME, self.password).status == 429
        if locked:
            self.with_a_code(self.request_reset)
            with clock.at(self.now):
                assert self.log_in(HOME, self.password).status == 200

    def is_used_up(self, source: str) -> bool:
        """Whether what a source may cause in this hour is used up: its requests, or the codes of resets."""
        unknown = not self.source(source).is_known and self.reset_mails["unknown", self.hour] >= RESETS_OF_STRANGERS
        by_itself = self.reset_mails[source, self.hour] >= RESETS_OF_SOURCE
        return self.requests[source, self.hour] > MAILS_OF_SOURCE or by_itself or unknown

    def with_a_code(self, ask: Callable[[str], Request]) -> None:
        """Ask for a code and enter it; in the next hour where this one's mails were used up."""
        for _ in range(2):
            with clock.at(self.now):
                asked = ask(HOME)
                while self.waiting:
                    self.deliver(self.waiting.pop(0))
                if asked.codes and asked.id in self.registrations:
                    return self.verify(asked, asked.codes[-1].text)
                if asked.codes:
                    return self.reset(asked, asked.codes[-1].text, HOME)
                assert self.is_used_up(HOME), "no code has come"
            self.wait(HOUR)
        pytest.fail("no code has come in two hours")


def test_an_address_is_its_readers_whatever_strangers_do() -> None:
    with made() as world, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAILS_PER_SOURCE_AN_HOUR", str(MAILS_OF_SOURCE))
        patch.setenv("UNVERIFIED_MAILS_AN_HOUR", "100000")
        Accounts.world, Accounts.snapshot = world, Snapshot(world)
        run_state_machine_as_test(
            Accounts,
            settings=settings(
                max_examples=int(EXAMPLES or 6),
                derandomize=EXAMPLES is None,
                # A step takes so long that making an example smaller would take minutes.
                phases=set(Phase) - {Phase.shrink},
                stateful_step_count=STEPS_OF_AN_EXAMPLE,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
