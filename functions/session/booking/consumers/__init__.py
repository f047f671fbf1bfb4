"""Consumers about bookings."""
