"""Bodies about pictures."""

from __future__ import annotations

from gym.pictures.changes import Placed
from gym.pictures.schemas import PictureView
from solo60.http.response import Tagged


def picture_view(placed: Placed) -> Tagged[PictureView]:
    """A picture, with the version of its gym as `ETag`."""
    return Tagged(PictureView.model_validate(placed.picture, from_attributes=True), placed.gym_version)
