"""Carries the auth service's events from its table to the bus."""

from solo60.queues import Relay

handler = Relay("auth")
