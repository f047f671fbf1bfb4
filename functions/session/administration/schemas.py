"""Request and response bodies of what admins see of sessions."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from session.schemas import SessionView
from solo60.models import AnyDate, Id, Identifier, Instant, Page, RequestModel, ResponseModel, Text

MAX_REASON = 500


class SessionsOfQuery(RequestModel):
    """Selects the sessions of a gym's day, or those of a member."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"user_id": "01996f1c-02b7-7a11-8f3d-0c9e5b2a4d10"}]})

    gym_id: Identifier | None = Field(default=None, description="With `date`: the sessions that start there that day.")
    date: AnyDate | None = Field(default=None, description="On the gym's calendar.", examples=["2026-03-02"])
    user_id: Identifier | None = Field(
        default=None, validate_default=True, description="The sessions of a member, the latest first."
    )
    cancelled: bool = Field(default=False, description="Of a member: those that were cancelled instead of the others.")

    @field_validator("user_id")
    @classmethod
    def _one_of_them(cls, user_id: UUID | None, info: ValidationInfo) -> UUID | None:
        given = [name for name in ("gym_id", "date") if info.data.get(name) is not None]
        if not {"gym_id", "date"} <= info.data.keys():
            return user_id  # One of them is refused already.
        if len(given) == 1 or bool(given) == (user_id is not None):
            raise ValueError("Give either gym_id and date, or user_id.")
        return user_id


class SessionsOfPage(Page[SessionView]):
    """A page of sessions."""


class StepView(ResponseModel):
    """A step of a session's life."""

    step: str = Field(examples=["checked_in"])
    at: Instant
    actor: str = Field(description="`host`, `guest`, `admin` or `company`: a job.", examples=["host"])
    actor_id: Id | None
    details: dict[str, Any]


class LoggedSessionView(SessionView):
    """A session with its log."""

    log: list[StepView] = Field(description="Who did what, and when, in that order.")


class Refund(StrEnum):
    """What goes back."""

    FULL = "full"
    NONE = "none"


class CancelMembersSessionRequest(RequestModel):
    """Why a session is cancelled, and what goes back."""

    reason: Annotated[Text, Field(min_length=1, max_length=MAX_REASON)] = Field(
        description="The member is told.", examples=["The heating has failed."]
    )
    refund: Refund = Field(default=Refund.FULL, description="`full` at any time, or `none`.")
