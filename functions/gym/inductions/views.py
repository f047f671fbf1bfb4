"""Bodies about inductions."""

from __future__ import annotations

from gym.inductions.schemas import InductionPage, InductionSummary, InductionView
from gym.records import Induction
from solo60 import clock
from solo60.http.response import Tagged
from solo60.paging import PageOf


def induction_view(induction: Induction) -> Tagged[InductionView]:
    """An induction, with its version as `ETag`."""
    return Tagged(InductionView.model_validate(_members_of(induction)), int(induction.version))


def induction_page(page: PageOf[Induction]) -> InductionPage:
    """A page of inductions."""
    items = [InductionSummary.model_validate(_members_of(induction)) for induction in page.items]
    return InductionPage(items=items, next_cursor=page.next_cursor)


def _members_of(induction: Induction) -> dict[str, object]:
    valid_until = induction.valid_until
    return {
        "id": induction.id,
        "user_id": induction.user_id,
        "gym_id": induction.gym_id,
        "gym_name": induction.gym_name,
        "timezone": induction.timezone,
        "starts_at": induction.starts_at,
        "ends_at": induction.ends_at,
        "status": induction.status,
        "requested_at": induction.requested_at,
        "completed_at": induction.completed_at,
        "valid_until": valid_until,
        "valid": valid_until is not None and valid_until > clock.now(),
        "version": induction.version,
    }
