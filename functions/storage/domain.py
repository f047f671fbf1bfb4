"""The storage service."""

from solo60.domains import Bucket, Domain, Index, Queue
from storage.keys import BUCKET, PENDING, PUBLIC

DOMAIN = Domain(
    name="storage",
    title="Storage",
    summary="Files of members and gyms: uploads, what was verified of them, signed addresses, quota.",
    indexes=(Index("by_due"), Index("by_day"), Index("by_owner"), Index("by_purpose"), Index("by_state")),
    queues=(Queue("storage-files-due"), Queue("storage-reads")),
    buckets=(Bucket(BUCKET, pending=PENDING, public=PUBLIC),),
)
