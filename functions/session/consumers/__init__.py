"""Consumers of the session service: what it does about events."""
