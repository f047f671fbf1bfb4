"""What every SOLO60 service shares: declarations, handler runtime, records, events.

Importing any module of this package defines names and does nothing else: no environment is read, no client is
made, so that every module imports in an empty environment.
"""
