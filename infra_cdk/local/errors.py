"""What can go wrong before the system runs, told in one line."""

from __future__ import annotations


class LocalRunError(Exception):
    """Stops the run; its text is the one line that the user reads."""
