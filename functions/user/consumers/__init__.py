"""Consumers of the user service: what it does about events."""
