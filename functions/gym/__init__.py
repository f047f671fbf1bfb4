"""Gyms: search, details, favourites, administration."""
