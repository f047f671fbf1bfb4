"""Endpoints of the administration of members."""
