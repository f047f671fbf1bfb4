"""Adding pictures to gyms, moving them and removing them.

A gym's record has its pictures in their order, each under the id of its file in storage.
"""

from __future__ import annotations

from dataclasses import dataclass

from gym.editing import existing, revised
from gym.errors import GymNotFound, TooManyPictures
from gym.records import Gym, Picture
from gym.repository import GymRepository, gym_key
from gym.shown import ShownPicture, shown_picture
from solo60.unit_of_work import UnitOfWork, Work
from storage.events import FileDeleted
from storage.published import (
    AccessLogRepository,
    FileRepository,
    Purpose,
    StoredFile,
    StoreRegistry,
    attach,
    file_key,
    picture_of,
    release,
    require_usable,
    rules_of,
)

MOST_PICTURES = rules_of(Purpose.GYM_PICTURE).max_attached
_OWNER = "gym#"


@dataclass(frozen=True)
class Placed:
    """A picture in its place, and the version of its gym."""

    picture: ShownPicture
    gym_version: int


@dataclass(frozen=True)
class Placing:
    """Which file is to become which picture of a gym.

    Attributes
    ----------
    owner_id
        Who asks, and has uploaded the file.
    position
        From 1; None for the last one, or for where it is.
    """

    gym_id: str
    owner_id: str
    file_id: str
    position: int | None


def place(
    uow: UnitOfWork, gyms: GymRepository, files: FileRepository, stores: StoreRegistry, placing: Placing
) -> Placed:
    """Let a file be a picture of a gym. A file that is one moves to the position, if there is one.

    Raises
    ------
    GymNotFound
        There is no such gym.
    FileNotFound, FileNotActive, FileInUse, InvalidRequest
        The file cannot be a picture of this gym.
    TooManyPictures
        The gym has as many as it can have.
    """

    def act(work: Work) -> Placed:
        found = work.read(gym_key(placing.gym_id), file_key(placing.file_id))
        gym = found[gym_key(placing.gym_id)]
        if gym is None:
            raise GymNotFound
        picture = _found(gym, placing.file_id)
        if picture is None:
            picture = _attached(work, files, gym, found[file_key(placing.file_id)], placing)
        others = [other for other in gym.pictures if other["id"] != picture["id"]]
        index = _index(gym, picture, placing.position, len(others))
        pictures = [*others[:index], picture, *others[index:]]
        version = int(gym.version)
        if pictures != gym.pictures:
            work.record_change("gym", gym.id, {"picture": picture["id"], "position": index + 1})
            version = _write(work, gyms, gym, pictures)
        return Placed(shown_picture(stores, picture, index + 1), version)

    return uow.run(act)


def remove(
    uow: UnitOfWork,
    gyms: GymRepository,
    files: FileRepository,
    log: AccessLogRepository,
    *,
    gym_id: str,
    picture_id: str,
    actor_id: str,
) -> None:
    """Remove a picture from a gym, and delete its file. What is not there is removed already.

    Raises
    ------
    GymNotFound
        There is no such gym.
    """

    def act(work: Work) -> None:
        found = work.read(gym_key(gym_id), file_key(picture_id))
        gym = found[gym_key(gym_id)]
        if gym is None:
            raise GymNotFound
        if _found(gym, picture_id) is None:
            return
        release(work, files, log, found[file_key(picture_id)], actor_id=actor_id)
        work.record_change("gym", gym_id, {"picture_removed": picture_id})
        _write(work, gyms, gym, _without(gym, picture_id))

    uow.run(act)


def forget(uow: UnitOfWork, gyms: GymRepository, deleted: FileDeleted) -> None:
    """Let go of a picture whose file was deleted."""
    owner = deleted.attached_to
    if owner is None or not owner.startswith(_OWNER):
        return
    gym_id = owner.removeprefix(_OWNER)

    def act(work: Work) -> None:
        gym = existing(work, gyms, gym_id)
        if _found(gym, deleted.file_id) is not None:
            _write(work, gyms, gym, _without(gym, deleted.file_id))

    uow.run(act)


def _found(gym: Gym, picture_id: str) -> Picture | None:
    return next((picture for picture in gym.pictures if picture["id"] == picture_id), None)


def _without(gym: Gym, picture_id: str) -> list[Picture]:
    return [picture for picture in gym.pictures if picture["id"] != picture_id]


def _attached(work: Work, files: FileRepository, gym: Gym, file: StoredFile | None, placing: Placing) -> Picture:
    """A new picture of a gym, whose file belongs to it from now on."""
    usable = require_usable(file, owner_id=placing.owner_id, purpose=Purpose.GYM_PICTURE)
    if len(gym.pictures) >= MOST_PICTURES:
        raise TooManyPictures
    attach(work, files, usable, to=f"{_OWNER}{gym.id}")
    return Picture(id=usable.file_id, picture=picture_of(usable))


def _index(gym: Gym, picture: Picture, position: int | None, last: int) -> int:
    """Where a picture goes, from 0, among `last` others."""
    if position is not None:
        return min(position - 1, last)
    return gym.pictures.index(picture) if picture in gym.pictures else last


def _write(work: Work, gyms: GymRepository, before: Gym, pictures: list[Picture]) -> int:
    """Let a gym have other pictures; its version then."""
    after = revised(before, pictures=pictures)
    gyms.change(work, before, after)
    return int(after.version)
