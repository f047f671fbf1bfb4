"""What every SOLO60 service shares: declarations, handler runtime, records, events.

Importing any module of this package defines names and does nothing else: no environment is read, no client is
made, so that every module imports in an empty environment.
"""

import gc

# A start allocates a hundred thousand objects and drops next to none of them; with the default threshold of 700 the
# collector walks them again and again, for a twelfth of the whole start (`make bench`).
gc.set_threshold(20_000, 10, 10)
