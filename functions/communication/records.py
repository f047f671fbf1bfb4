"""Records of the communication service's table.

| what | PK | SK | index |
|---|---|---|---|
| a message | `MESSAGE#<id>` | `MESSAGE` | `by_member`: `MEMBER#<user id>`, `<created_at>#<id>` |
| its attempts | `MESSAGE#<id>` | `ATTEMPT#<time>#<number>#<id>` | |
| a member's contact data | `CONTACT#<user id>` | `CONTACT` | |
| a suppressed address | `ADDRESS#<lower-case address>` | `SUPPRESSION` | |
| a provider's circuit breaker | `PROVIDER#<name>` | `BREAKER` | |

| question | answered by |
|---|---|
| acquire the lease of a message | UpdateItem on the message |
| is this address suppressed, which providers are paused | one BatchGetItem |
| a member's messages, newest first | Query on `by_member` |
| all attempts of a message | Query on its PK |
| all that is kept of a removed registration | Query on `by_member`, then on the PK of each message |
| name and address of a member | BatchGetItem on the contact, with the guards of the transaction |
"""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    DiscriminatorAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from solo60.records import InstantAttribute, Record, RecordIndex


class CommunicationRecord(Record):
    """Base of the service's records."""

    class Meta:
        table_name = "unset"
        domain = "communication"

    kind = DiscriminatorAttribute()


class ByMember(RecordIndex[Record], name="by_member"):
    """A member's messages by time."""


class Message(CommunicationRecord, discriminator="message"):
    """One message to one member over one channel.

    Attributes
    ----------
    variables
        The template's variables. Removed from a settled message whose template contains a secret.
    calendar
        The calendar entry to attach.
    send_before
        From this instant on, the message is skipped.
    lease_id, leased_until
        The current delivery. No other delivery starts before `leased_until`.
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
    lease_id = UnicodeAttribute(null=True)
    leased_until = InstantAttribute(null=True)


class Attempt(CommunicationRecord, discriminator="attempt"):
    """A provider's response to a message; `error` is a code, never the provider's text."""

    message_id = UnicodeAttribute()
    provider = UnicodeAttribute()
    outcome = UnicodeAttribute()
    error = UnicodeAttribute(null=True)
    provider_message_id = UnicodeAttribute(null=True)
    attempted_at = InstantAttribute()


class Contact(CommunicationRecord, discriminator="contact"):
    """A member's contact data, collected from events of the auth and user services.

    Attributes
    ----------
    registration
        The highest registration applied.
    profile_version
        The highest profile version applied; 0 if the names are those of the registration.
    revision
        Rises with each write, as the condition of the next one.
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
    """An address that no provider sends mail to."""

    address = UnicodeAttribute()
    reason = UnicodeAttribute()
    provider = UnicodeAttribute()
    since = InstantAttribute()


class Breaker(CommunicationRecord, discriminator="breaker"):
    """The state of a provider: consecutive failures, and the end of its pause."""

    provider = UnicodeAttribute()
    failures = NumberAttribute(default=0)
    paused_until = InstantAttribute(null=True)
