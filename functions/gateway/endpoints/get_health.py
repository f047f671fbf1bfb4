"""GET /health."""

from __future__ import annotations

from gateway.schemas import HealthView
from solo60 import clock, settings
from solo60.declarations import Access, Needs
from solo60.http.endpoint import endpoint


@endpoint("GET", "/health", access=Access.PUBLIC, needs=Needs(settings=("VERSION",)))
def handler() -> HealthView:
    """Liveness: version and time; touches nothing else."""
    return HealthView(status="ok", version=settings.read("VERSION"), time=clock.now())
