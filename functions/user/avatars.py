"""Avatars: pictures in storage that belong to profiles."""

from __future__ import annotations

from dataclasses import dataclass

from solo60.problems import PreconditionFailed
from solo60.records import Read
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
    picture_address,
    picture_of,
    release,
    require_usable,
)
from user.profiles import ready
from user.records import Profile
from user.repository import ProfileRepository, profile_key

SIZE = 256
"""Of the picture whose address is given, in pixels."""


@dataclass(frozen=True)
class ShownProfile:
    """A profile with the address of its avatar, which is valid for at least five minutes."""

    profile: Profile
    avatar_url: str | None


def shown(stores: StoreRegistry, profile: Profile) -> ShownProfile:
    """A profile as it is shown to somebody who may see it."""
    return ShownProfile(profile, picture_address(stores, profile.avatar, SIZE) if profile.avatar else None)


def set_avatar(
    uow: UnitOfWork,
    profiles: ProfileRepository,
    files: FileRepository,
    log: AccessLogRepository,
    *,
    user_id: str,
    file_id: str,
    seen_version: int | None,
) -> Profile:
    """Let a file of the member be the avatar, and delete the one before. The same file again changes nothing.

    Parameters
    ----------
    seen_version
        The version of the profile that the caller has seen; None for any version.

    Raises
    ------
    ProfileNotReady
        The caller has no profile.
    PreconditionFailed
        The profile has changed since the caller read it.
    FileNotFound, FileNotActive, FileInUse, InvalidRequest
        The file cannot be the avatar.
    """

    def act(work: Work) -> Profile:
        found = work.read(profile_key(user_id), file_key(file_id))
        profile = ready(found[profile_key(user_id)])
        PreconditionFailed.unless_seen(seen_version, int(profile.version or 0))
        file = require_usable(found[file_key(file_id)], owner_id=user_id, purpose=Purpose.AVATAR)
        picture = picture_of(file)
        if profile.avatar == picture:
            return profile
        attach(work, files, file, to=_owner_of(user_id))
        if profile.avatar is not None:
            release(work, files, log, _file_of(work.read, profile.avatar), actor_id=user_id)
        return profiles.change(work, profile, {"avatar": picture})

    return uow.run(act)


def forget(uow: UnitOfWork, profiles: ProfileRepository, deleted: FileDeleted) -> None:
    """Let go of an avatar whose file was deleted. Another file that has become the avatar since stays."""

    def act(work: Work) -> None:
        profile = profiles.find(work.read, deleted.owner_id)
        if profile is not None and profile.avatar is not None and _file_id_of(profile.avatar) == deleted.file_id:
            profiles.change(work, profile, {"avatar": None})

    if deleted.attached_to == _owner_of(deleted.owner_id):
        uow.run(act)


def _owner_of(user_id: str) -> str:
    return f"user#{user_id}"


def _file_id_of(picture: str) -> str:
    return picture.split("/", 1)[0]


def _file_of(read: Read, picture: str) -> StoredFile | None:
    key = file_key(_file_id_of(picture))
    return read(key)[key]
