"""Endpoints of the gym service."""
