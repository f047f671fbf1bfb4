"""Consumers of the user service."""
