"""Consumers of the communication service: what it does about events."""
