"""Endpoints about invitations."""
