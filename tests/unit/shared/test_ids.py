"""solo60.ids: UUIDs of version 7."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from solo60 import clock
from solo60.ids import new_id

NOW = datetime(2026, 3, 29, 1, 0, 0, 123_000, tzinfo=UTC)


def test_an_id_has_the_layout_of_version_7() -> None:
    with clock.at(NOW):
        made = UUID(new_id())
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == 1_774_746_000_123


def test_an_id_is_lower_case_text() -> None:
    made = new_id()
    assert made == str(UUID(made)) == made.lower()


def test_ids_of_later_milliseconds_sort_later() -> None:
    made = []
    for step in range(200):
        with clock.at(NOW + timedelta(milliseconds=step)):
            made.append(new_id())
    assert made == sorted(made)


def test_ids_of_one_millisecond_differ() -> None:
    with clock.at(NOW):
        assert len({new_id() for _ in range(10_000)}) == 10_000


def test_the_random_part_uses_all_its_bits() -> None:
    with clock.at(NOW):
        made = [UUID(new_id()).int for _ in range(400)]
    always = made[0]
    ever = 0
    for value in made:
        always &= value
        ever |= value
    random_bits = ((1 << 12) - 1) << 64 | (1 << 62) - 1
    assert ever & random_bits == random_bits
    assert always & random_bits == 0
