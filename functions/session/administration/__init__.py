"""What admins see of sessions, and do about them."""
