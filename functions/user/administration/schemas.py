"""Request and response bodies of the administration of members."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from solo60 import clock
from solo60.fields import DateOfBirth, PersonName, PhoneNumber
from solo60.http.request import Role
from solo60.models import Id, Instant, InstantInput, Line, Page, RequestModel, ResponseModel, Text, unset
from solo60.text import words
from user.schemas import MAX_BIO

MAX_REASON = 1000


class MemberStatus(StrEnum):
    """Whether a member is banned now."""

    ACTIVE = "active"
    BANNED = "banned"


def _with_words(text: str) -> str:
    if not words(text):
        raise ValueError("This must have letters or digits.")
    return text


def _in_the_future(instant: datetime) -> datetime:
    if instant <= clock.now():
        raise ValueError("This must be in the future.")
    return instant


class MembersQuery(RequestModel):
    """A search for members; all that is given has to hold."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "robin", "status": "active"}]})

    email: Annotated[Line, Field(min_length=1, max_length=254)] | None = Field(
        default=None, description="The beginning of the e-mail address."
    )
    name: Annotated[Line, Field(min_length=1, max_length=100), AfterValidator(_with_words)] | None = Field(
        default=None,
        description="Every word has to begin a word of the name. Case and accents do not count.",
    )
    status: MemberStatus | None = None
    role: Role | None = None


class CorrectMemberRequest(RequestModel):
    """Fields to correct; the others stay unchanged. Null clears `phone` and `bio`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"last_name": "Okafor", "phone": "+447700900123"}]})

    first_name: PersonName = unset()
    last_name: PersonName = unset()
    date_of_birth: DateOfBirth = unset()
    phone: PhoneNumber | None = unset()
    bio: Annotated[Text, Field(max_length=MAX_BIO)] | None = unset()

    @field_validator("first_name", "last_name", "date_of_birth", mode="before")
    @classmethod
    def _cannot_be_cleared(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("This must not be null.")
        return value

    def changes(self) -> dict[str, Any]:
        """New values by field name; None clears a field."""
        given: dict[str, Any] = self.model_dump(mode="json", exclude_unset=True)
        return {**given, "bio": given["bio"] or None} if "bio" in given else given


class BanMemberRequest(RequestModel):
    """Why a member is banned, and until when."""

    reason: Annotated[Text, Field(min_length=1, max_length=MAX_REASON)] = Field(examples=["Damaged equipment."])
    until: Annotated[InstantInput, AfterValidator(_in_the_future)] | None = Field(
        default=None, description="The end of the ban; null or absent for a ban without end."
    )


class ChangeRoleRequest(RequestModel):
    """The role that a member is to have."""

    role: Role = Field(examples=[Role.ADMIN])
    reset_second_factor: bool = Field(
        default=False,
        description="For another admin who has lost the second factor: all logins end, the next one sets up a new one.",
    )

    @model_validator(mode="after")
    def _only_admins_have_one(self) -> Self:
        if self.reset_second_factor and self.role is not Role.ADMIN:
            raise ValueError("Only an admin has a second factor.")
        return self


class MemberSummary(ResponseModel):
    """A member in a list for admins."""

    id: Id
    email: str
    first_name: str
    last_name: str
    role: Role
    status: MemberStatus
    banned_until: Instant | None = Field(description="Null without a ban, and for a ban without end.")
    created_at: Instant


class MemberPage(Page[MemberSummary]):
    """A page of members."""


class MemberAccountView(MemberSummary):
    """A member as admins see them."""

    verified: bool = Field(description="Whether the e-mail address is verified.")
    phone: str | None
    date_of_birth: date
    bio: str | None
    version: int = Field(description="The ETag, as a number.")


class BanView(ResponseModel):
    """A ban, past or present."""

    id: Id
    reason: str
    banned_at: Instant
    banned_by: Id
    banned_until: Instant | None = Field(description="The end that was set; null for a ban without end.")
    lifted_at: Instant | None = Field(description="When it was lifted or replaced before its end.")
    lifted_by: Id | None


class MemberDetailsView(MemberAccountView):
    """A member as admins see them, with the last 100 bans."""

    bans: list[BanView] = Field(description="The newest first.")
