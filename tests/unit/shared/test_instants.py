"""Instants in requests: written out, with an offset, nothing that only looks like one."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from solo60.models import InstantInput, RequestModel


class Body(RequestModel):
    at: InstantInput


@pytest.mark.parametrize("text", ["2026-03-02T18:30:00Z", "2026-03-02T18:30:00.5+01:00", "2026-03-02T18:30+00:00"])
def test_an_instant_has_an_offset(text: str) -> None:
    assert Body.model_validate({"at": text}).at.tzinfo is not None


@pytest.mark.parametrize("value", ["1767225600", 1767225600, 1767225600.5, True, "2026-03-02", "tomorrow", "", None])
def test_what_is_not_written_out_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Body.model_validate({"at": value})


def test_without_an_offset_nobody_knows_when_it_is() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Body.model_validate({"at": "2026-03-02T18:30:00"})
