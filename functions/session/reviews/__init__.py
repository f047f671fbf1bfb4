"""Reviews of sessions by who was there."""
