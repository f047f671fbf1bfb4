"""Response bodies about bookable times."""

from __future__ import annotations

from collections.abc import Sequence

from gym.published import Proposal
from session.time.alternatives import Alternative
from session.time.schemas import AlternativePage, AlternativeSummary, AvailableStartPage, AvailableStartSummary


def availability_page(proposals: Sequence[Proposal]) -> AvailableStartPage:
    """All bookable starts of some days."""
    return AvailableStartPage(
        items=[
            AvailableStartSummary(
                starts_at=proposal.starts_at,
                ends_at=proposal.ends_at,
                start_time=f"{proposal.wall_clock(proposal.starts_at):%H:%M}",
                end_time=f"{proposal.wall_clock(proposal.ends_at):%H:%M}",
                price_credits=proposal.price_credits,
            )
            for proposal in proposals
        ]
    )


def alternative_page(alternatives: Sequence[Alternative]) -> AlternativePage:
    """Alternatives, the best first."""
    return AlternativePage(items=alternative_summaries(alternatives))


def alternative_summaries(alternatives: Sequence[Alternative]) -> list[AlternativeSummary]:
    """Alternatives, the best first, as members of a list or of a refusal."""
    return [
        AlternativeSummary(
            gym_id=proposal.gym.id,
            starts_at=proposal.starts_at,
            ends_at=proposal.ends_at,
            price_credits=proposal.price_credits,
            distance_km=distance_km,
        )
        for proposal, distance_km in alternatives
    ]
