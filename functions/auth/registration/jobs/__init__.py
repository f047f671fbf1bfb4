"""Jobs of registration."""
