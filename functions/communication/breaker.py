"""A circuit breaker for each provider: one that keeps failing rests, and then one message tries it.

Its state is in the table, since a Lambda's memory is its own: failures in a row are counted atomically, and after the
rest a conditional write picks the one delivery that tries.
"""

from __future__ import annotations

from datetime import timedelta

from communication.records import Breaker
from communication.repository import ReachabilityRepository
from solo60 import clock, observability

FAILURES_TO_REST = 5
REST = timedelta(seconds=60)
PROBE = timedelta(seconds=30)
"""How long the one that tries may take before another one does."""


def may_ask(reachability: ReachabilityRepository, provider: str, breaker: Breaker | None) -> bool:
    """Whether to ask this provider now; after a rest, true for one caller alone."""
    if breaker is None or breaker.resting_until is None:
        return True
    now = clock.now()
    if breaker.resting_until > now:
        return False
    return reachability.claim_probe(provider, breaker.resting_until, now + PROBE)


def failed(reachability: ReachabilityRepository, provider: str) -> None:
    """Count a failure; let the provider rest if there are too many in a row."""
    if reachability.count_failure(provider) >= FAILURES_TO_REST:
        reachability.rest(provider, clock.now() + REST)
        observability.count("ProviderRested")
        observability.logger().warning("provider rests", extra={"provider": provider})


def succeeded(reachability: ReachabilityRepository, provider: str, breaker: Breaker | None) -> None:
    """Close the circuit again, if it was not whole."""
    if breaker is not None and (breaker.failures or breaker.resting_until is not None):
        reachability.recover(provider)
