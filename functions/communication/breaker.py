"""A circuit breaker per provider: a provider that keeps failing is paused, and then one message probes it.

The state is in the table, because Lambdas share no memory. Consecutive failures are counted atomically. After the pause
a conditional write selects the one delivery that probes the provider.
"""

from __future__ import annotations

from datetime import timedelta

from communication.records import Breaker
from communication.repository import ReachabilityRepository
from solo60 import clock, observability

FAILURES_TO_PAUSE = 5
PAUSE = timedelta(seconds=60)
PROBE = timedelta(seconds=30)
"""How long a probe may take before another delivery probes the provider."""


def may_call(reachability: ReachabilityRepository, provider: str, breaker: Breaker | None) -> bool:
    """Whether to call this provider now. After a pause this is true for one caller only."""
    if breaker is None or breaker.paused_until is None:
        return True
    now = clock.now()
    if breaker.paused_until > now:
        return False
    return reachability.claim_probe(provider, breaker.paused_until, now + PROBE)


def failed(reachability: ReachabilityRepository, provider: str) -> None:
    """Count a failure, and pause the provider after too many consecutive ones."""
    if reachability.count_failure(provider) >= FAILURES_TO_PAUSE:
        reachability.pause(provider, clock.now() + PAUSE)
        observability.count("ProviderPaused")
        observability.logger().warning("provider paused", extra={"provider": provider})


def succeeded(reachability: ReachabilityRepository, provider: str, breaker: Breaker | None) -> None:
    """Reset the breaker after a success."""
    if breaker is not None and (breaker.failures or breaker.paused_until is not None):
        reachability.recover(provider)
