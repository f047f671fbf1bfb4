"""Workers of registration."""
