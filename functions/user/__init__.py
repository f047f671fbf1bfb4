"""Members: profile and in-app notifications."""
