"""Endpoints of the communication service."""
