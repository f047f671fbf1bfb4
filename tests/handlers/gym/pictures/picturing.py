"""Pictures of gyms, through the endpoints."""

from __future__ import annotations

from typing import Any

from gym.endpoints.get_gym import handler as get_gym
from gym.pictures.consumers.forget_picture import handler as forget
from gym.pictures.endpoints.add_picture import handler as add_picture
from gym.pictures.endpoints.remove_picture import handler as remove_picture
from tests.conftest import Answer, LambdaContext, bus_event, call, outbox, sqs_event
from tests.handlers.gym.making import ADMIN
from tests.handlers.storage.conftest import Files


def uploaded(files: Files, user: str = ADMIN) -> str:
    """The id of an active file for a picture of a gym."""
    return files.stored(user, purpose="gym_picture", admin=True)


def add(gym_id: str, file_id: str, position: Any = None, *, user: str = ADMIN, key: str | None = None) -> Answer:
    """Let a file be a picture of a gym."""
    body = {"file_id": file_id} if position is None else {"file_id": file_id, "position": position}
    headers = {} if key is None else {"Idempotency-Key": key}
    return call(add_picture, user=user, admin=True, path={"gym_id": gym_id}, body=body, headers=headers)


def remove(gym_id: str, picture_id: str) -> Answer:
    """Remove a picture from a gym."""
    path = {"gym_id": gym_id, "picture_id": picture_id}
    return call(remove_picture, user=ADMIN, admin=True, path=path)


def shown(gym_id: str) -> list[dict[str, Any]]:
    """The pictures that a gym shows."""
    pictures: list[dict[str, Any]] = call(get_gym, path={"gym_id": gym_id}).json["pictures"]
    assert [picture["position"] for picture in pictures] == list(range(1, len(pictures) + 1))
    return pictures


def order(gym_id: str) -> list[str]:
    """The ids of the pictures that a gym shows."""
    return [picture["id"] for picture in shown(gym_id)]


def hear_deletions() -> None:
    """Let the gym service apply that files were deleted."""
    for event in outbox("storage", "FileDeleted"):
        message = bus_event("storage", "FileDeleted", event["data"], event_id=event["event_id"])
        assert forget(sqs_event(message), LambdaContext()) == {"batchItemFailures": []}
