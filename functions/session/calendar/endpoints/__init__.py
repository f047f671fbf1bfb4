"""Endpoints that answer with calendars."""
