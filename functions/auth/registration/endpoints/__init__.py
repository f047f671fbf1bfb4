"""Endpoints of registration."""
