"""Records of the session service's table.

| access pattern                                   | where                                                          |
|--------------------------------------------------|----------------------------------------------------------------|
| a session                                        | `SESSION#<id>`, `SESSION`                                      |
| a gym's sessions, by their start                 | by_gym: `GYM#<gym>`, `<starts_at>#<id>`                        |
| a session's steps, in their order                | `SESSION#<id>`, `STEP#<instant>#<version>`                     |
| the taken slots of a member on a UTC day         | `USER#<user>`, `DAY#<yyyy-mm-dd>`                              |
| a member's sessions, not cancelled, by their end | by_member: `USER#<user>#BOOKED`, `<ends_at>#<id>`              |
| a member's cancelled sessions, by their start    | by_member: `USER#<user>#CANCELLED`, `<starts_at>#<id>`         |
| a member's holds, and when the next one expires  | `USER#<user>`, `HOLDS`; by_due (`solo60.due`)                   |
| sessions with a step that is due                 | by_due (`solo60.due`)                                          |
| a member's strikes                               | `USER#<user>`, `STRIKES`                                       |
| late cancellations of a gym's sessions           | `GYM#<gym>`, `LATE_CANCELLATION#<starts_at>#<id>`              |
| how far a ban's cancellations are                | `CHUNKS#BAN#<ban>`, `PROGRESS` (`solo60.chunks`)               |
| the invitation of an address to a session        | `SESSION#<id>`, `INVITATION#<e-mail>`                          |
| where an invitation is                           | `INVITATION#<invitation id>`, `PLACE`                          |
| invitations to an address, pending and accepted  | by_invitee: `INVITEE#<e-mail>`, `<invited_at>#<invitation id>` |
| a guest of a session                             | `SESSION#<id>`, `GUEST#<user>`                                 |
| a member's calendar feed                         | `USER#<user>`, `CALENDAR_FEED`                                 |
| whose feed a token opens                         | `CALENDAR_FEED#<hash of the token>`, `OWNER`                   |
| the sessions that a member is a guest of         | by_member: `USER#<user>#GUEST`, `<accepted_at>#<session>`      |

A member's sessions never overlap unless cancelled. So their order by end is their order by start, and one key condition
separates those that have ended from the others.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from gym.published import SlotDay
from solo60.due import DueIndex
from solo60.records import InstantAttribute, Record, RecordIndex


class SessionRecord(Record):
    """Base of the table's records."""

    class Meta:
        table_name = "unset"
        domain: ClassVar[str] = "session"

    kind = DiscriminatorAttribute()


class ByMember(RecordIndex[Record], name="by_member"):
    """A member's sessions."""


class ByInvitee(RecordIndex[Record], name="by_invitee"):
    """The invitations to an e-mail address."""


class ByGym(RecordIndex[Record], name="by_gym"):
    """A gym's sessions."""


class CreditAllocationAttribute(MapAttribute[str, Any]):
    """How many credits a session took from one credit lot."""

    pot = UnicodeAttribute()
    amount = NumberAttribute()
    lot_id = UnicodeAttribute()
    expires_at = InstantAttribute()


class Session(SessionRecord, discriminator="session"):
    """A session, with the gym's name, address and policy at the time of booking."""

    id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    gym_id = UnicodeAttribute()
    gym_name = UnicodeAttribute()
    gym_address = UnicodeAttribute()
    timezone = UnicodeAttribute()
    starts_at = InstantAttribute()
    ends_at = InstantAttribute()
    booking_date = UnicodeAttribute()
    start_time = UnicodeAttribute()
    end_time = UnicodeAttribute()
    """`booking_date`, `start_time` and `end_time` are local to the gym."""
    duration = NumberAttribute()
    status = UnicodeAttribute()
    price_credits = NumberAttribute()
    price_amount = NumberAttribute()
    price_currency = UnicodeAttribute()
    credit_allocations: ListAttribute[CreditAllocationAttribute] = ListAttribute(of=CreditAllocationAttribute)
    refundable_until = InstantAttribute()
    invitees: ListAttribute[Any] = ListAttribute(default=list)
    """E-mail addresses with an invitation that is pending or accepted."""
    guests: ListAttribute[Any] = ListAttribute(default=list)
    """User ids of the guests who have accepted: with the host never more than the gym holds."""
    invitations_sent = NumberAttribute(default=0)
    """How many invitations were ever sent, those included that were declined or withdrawn."""
    version = NumberAttribute()
    sequence = NumberAttribute()
    """The sequence number of the calendar entry: rises with each change of it."""
    created_at = InstantAttribute()
    changed_at = InstantAttribute()
    """When it was written last, whatever of it has changed."""
    cancelled_at = InstantAttribute(null=True)
    refunded_credits = NumberAttribute(null=True)
    """The refund of a cancelled session, 0 after a late cancellation; None before."""
    moves = NumberAttribute(default=0)
    """How often it was moved."""
    check_ins = JSONAttribute(default=dict)
    """When who has checked in, by user id."""
    checked_out_at = InstantAttribute(null=True)
    released_from = InstantAttribute(null=True)
    """From when on the rest of its time is free, after an early check-out."""
    due_since = InstantAttribute(null=True)
    """What was due until then has happened: reminders, the verdict on its attendance."""
    by_due_pk = UnicodeAttribute(null=True)
    by_due_sk = UnicodeAttribute(null=True)
    by_due = DueIndex()
    refund_if_rebooked = BooleanAttribute(default=False)
    """Cancelled too late, and not refunded since: the member gets the credits back if another member books the time."""
    by_member_pk = UnicodeAttribute()
    by_member_sk = UnicodeAttribute()
    by_member = ByMember()
    by_gym_pk = UnicodeAttribute()
    by_gym_sk = UnicodeAttribute()
    by_gym = ByGym()

    @property
    def participants(self) -> list[str]:
        """The user ids of the host and of the guests who have accepted."""
        return [self.user_id, *(self.guests or ())]


