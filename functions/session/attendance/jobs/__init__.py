"""Jobs about attendance."""
