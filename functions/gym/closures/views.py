"""Response bodies of closures."""

from __future__ import annotations

from gym.closures.repository import ClosureStatus
from gym.closures.schemas import ClosurePage, ClosureView
from gym.records import Closure
from solo60.paging import PageOf


def closure_view(closure: Closure) -> ClosureView:
    """A closure, with how many sessions it has cancelled."""
    return ClosureView.model_validate(
        {
            "id": closure.id,
            "gym_id": closure.gym_id,
            "from": closure.from_,
            "to": closure.to,
            "reason": closure.reason,
            "status": ClosureStatus(closure.status),
            "sessions_cancelled": int(closure.sessions_cancelled),
            "created_at": closure.created_at,
            "lifted_at": closure.lifted_at,
        }
    )


def closure_page(page: PageOf[Closure]) -> ClosurePage:
    """A page of a gym's closures."""
    return ClosurePage(items=[closure_view(closure) for closure in page.items], next_cursor=page.next_cursor)
