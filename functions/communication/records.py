"""The communication service's records.

| what | PK | SK | index |
|---|---|---|---|
| a message | `MESSAGE#<id>` | `MESSAGE` | `by_member`: `MEMBER#<user id>`, `<created_at>#<id>` |
| its attempts | `MESSAGE#<id>` | `ATTEMPT#<time>#<number>#<id>` | |
| whom to write to | `CONTACT#<user id>` | `CONTACT` | |
| an address that nothing is sent to | `ADDRESS#<lower-case address>` | `SUPPRESSION` | |
| a provider's circuit breaker | `PROVIDER#<name>` | `BREAKER` | |

| question | answered by |
|---|---|
| deliver this message, alone | UpdateItem on the message: the lease |
| may this address have mail, which providers rest | one BatchGetItem |
| what was sent to me, newest first | Query on `by_member` |
| every attempt of a message | Query on its PK |
| what is this member called, where does mail go | GetItem on the contact |
"""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from solo60.records import InstantAttribute, Record


class CommunicationRecord(Record):
    """Base of the service's records."""

    class Meta:
        table_name = "unset"
        domain = "communication"

    kind = DiscriminatorAttribute()


class ByMember(GlobalSecondaryIndex["Message"]):  # type: ignore[no-untyped-call]
    """A member's messages by time."""

    class Meta:
        index_name = "by_member"
        projection = AllProjection()

    by_member_pk = UnicodeAttribute(hash_key=True)
    by_member_sk = UnicodeAttribute(range_key=True)


class Message(CommunicationRecord, discriminator="message"):
    """One message to one member over one channel.

    Attributes
    ----------
    variables
        What the template is filled with; gone once a message whose template holds a secret has ended.
    calendar
        The calendar entry to attach.
    send_before
        After this instant it is skipped.
    lease_until, lease
        Who delivers it now: nobody else does before `lease_until`.
    """

    by_member = ByMember()
    by_member_pk = UnicodeAttribute()
    by_member_sk = UnicodeAttribute()
    message_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    event_id = UnicodeAttribute()
    channel = UnicodeAttribute()
    category = UnicodeAttribute()
    template = UnicodeAttribute()
    template_version = NumberAttribute()
    to = UnicodeAttribute()
    to_name = UnicodeAttribute(null=True)
    subject = UnicodeAttribute()
    variables: JSONAttribute = JSONAttribute(null=True)
    calendar: JSONAttribute = JSONAttribute(null=True)
    send_before = InstantAttribute(null=True)
    status = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    provider = UnicodeAttribute(null=True)
    provider_message_id = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    settled_at = InstantAttribute(null=True)
    lease_until = InstantAttribute(null=True)
    lease = UnicodeAttribute(null=True)


class Attempt(CommunicationRecord, discriminator="attempt"):
    """One provider's answer to one message; `error` is a word, never the provider's text."""

    message_id = UnicodeAttribute()
    provider = UnicodeAttribute()
    outcome = UnicodeAttribute()
    error = UnicodeAttribute(null=True)
    provider_message_id = UnicodeAttribute(null=True)
    attempted_at = InstantAttribute()


class Contact(CommunicationRecord, discriminator="contact"):
    """Whom to write to, gathered from the auth and user services' events.

    Attributes
    ----------
    registration
        The highest registration applied.
    profile_version
        The highest profile version applied; 0: the names are those of the registration.
    revision
        Rises with each write, so that two consumers do not undo each other.
    """

    user_id = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    timezone = UnicodeAttribute()
    locale = UnicodeAttribute()
    verified = BooleanAttribute(default=False)
    registration = NumberAttribute(default=0)
    profile_version = NumberAttribute(default=0)
    revision = NumberAttribute(default=0)


class Suppression(CommunicationRecord, discriminator="suppression"):
    """An address that nothing is sent to, whichever provider."""

    address = UnicodeAttribute()
    reason = UnicodeAttribute()
    provider = UnicodeAttribute()
    since = InstantAttribute()


class Breaker(CommunicationRecord, discriminator="breaker"):
    """How a provider does: failures in a row, and until when it rests."""

    provider = UnicodeAttribute()
    failures = NumberAttribute(default=0)
    resting_until = InstantAttribute(null=True)
