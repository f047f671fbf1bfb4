"""Carries the gym service's events from its table to the bus."""

from solo60.relay import Relay

handler = Relay("gym")
