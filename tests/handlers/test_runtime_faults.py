"""Faults between a function and AWS: at every call that it makes, over the catalogue.

A new endpoint is tested here by being declared: its example request is sent, fails in each way at each call, and is
repeated as an app repeats it. What is then there has to be what is there after one request without a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from infra_cdk.catalogue import endpoints
from solo60 import clock
from solo60.http.endpoint import Endpoint
from tests.conftest import Answer
from tests.fakes.wire import FAULTS, Crash, Fault, wired
from tests.scenarios.requests import prepare
from tests.scenarios.state import Snapshot, State, state_of
from tests.scenarios.world import NOW, World, made

WRITES = [endpoint for endpoint in endpoints() if endpoint.declaration.method != "GET"]
REPEATS = (timedelta(), timedelta(seconds=31), timedelta(minutes=2))
"""When a client repeats a request: at once, when a key that was acquired has lapsed, and later."""


class Trial:
    """An endpoint's example request in a world to which every attempt goes back.

    Attributes
    ----------
    calls
        What a request without a fault asks of AWS and Stripe, in order.
    """

    def __init__(self, world: World, endpoint: Endpoint) -> None:
        self._world, self._status = world, endpoint.declaration.status
        self._domain = endpoint.declaration.domain
        self._request = prepare(world, endpoint)
        self._before = Snapshot(world)
        with wired(world.stripe) as wire:
            answer = self._request()
        assert answer.status == self._status, answer.text
        self.calls = tuple(wire.calls)
        self._after = self._state()

    def wrong_after(self, fault: Fault, at: int) -> str:
        """What is wrong after a fault and the client's repeats; empty if nothing."""
        self._before.restore()
        answers = []
        with wired(self._world.stripe, fault, at) as wire, suppress(Crash):
            answers.append(self._request())
        assert wire.struck
        answers += self._repeated()
        known = {self._status, 409, 503}
        wrong = [f"{answer.status} {answer.text}" for answer in answers if answer.status not in known]
        if answers[-1].status != self._status:
            wrong.append(f"in the end {answers[-1].status} {answers[-1].text}")
        wrong.append(self._state().difference(self._after))
        if "Idempotency-Key" in self._request.parts["headers"] and self._request().text != answers[-1].text:
            wrong.append("the answer that is kept is another one")
        return "\n".join(wrong).strip()

    def _state(self) -> State:
        # What a service finishes by its own events counts too.
        self._world.settle(self._domain)
        return state_of(self._world)

    def _repeated(self) -> Iterator[Answer]:
        for later in REPEATS:
            with clock.at(NOW + later):
                answer = self._request()
            yield answer
            if answer.status < 400:
                return


@pytest.mark.parametrize("endpoint", WRITES, ids=[endpoint.declaration.route for endpoint in WRITES])
def test_a_request_that_fails_on_the_way_is_done_once(endpoint: Endpoint) -> None:
    with made() as world:
        trial = Trial(world, endpoint)
        assert trial.calls
        wrong = {
            f"{fault.name} at call {at + 1} of {len(trial.calls)}, {operation}": found
            for at, operation in enumerate(trial.calls)
            for fault in FAULTS
            if fault.fits(operation) and (found := trial.wrong_after(fault, at))
        }
    assert not wrong, "\n\n".join(f"{name}:\n{found}" for name, found in wrong.items())
