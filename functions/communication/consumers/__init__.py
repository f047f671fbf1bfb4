"""Consumers of the communication service."""
