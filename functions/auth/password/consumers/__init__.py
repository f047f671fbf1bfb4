"""Consumers of passwords."""
