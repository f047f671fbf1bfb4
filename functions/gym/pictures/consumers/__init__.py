"""Consumers for pictures of gyms."""
