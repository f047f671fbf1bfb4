"""Response bodies of the user service, made from its records."""

from __future__ import annotations

from solo60.http.response import Tagged
from user.avatars import ShownProfile
from user.preferences import Preferences, preferences_of
from user.profiles import DEFAULT_TIMEZONE
from user.records import Notification
from user.repository import InboxPage
from user.schemas import NotificationPage, NotificationSummary, PreferencesView, ProfileView, PublicProfileView


def profile_view(shown: ShownProfile) -> Tagged[ProfileView]:
    """A member's own profile, with its version as `ETag`."""
    profile = shown.profile
    view = ProfileView.model_validate(
        {
            "id": profile.user_id,
            "email": profile.email,
            "first_name": profile.first_name,
            "last_name": profile.last_name,
            "phone": profile.phone,
            "avatar_url": shown.avatar_url,
            "date_of_birth": profile.date_of_birth,
            "home_location": profile.home_location,
            "timezone": profile.timezone or DEFAULT_TIMEZONE,
            "preferences": preferences_of(profile).values,
            "bio": profile.bio,
            "created_at": profile.created_at,
            "version": profile.version,
        }
    )
    return Tagged(view, view.version)


def preferences_view(preferences: Preferences) -> Tagged[PreferencesView]:
    """A member's preferences. Their version is that of the profile."""
    return Tagged(PreferencesView.model_validate(preferences.values), preferences.version)


def public_profile_view(shown: ShownProfile) -> PublicProfileView:
    """What other members see of a member."""
    profile = shown.profile
    return PublicProfileView(
        id=profile.user_id,
        first_name=profile.first_name or "",
        last_name=profile.last_name or "",
        avatar_url=shown.avatar_url,
        bio=profile.bio,
    )


def notification_page(inbox: InboxPage) -> NotificationPage:
    """A page of a member's notifications."""
    return NotificationPage(
        items=[_notification_summary(notification) for notification in inbox.notifications.items],
        next_cursor=inbox.notifications.next_cursor,
        unread_count=inbox.unread,
    )


def _notification_summary(notification: Notification) -> NotificationSummary:
    return NotificationSummary(
        id=notification.notification_id,
        type=notification.type,
        content=notification.content,
        read=notification.read,
        created_at=notification.created_at,
        link=notification.link,
    )
