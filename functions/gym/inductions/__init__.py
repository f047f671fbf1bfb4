"""Inductions: introductions to gyms, with staff."""
