"""Endpoints of purchases."""
