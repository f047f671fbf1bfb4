"""What the time of an answer tells of an e-mail address: `python -m tests.benchmarks.enumeration`, beside `make run`.

It calls each anonymous endpoint that takes an address for one with an owner and for unknown ones in turn, and prints
the area under the ROC curve (AUC) of "the slower answer is the one of the known address": 0.5 tells nothing, 0 and 1
tell all. With 100 answers of each kind, 0.5 is seen as 0.42 to 0.58 in 19 of 20 runs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from statistics import median
from typing import Any
from uuid import uuid4

from infra_cdk.local import member
from infra_cdk.local.client import Api, Inbox
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.stack import STACK_FILE, Account, Stack

CALLS = 200
THROTTLED = 429
_PAUSE_SECONDS = 0.3
_OTHERS = 10
"""Calls that are made and not counted first: functions start."""

Bodies = Callable[[str], dict[str, Any]]


def auc(known: Sequence[float], unknown: Sequence[float]) -> float:
    """The probability that a known address takes longer than an unknown one; equal times count half."""
    pairs = [1.0 if one > other else 0.5 if one == other else 0.0 for one, other in product(known, unknown)]
    return sum(pairs) / len(pairs)


def _registration(email: str) -> dict[str, Any]:
    names = {"first_name": "Robin", "last_name": "Example", "date_of_birth": member.BORN}
    return {"email": email, "password": member.new_password(), "accept_terms": True, **names}


ENDPOINTS: dict[str, Bodies] = {
    "/auth/register": _registration,
    "/auth/login": lambda email: {"email": email, "password": "Wrong-Horse-9"},
    "/auth/forgot-password": lambda email: {"email": email},
}


def _unthrottled(api: Api, path: str, body: dict[str, Any]) -> tuple[float, int]:
    """Seconds and status of a call, which is repeated where the gateway itself refuses it."""
    while True:
        began = time.perf_counter()
        answer = api.send("POST", path, json=body)
        seconds = time.perf_counter() - began
        if answer.status_code != THROTTLED or answer.json().get("code") != "too_many_requests":
            return seconds, answer.status_code
        time.sleep(_PAUSE_SECONDS)


def _addresses(known: Sequence[str]) -> Iterator[tuple[bool, str]]:
    for number in range(CALLS + _OTHERS):
        is_known = number % 2 == 0
        yield is_known, known[number // 2 % len(known)] if is_known else f"nobody-{uuid4().hex[:12]}@example.com"


def measure(api: Api, path: str, known: Sequence[str]) -> tuple[float, float, float]:
    """The AUC of an endpoint, and the medians of known and unknown addresses in milliseconds.

    Raises
    ------
    LocalRunError
        The statuses differ.
    """
    times: dict[bool, list[float]] = {True: [], False: []}
    statuses: dict[bool, set[int]] = {True: set(), False: set()}
    for number, (is_known, email) in enumerate(_addresses(known)):
        seconds, status = _unthrottled(api, path, ENDPOINTS[path](email))
        statuses[is_known].add(status)
        if number >= _OTHERS:
            times[is_known].append(seconds)
    if statuses[True] != statuses[False]:
        raise LocalRunError(f"{path} answers known addresses {statuses[True]}, and unknown ones {statuses[False]}")
    return auc(times[True], times[False]), median(times[True]) * 1000, median(times[False]) * 1000


def main() -> int:
    """Print a line for each endpoint."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        stack = Stack.read(STACK_FILE)
        api = Api(stack.api)
        # Each is asked fewer than five times a run, so that no lock answers in Cognito's place.
        known = [_joined(api, stack) for _ in range((CALLS + _OTHERS) // 8 + 1)]
        for path in ENDPOINTS:
            found, of_known, of_unknown = measure(api, path, known)
            print(f"{path:<24} AUC {found:.2f}   medians {of_known:.0f} and {of_unknown:.0f} ms")
    except LocalRunError as error:
        print(f"error  {error}", file=sys.stderr)
        return 1
    return 0


def _joined(api: Api, stack: Stack) -> str:
    account = Account(f"known-{uuid4().hex[:12]}@example.com", member.new_password())
    member.join(api, Inbox(stack.inbox), account, "Robin", "Example")
    return account.email


if __name__ == "__main__":
    sys.exit(main())
