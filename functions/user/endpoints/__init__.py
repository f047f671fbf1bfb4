"""Endpoints of the user service."""
