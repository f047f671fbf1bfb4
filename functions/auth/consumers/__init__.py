"""Consumers of the auth service."""
