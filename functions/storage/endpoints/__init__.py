"""Endpoints of the storage service."""
