"""Invitations of guests to sessions."""
