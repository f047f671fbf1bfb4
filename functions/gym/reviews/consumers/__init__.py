"""Consumers about reviews."""
