"""What the endpoints for pictures take and answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gym.pictures.changes import MOST_PICTURES
from gym.schemas import PictureSummary
from solo60.models import Identifier, RequestModel


class AddPictureRequest(RequestModel):
    """An uploaded file that becomes a picture of a gym."""

    file_id: Identifier
    position: Annotated[int, Field(ge=1, le=MOST_PICTURES)] | None = Field(
        default=None,
        description="From 1; those from there on move. A position behind the last picture is the last one, as is none.",
    )


class PictureView(PictureSummary):
    """A picture of a gym. Its `ETag` is that of its gym."""
