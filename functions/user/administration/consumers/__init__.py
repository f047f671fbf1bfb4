"""Consumers of the administration of members."""
