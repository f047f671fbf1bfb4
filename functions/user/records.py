"""The user service's table.

====================================  =====================================  ==================================
what                                  key                                    read by
====================================  =====================================  ==================================
a member's profile                    USER#id / PROFILE                      id
whether a member is banned, and from  USER#id / BAN                          id (`solo60.bans`)
when on the member's tokens count
a member's role                       USER#id / ROLE                         id (`solo60.roles`)
a member's bans, past and present     USER#id / BAN_HISTORY#ban              the member, backwards
all admins, with their bans           ADMINS / ADMINS                        changes of roles and bans
members by e-mail                     USERS#EMAIL / e-mail#id                pages of a prefix
members by name                       USERS#NAME / words#id                  pages of a prefix
members who are banned, by the end    USERS#BANNED / until#id                pages from now on
lines of the audit log                AUDIT#day / time#id                    (`solo60.audit`)
a member's notifications              INBOX#id / NOTIFICATION#notification   pages, backwards; one by its id
unread ones, by the month in which    INBOX#id / UNREAD#month                with the first page: they sort
they expire                                                                  after all notifications
how often all were marked read        INBOX#id / READ_ALL                    with the first page, as they are
====================================  =====================================  ==================================

Ids of notifications are in the order of time. A notification and the count that includes it expire at the same instant,
so that the count stays right without recounting. Both say how often all had been marked read before: marking all read
raises one number, however many there are, and what has a lower one is read.

Members are found by folded text (`solo60.text`). A name has an entry that begins with each of its words, so that the
prefix of any word finds it. A partition of entries takes about a thousand writes a second: more registrations and
changes of names than there will be.
"""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    JSONAttribute,
    ListAttribute,
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
    verified
        Whether the e-mail address is verified.
    date_of_birth
        ISO 8601.
    avatar
        The picture, as storage names it: its file's id comes first.
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
    avatar = UnicodeAttribute(null=True)
    bio = UnicodeAttribute(null=True)
    timezone = UnicodeAttribute(null=True)
    home_location = JSONAttribute(null=True)
    preferences = JSONAttribute(null=True)
    verified = BooleanAttribute(null=True)
    created_at = InstantAttribute(null=True)
    version = NumberAttribute(null=True)

    @property
    def user_id(self) -> str:
        """The id of the member."""
        return self.pk.removeprefix(MEMBER_PREFIX)


class Admins(UserRecord, discriminator="admins"):
    """All admins: one item, so that the last one who is not banned stays whatever happens at the same time.

    Attributes
    ----------
    banned_until
        By user id: the end of the last ban, None without one.
    """

    banned_until = JSONAttribute()
    version = NumberAttribute()


class BanEntry(UserRecord, discriminator="ban_entry"):
    """A ban of a member, past or present.

    Attributes
    ----------
    banned_until
        The end that was set; None for a ban without end.
    lifted_at, lifted_by
        When it was lifted or replaced before its end, and by whom.
    """

    ban_id = UnicodeAttribute()
    reason = UnicodeAttribute()
    banned_at = InstantAttribute()
    banned_by = UnicodeAttribute()
    banned_until = InstantAttribute(null=True)
    lifted_at = InstantAttribute(null=True)
    lifted_by = UnicodeAttribute(null=True)


class SearchEntry(UserRecord, discriminator="search_entry"):
    """A text by which a member is found.

    Attributes
    ----------
    words
        The words of the name in their order; None in entries of other texts.
    position
        Of the word with which the entry begins.
    """

    user_id = UnicodeAttribute()
    words: ListAttribute[Any] = ListAttribute(null=True)
    position = NumberAttribute(null=True)


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
