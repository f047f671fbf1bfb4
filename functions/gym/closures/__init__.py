"""Closures: times in which a gym takes no sessions."""
