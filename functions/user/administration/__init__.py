"""What admins do with members: finding and correcting them, bans, roles."""
