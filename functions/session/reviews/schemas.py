"""Request and response bodies of reviews."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from solo60.models import Id, Identifier, Instant, Line, RequestModel, ResponseModel, Text, unset

Rating = Annotated[int, Field(ge=1, le=5, strict=True, examples=[5])]
Feedback = Annotated[Text, Field(max_length=2000, examples=["Clean, quiet, and everything was in its place."])]
PICTURE = "A file that I have uploaded for the purpose `review_picture`."


class ReviewSessionRequest(RequestModel):
    """What to say of a session."""

    rating: Rating
    feedback: Feedback = ""
    picture_file_id: Identifier | None = Field(default=None, description=PICTURE)


class ChangeReviewRequest(RequestModel):
    """What to change; what is not given stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rating": 3, "feedback": "The shower was cold."}]})
    rating: Rating = unset()
    feedback: Feedback = unset()
    picture_file_id: Identifier | None = Field(default=None, description=PICTURE + " null for none.")

    def given(self) -> dict[str, Any]:
        """What was sent."""
        values = self.model_dump(exclude_unset=True)
        if values.get("picture_file_id") is not None:
            values["picture_file_id"] = str(values["picture_file_id"])
        return values


class TakeDownQuery(RequestModel):
    """Which review to take down, and why."""

    reason: Annotated[Line, Field(min_length=1, max_length=500, examples=["Names another member."])] | None = Field(
        default=None, description="It stands in the audit log."
    )
    user_id: Identifier | None = Field(default=None, description="Whose review; without it that of the host.")


class ReviewView(ResponseModel):
    """My review of a session."""

    id: Id
    session_id: Id
    gym_id: Id
    rating: int
    feedback: str
    picture_url: str | None = Field(description="Valid for some minutes.")
    version: int
    created_at: Instant
    changed_at: Instant | None
