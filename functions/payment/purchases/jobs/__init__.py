"""Jobs of purchases."""
