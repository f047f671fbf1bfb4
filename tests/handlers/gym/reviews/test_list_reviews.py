"""GET /gyms/{gym_id}/reviews, and what the deletion of a picture does to a review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from gym.reviews.consumers.forget_review_picture import handler as forget
from gym.reviews.endpoints.list_reviews import handler as list_endpoint
from solo60 import clock
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork
from tests.conftest import LambdaContext, bus_event, call, outbox, sqs_event
from tests.handlers.session.reviews.reviewing import AFTER, attended, listed, review, some_attended
from tests.handlers.session.world import NOW, add_gym, counted_trips
from tests.handlers.storage.conftest import Files
from user.published import create_profile, profile_key
from user.records import Profile


@pytest.fixture(autouse=True)
def _the_day_after(tables: None) -> Iterator[None]:
    with clock.at(AFTER):
        yield


def named(user: str, first_name: str) -> None:
    """Give a member a profile."""
    names = {"email": f"{user[-6:]}@example.com", "first_name": first_name, "last_name": "Example"}
    born = date(1990, 12, 10)
    UnitOfWork().run(
        lambda work: create_profile(work, user, **names, date_of_birth=born, phone=None, registered_at=NOW)
    )


def test_reviews_come_newest_first_with_the_average_of_all() -> None:
    gym = add_gym(buffer_minutes=0)
    for number, member in enumerate(some_attended(gym, 5)):
        with clock.at(AFTER + timedelta(minutes=number)):
            review(*member, number + 1, feedback=str(number))
    first = listed(gym, limit=2)
    assert ([item["feedback"] for item in first["items"]], first["rating"]) == (
        ["4", "3"],
        {"average": 3.0, "count": 5},
    )
    second = listed(gym, limit=2, cursor=first["next_cursor"])
    last = listed(gym, limit=2, cursor=second["next_cursor"])
    assert [item["feedback"] for item in second["items"] + last["items"]] == ["2", "1", "0"]
    assert last["next_cursor"] is None
    with counted_trips() as trips:
        listed(gym)
    assert trips.operations == ["GetItem", "Query", "BatchGetItem"]


def test_an_author_is_named_as_far_as_everybody_may_see_the_profile() -> None:
    gym = add_gym(buffer_minutes=0)
    shown, hidden, unknown = some_attended(gym, 3)
    named(shown[0], "Robin")
    named(hidden[0], "Gail")
    privacy = {"discoverable": True, "profile_visibility": "friends", "share_sessions": True}
    set_privacy(hidden[0], privacy)
    for minute, member in enumerate((shown, hidden, unknown)):
        with clock.at(AFTER + timedelta(minutes=minute)):
            review(*member)
    assert [item["author"] for item in listed(gym)["items"]] == ["Member", "Member", "Robin"]
    assert shown[0] not in str(listed(gym))


def set_privacy(user: str, privacy: dict[str, object]) -> None:
    """Change who sees a member's profile."""
    key = profile_key(user)
    key.blank().update([Profile.preferences.set({"privacy": privacy})])


def test_a_gym_without_reviews_has_no_average_and_an_unknown_one_is_not_found() -> None:
    body = listed(add_gym())
    assert (body["items"], body["next_cursor"], body["rating"]) == ([], None, {"average": None, "count": 0})
    assert call(list_endpoint, path={"gym_id": new_id()}).code == "gym_not_found"
    assert call(list_endpoint, path={"gym_id": "soho"}).status == 422


def test_a_picture_that_is_deleted_as_a_file_is_gone_from_its_review() -> None:
    gym, files = add_gym(), Files()
    user, session = attended(gym)
    first = files.stored(user, purpose="review_picture")
    review(user, session, picture_file_id=first)
    assert files.delete(user, first).status == 204
    (event,) = outbox("storage", "FileDeleted")
    message = bus_event("storage", "FileDeleted", event["data"], event_id=event["event_id"])
    for _ in range(2):
        assert forget(sqs_event(message), LambdaContext()) == {"batchItemFailures": []}
    assert listed(gym)["items"][0]["picture_url"] is None
    for attached_to in ("user#x", None, f"review#{session}#{new_id()}"):
        other = bus_event("storage", "FileDeleted", {**event["data"], "attached_to": attached_to})
        assert forget(sqs_event(other), LambdaContext()) == {"batchItemFailures": []}
