"""Endpoints of passwords."""
