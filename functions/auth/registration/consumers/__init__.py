"""Consumers of registration."""
