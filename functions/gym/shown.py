"""Gyms as they are shown: with the addresses of their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gym.records import Picture
from storage.published import StoreRegistry, picture_address

T = TypeVar("T")

THUMBNAIL_SIZE, SIZE = 400, 1600
"""Of the pictures whose addresses are given, in pixels."""


@dataclass(frozen=True)
class Shown(Generic[T]):
    """What is shown of gyms, with the store that gives their pictures addresses."""

    what: T
    stores: StoreRegistry


@dataclass(frozen=True)
class ShownPicture:
    """A picture with its addresses, which are valid for five minutes at least.

    Attributes
    ----------
    position
        From 1, in the order in which a gym's pictures are shown.
    """

    id: str
    position: int
    url: str
    thumbnail_url: str


def shown_picture(stores: StoreRegistry, picture: Picture, position: int) -> ShownPicture:
    """A picture as it is shown to everybody."""
    stored = picture["picture"]
    return ShownPicture(
        id=picture["id"],
        position=position,
        url=picture_address(stores, stored, SIZE),
        thumbnail_url=picture_address(stores, stored, THUMBNAIL_SIZE),
    )


def shown_pictures(stores: StoreRegistry, pictures: Sequence[Picture]) -> list[ShownPicture]:
    """A gym's pictures, in their order."""
    return [shown_picture(stores, picture, position) for position, picture in enumerate(pictures, 1)]
