"""Response bodies of calendar feeds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from solo60.models import ResponseModel, matching

FeedToken = Annotated[
    str,
    matching(r"[A-Za-z0-9_-]{43}", "This must be the end of a feed's address, with 43 characters."),
    Field(description="From the address of a feed.", examples=["3Vt0zq8rQJ9cH1dUeXn2yLw5mBkGf7sPaTiOoRjK4Zg"]),
]
"""The token of a feed, as `make_feed` makes it."""


class CalendarFeedView(ResponseModel):
    """The address of a calendar feed."""

    url: str = Field(
        description="Secret: whoever has it reads the calendar.",
        examples=["https://api.example.com/v1/sessions/calendar-feed/3Vt0zq8rQJ9cH1dUeXn2yLw5mBkGf7sPaTiOoRjK4Zg"],
    )
