"""Passwords: reset by mail, and change by a member who knows the old one."""
