"""The user service's table.

====================================  =====================================  ==================================
what                                  key                                    read by
====================================  =====================================  ==================================
a member's profile                    USER#id / PROFILE                      id
whether a member is banned            USER#id / BAN                          id (`solo60.bans`)
a member's notifications              INBOX#id / NOTIFICATION#notification   pages, backwards; one by its id
unread ones, by the month in which    INBOX#id / UNREAD#month                with the first page: they sort
they expire                                                                  after all notifications
how often all were marked read        INBOX#id / READ_ALL                    with the first page, as they are
====================================  =====================================  ==================================

Ids of notifications are in the order of time. A notification and the count that includes it expire at the same instant,
so that the count stays right without recounting. Both say how often all had been marked read before: marking all read
raises one number, however many there are, and what has a lower one is read.
"""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from solo60.records import InstantAttribute, Record

MEMBER_PREFIX = "USER#"
"""Of the partition key of a member's items."""


class UserRecord(Record):
    """Base of the service's records."""

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = DiscriminatorAttribute()


class Profile(UserRecord, discriminator="profile"):
    """A member's profile.

    Attributes
    ----------
    registration
        The number of the highest registration applied; None if only `EmailVerified` has arrived.
    verified
        Whether the e-mail address is verified.
    edited
        Whether the member has changed the profile. Then a registration that arrives late does not replace it.
    date_of_birth
        ISO 8601.
    home_location
        `latitude`, `longitude`, `name`.
    preferences
        `units`, `channels`, `privacy`, as `user.preferences` has them; what is absent has its default.
    """

    email = UnicodeAttribute(null=True)
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    date_of_birth = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    avatar_url = UnicodeAttribute(null=True)
    bio = UnicodeAttribute(null=True)
    home_location = JSONAttribute(null=True)
    preferences = JSONAttribute(null=True)
    registration = NumberAttribute(null=True)
    verified = BooleanAttribute(null=True)
    edited = BooleanAttribute(null=True)
    created_at = InstantAttribute(null=True)
    version = NumberAttribute(null=True)

    @property
    def user_id(self) -> str:
        """The id of the member."""
        return self.pk.removeprefix(MEMBER_PREFIX)


class Notification(UserRecord, discriminator="notification"):
    """A text that the app shows to a member.

    Attributes
    ----------
    read
        Whether it was marked read by itself.
    read_all_before
        How often all had been marked read when it was stored.
    """

    notification_id = UnicodeAttribute()
    type = UnicodeAttribute()
    content = UnicodeAttribute()
    link = UnicodeAttribute(null=True)
    read = BooleanAttribute()
    read_all_before = NumberAttribute(default=0)
    created_at = InstantAttribute()
    kept_until = InstantAttribute()


class UnreadCount(UserRecord, discriminator="unread_count"):
    """The number of unread notifications that expire in one month, among those of one `read_all_before`."""

    unread = NumberAttribute()
    read_all_before = NumberAttribute(default=0)
    kept_until = InstantAttribute()


class ReadAllMark(UserRecord, discriminator="read_all_mark"):
    """How often a member has marked all notifications read."""

    times = NumberAttribute()
