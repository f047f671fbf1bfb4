"""Instants in requests: written out, with an offset, nothing that only looks like one."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from solo60.models import AnyInstant, DateInput, InstantInput, Latitude, RequestModel, Text


class Body(RequestModel):
    at: InstantInput


class Others(RequestModel):
    day: DateInput = date(2026, 3, 2)
    bound: AnyInstant | None = None
    latitude: Latitude = 0
    text: Text = ""


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


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2101-01-01T00:00:00Z"])
def test_instants_that_are_reckoned_with_are_within_reach(text: str) -> None:
    with pytest.raises(ValidationError, match="2000 to 2100"):
        Body.model_validate({"at": text})
    assert Others.model_validate({"bound": text}).bound is not None


@pytest.mark.parametrize("text", ["2026-02-30T10:00:00Z", "2026-03-02T25:00:00Z", "2026-06-30T23:59:60Z"])
def test_an_instant_is_one_of_the_calendar(text: str) -> None:
    with pytest.raises(ValidationError, match="must be a date and time"):
        Body.model_validate({"at": text})


@pytest.mark.parametrize("body", ['{"at": "2026-03-02t18:30:00z"}', '{"at": "2026-03-02T18:30:00.123456789-00:30"}'])
def test_strict_json_reads_instants(body: str) -> None:
    assert Body.model_validate_json(body, strict=True).at.year == 2026


@pytest.mark.parametrize("value", ["1772409600", 1772409600, "2026-03-02T00:00:00", "20260302", "2026-02-30", True, ""])
def test_a_date_is_written_out(value: object) -> None:
    with pytest.raises(ValidationError, match="must be a date"):
        Others.model_validate({"day": value})
    assert Others.model_validate_json('{"day": "2026-03-02"}', strict=True).day == date(2026, 3, 2)


def test_coordinates_are_kept_to_six_decimals() -> None:
    assert Others.model_validate({"latitude": 1e-200}).latitude == 0
    assert Others.model_validate({"latitude": 51.51370049}).latitude == 51.5137


def test_a_text_s_lines_end_in_line_feeds_however_they_came() -> None:
    assert Others.model_validate({"text": "one\r\ntwo"}).text == "one\ntwo"
