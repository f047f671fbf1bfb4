"""GET /health."""

from __future__ import annotations

from gateway.schemas import HealthView
from solo60 import clock, settings
from solo60.declarations import Access
from solo60.grants import SettingGrant
from solo60.http.endpoint import endpoint


@endpoint("GET", "/health", access=Access.PUBLIC, grants=(SettingGrant("VERSION"),))
def handler() -> HealthView:
    """Version and time.

    It uses no other service, so that it answers whatever else does not.
    """
    return HealthView(status="ok", version=settings.read("VERSION"), time=clock.now())
