"""Sessions as calendar entries: downloads and feeds."""
