"""GET /health."""

from __future__ import annotations

from gateway.schemas import Health
from solo60 import clock, settings
from solo60.declarations import Access, Needs
from solo60.http.endpoint import endpoint


@endpoint("GET", "/health", access=Access.PUBLIC, needs=Needs(settings=("VERSION",)))
def handler() -> Health:
    """Liveness: version and time; touches nothing else."""
    return Health(status="ok", version=settings.read("VERSION"), time=clock.now())
