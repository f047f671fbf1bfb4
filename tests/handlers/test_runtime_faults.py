"""Faults between a function and AWS: at every call that it makes, over the catalogue.

A new function is tested here by being declared: its example request is sent, or the sample of its event or queue is
delivered, fails in each way at each call, and is repeated as an app or a queue repeats it. What is then there has to be
what is there after one attempt without a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import pytest

from infra_cdk.catalogue import endpoints
from solo60 import clock
from solo60.http.endpoint import Endpoint
from tests.fakes.wire import FAULTS, Crash, Fault, wired
from tests.scenarios.deliveries import Source, deliver, sources
from tests.scenarios.requests import prepare
from tests.scenarios.state import Snapshot, State, state_of
from tests.scenarios.world import NOW, World, made

ONCE = {"POST /auth/login/totp"}
"""A code counts once: who loses its answer logs in again. What fails before is in the endpoint's own tests."""
WRITES = [
    endpoint
    for endpoint in endpoints()
    if endpoint.declaration.method != "GET" and endpoint.declaration.route not in ONCE
]
SOURCES = sources()
REPEATS = (timedelta(), timedelta(seconds=31), timedelta(minutes=2))
"""When a client repeats a request: at once, when a key that was acquired has lapsed, and later."""
DELIVERIES = (*REPEATS, timedelta(hours=1))
"""When a queue delivers again, or a job sends another message about what is still due: whatever was the outcome."""


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt.

    Attributes
    ----------
    done
        Whether it succeeded.
    text
        The answer, for the report.
    known
        Whether it may happen while a call fails.
    """

    done: bool
    text: str
    known: bool = True


class Subject(Protocol):
    """Something that a function is asked for, in a world, until it is done."""

    def attempt(self) -> Outcome:
        """Ask once."""

    def repeats(self) -> Iterator[Outcome]:
        """Ask again as those who ask do after a fault."""

    def settle(self) -> None:
        """Let what counts too happen."""

    def wrong_afterwards(self, last: Outcome) -> str:
        """What is wrong with one more attempt; empty if nothing."""


class Requested:
    """An endpoint's example request, which an app repeats until it succeeds."""

    def __init__(self, world: World, endpoint: Endpoint) -> None:
        self._world, self._declared = world, endpoint.declaration
        self._request = prepare(world, endpoint)

    def attempt(self) -> Outcome:
        answer, status = self._request(), self._declared.status
        return Outcome(answer.status == status, f"{answer.status} {answer.text}", answer.status in {status, 409, 503})

    def repeats(self) -> Iterator[Outcome]:
        for later in REPEATS:
            with clock.at(NOW + later):
                outcome = self.attempt()
            yield outcome
            if outcome.done:
                return

    def settle(self) -> None:
        # What a service finishes by its own events counts too.
        self._world.settle(self._declared.domain)

    def wrong_afterwards(self, last: Outcome) -> str:
        if "Idempotency-Key" not in self._request.parts["headers"] or self.attempt().text == last.text:
            return ""
        return "the answer that is kept is another one"


class Delivered:
    """A sample's delivery, which a queue repeats at any time, whether it was done or not."""

    def __init__(self, world: World, source: Source) -> None:
        self._delivery = deliver(world, source)

    def attempt(self) -> Outcome:
        with clock.at(self._delivery.at):
            return self._outcome()

    def repeats(self) -> Iterator[Outcome]:
        for later in DELIVERIES:
            with clock.at(self._delivery.at + later):
                yield self._outcome()

    def settle(self) -> None:
        """Nothing: its own events would do what a delivery has left undone."""

    def wrong_afterwards(self, last: Outcome) -> str:
        return ""

    def _outcome(self) -> Outcome:
        done = self._delivery()
        return Outcome(done, "done" if done else "failed")


class Trial:
    """Attempts at something, in a world to which each of them goes back.

    Attributes
    ----------
    calls
        What an attempt without a fault asks of AWS and Stripe, in order.
    changes
        What it changes; empty if nothing.
    """

    def __init__(self, world: World, subject: Subject) -> None:
        self._world, self._subject = world, subject
        self._before = Snapshot(world)
        before = state_of(world)
        with wired(world.stripe) as wire:
            outcome = subject.attempt()
        assert outcome.done, outcome.text
        self.calls = tuple(wire.calls)
        self._after = self._state()
        self.changes = self._after.difference(before)

    def wrong_after(self, fault: Fault, at: int) -> str:
        """What is wrong after a fault and the repeats; empty if nothing."""
        self._before.restore()
        outcomes = []
        with wired(self._world.stripe, fault, at) as wire, suppress(Crash):
            outcomes.append(self._subject.attempt())
        assert wire.struck
        outcomes += self._subject.repeats()
        wrong = [outcome.text for outcome in outcomes if not outcome.known]
        if not outcomes[-1].done:
            wrong.append(f"in the end {outcomes[-1].text}")
        wrong.append(self._state().difference(self._after))
        wrong.append(self._subject.wrong_afterwards(outcomes[-1]))
        return "\n".join(filter(None, wrong))

    def wrong(self) -> str:
        """What is wrong after each fault at each call; empty if nothing."""
        found = {
            f"{fault.name} at call {at + 1} of {len(self.calls)}, {operation}": self.wrong_after(fault, at)
            for at, operation in enumerate(self.calls)
            for fault in FAULTS
            if fault.fits(operation)
        }
        return "\n\n".join(f"{name}:\n{wrong}" for name, wrong in found.items() if wrong)

    def _state(self) -> State:
        self._subject.settle()
        return state_of(self._world)


@pytest.mark.parametrize("endpoint", WRITES, ids=[endpoint.declaration.route for endpoint in WRITES])
def test_a_request_that_fails_on_the_way_is_done_once(endpoint: Endpoint) -> None:
    with made() as world:
        trial = Trial(world, Requested(world, endpoint))
        assert trial.calls
        assert not (wrong := trial.wrong()), wrong


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_a_delivery_that_fails_on_the_way_and_comes_again_is_done_once(source: Source) -> None:
    with made() as world:
        trial = Trial(world, Delivered(world, source))
        assert trial.changes, "prepare what it changes in tests/scenarios/deliveries.py"
        assert not (wrong := trial.wrong()), wrong
