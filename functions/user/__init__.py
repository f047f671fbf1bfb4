"""Members: profile, preferences and in-app notifications."""
