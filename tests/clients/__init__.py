"""Clients that other people's generators make of the published document, played against a running system."""