class Strikes(SessionRecord, discriminator="strikes"):
    """The strikes of a member, for sessions that nobody checked in to."""

    strikes = JSONAttribute()
    """A list of `{session_id, at}`; `at` is the end of the session."""
    version = NumberAttribute()


class MemberHolds(SessionRecord, discriminator="member_holds"):
    """The holds of a member: all of them in one item, so that their number is bounded."""

    user_id = UnicodeAttribute()
    holds = JSONAttribute()
    """A list of `{id, gym_id, starts_at, duration, expires_at, given_back}`; some may have expired."""
    version = NumberAttribute()
    by_due_pk = UnicodeAttribute(null=True)
    by_due_sk = UnicodeAttribute(null=True)
    by_due = DueIndex()


class SessionStep(SessionRecord, discriminator="session_step"):
    """A step of a session's life: what happened, when, and who did it."""

    at = InstantAttribute()
    step = UnicodeAttribute()
    actor = UnicodeAttribute()
    actor_id = UnicodeAttribute(null=True)
    details = JSONAttribute()


class Invitation(SessionRecord, discriminator="invitation"):
    """The invitation of an e-mail address to a session: its owner may accept, also one who registers later."""

    id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    host_id = UnicodeAttribute()
    email = UnicodeAttribute()
    """In lower case, as all addresses are compared."""
    status = UnicodeAttribute()
    """As it was answered or withdrawn; whether the session has begun or is cancelled is not in it."""
    user_id = UnicodeAttribute(null=True)
    """Of the member who has answered."""
    invited_at = InstantAttribute()
    answered_at = InstantAttribute(null=True)
    by_invitee_pk = UnicodeAttribute(null=True)
    by_invitee_sk = UnicodeAttribute(null=True)
    by_invitee = ByInvitee()


class InvitationPlace(SessionRecord, discriminator="invitation_place"):
    """Which invitation has an id. It is written once."""

    session_id = UnicodeAttribute()
    gym_id = UnicodeAttribute()
    host_id = UnicodeAttribute()
    email = UnicodeAttribute()


class Guest(SessionRecord, discriminator="guest"):
    """A guest who has accepted an invitation to a session."""

    user_id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    invitation_id = UnicodeAttribute()
    by_member_pk = UnicodeAttribute()
    by_member_sk = UnicodeAttribute()
    by_member = ByMember()


class CalendarFeed(SessionRecord, discriminator="calendar_feed"):
    """Which token opens a member's calendar feed. The token itself is stored nowhere."""

    token_hash = UnicodeAttribute()


class FeedOwner(SessionRecord, discriminator="feed_owner"):
    """Whose calendar feed a token opens."""

    user_id = UnicodeAttribute()


class RebookedTime(MapAttribute[str, Any]):
    """A booking of the time, or of a part of it, by another member."""

    starts_at = InstantAttribute()
    ends_at = InstantAttribute()
    held_until = InstantAttribute()
    """`ends_at` and the buffer behind it."""


class LateCancellation(SessionRecord, discriminator="late_cancellation"):
    """A session that was cancelled too late. Its member is refunded if another member books its time."""

    session_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    starts_at = InstantAttribute()
    ends_at = InstantAttribute()
    rebooked: ListAttribute[RebookedTime] = ListAttribute(of=RebookedTime, default=list)
    """What other members have booked since, none of it inside another: also what they have cancelled again."""
    version = NumberAttribute(default=1)


class MemberDay(SessionRecord, SlotDay, discriminator="member_day"):
    """The taken slots of a member on a UTC day."""
