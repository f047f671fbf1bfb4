"""The storage service's table.

====================================  =====================================  ==================================
what                                  key                                    read by
====================================  =====================================  ==================================
a file                                FILE#id / FILE                         id
                                      by_owner: OWNER#id / file              an owner's files, backwards
                                      by_purpose: PURPOSE#purpose / file     an admin, backwards
                                      by_state: STATE#state / file           an admin, backwards
                                      by_due: FILE#shard / time#file         the sweep
what an owner has used                OWNER#id / USAGE                       owner, with the reservations
what is reserved for an upload        OWNER#id / RESERVATION#end#file        owner, in the order of their ends
who uploaded, read, removed a file    FILE#id / LOG#line                     file, backwards
                                      by_day: DAY#date / line                an admin, backwards
====================================  =====================================  ==================================

Ids of files and lines are in the order of time. A file that is deleted is in no list any more; its record stays for 30
days, so that a repeated deletion is answered as the first one.
"""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import DiscriminatorAttribute, NumberAttribute, UnicodeAttribute

from solo60.due import DueIndex
from solo60.records import InstantAttribute, Record, RecordIndex

OWNER_PREFIX = "OWNER#"


class StorageRecord(Record):
    """Base of the service's records."""

    class Meta:
        table_name = "unset"
        domain = "storage"

    kind = DiscriminatorAttribute()


class ByOwner(RecordIndex[StorageRecord], name="by_owner"):
    """The files of an owner, by their ids."""


class ByPurpose(RecordIndex[StorageRecord], name="by_purpose"):
    """The files for a purpose, by their ids."""


class ByState(RecordIndex[StorageRecord], name="by_state"):
    """The files in a state, by their ids."""


class ByDay(RecordIndex[StorageRecord], name="by_day"):
    """The lines of the access log of a day in UTC, by their ids."""


class StoredFile(StorageRecord, discriminator="file"):
    """A file, from the signing of its form on.

    Attributes
    ----------
    state
        `pending`, `active`, `rejected` or `deleted`.
    size
        In bytes: as declared while it is pending, then of what is kept.
    reserved
        The bytes that count against the owner's quota now.
    checksum
        SHA-256 of what is kept, in hexadecimal.
    ends_at
        Until when a pending file can be completed, and a rejected one is shown.
    attempt
        The last attempt to complete it; its objects are under this name.
    leased_until
        Until when that attempt is being worked on.
    attached_to
        What it belongs to: `user#<id>`.
    reason
        Why it was rejected.
    version
        Rises with each change.
    """

    file_id = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    purpose = UnicodeAttribute()
    name = UnicodeAttribute()
    content_type = UnicodeAttribute()
    size = NumberAttribute()
    reserved = NumberAttribute()
    state = UnicodeAttribute()
    checksum = UnicodeAttribute(null=True)
    width = NumberAttribute(null=True)
    height = NumberAttribute(null=True)
    created_at = InstantAttribute()
    form_ends_at = InstantAttribute()
    ends_at = InstantAttribute(null=True)
    completed_at = InstantAttribute(null=True)
    attempt = UnicodeAttribute(null=True)
    leased_until = InstantAttribute(null=True)
    attached_to = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    version = NumberAttribute()
    by_owner_pk = UnicodeAttribute(null=True)
    by_owner_sk = UnicodeAttribute(null=True)
    by_purpose_pk = UnicodeAttribute(null=True)
    by_purpose_sk = UnicodeAttribute(null=True)
    by_state_pk = UnicodeAttribute(null=True)
    by_state_sk = UnicodeAttribute(null=True)
    by_due_pk = UnicodeAttribute(null=True)
    by_due_sk = UnicodeAttribute(null=True)
    by_owner = ByOwner()
    by_purpose = ByPurpose()
    by_state = ByState()
    by_due = DueIndex()

    def is_gone(self, now: datetime) -> bool:
        """Whether it is deleted, or its time is over although nothing has removed it yet."""
        return self.state == "deleted" or (
            self.state in {"pending", "rejected"} and self.ends_at is not None and self.ends_at <= now
        )

    def is_leased(self, now: datetime) -> bool:
        """Whether an attempt to complete it is being worked on."""
        return self.leased_until is not None and self.leased_until > now


class Usage(StorageRecord, discriminator="usage"):
    """What an owner has used: the bytes and files in the quota, and the files of each purpose.

    Reservations are included, those too whose end has passed and which nothing has removed yet.
    """

    bytes = NumberAttribute(null=True)
    files = NumberAttribute(null=True)
    avatar = NumberAttribute(null=True)
    gym_picture = NumberAttribute(null=True)
    review_picture = NumberAttribute(null=True)
    post_picture = NumberAttribute(null=True)
    support_attachment = NumberAttribute(null=True)
    export = NumberAttribute(null=True)


class Reservation(StorageRecord, discriminator="reservation"):
    """The quota that a pending file holds."""

    file_id = UnicodeAttribute()
    bytes = NumberAttribute()
    files = NumberAttribute()
    ends_at = InstantAttribute()


class LogLine(StorageRecord, discriminator="log_line"):
    """Who did what with a file, and when."""

    line_id = UnicodeAttribute()
    file_id = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    actor_id = UnicodeAttribute()
    purpose = UnicodeAttribute()
    action = UnicodeAttribute()
    created_at = InstantAttribute()
    by_day_pk = UnicodeAttribute()
    by_day_sk = UnicodeAttribute()
    by_day = ByDay()
