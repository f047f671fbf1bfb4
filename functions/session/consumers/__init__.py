"""Consumers of the session service."""
