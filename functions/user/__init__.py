"""Members: profile, preferences, in-app notifications, roles and bans."""
