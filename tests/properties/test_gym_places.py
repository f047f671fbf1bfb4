"""Key ranges cover circles, wherever on earth."""

from __future__ import annotations

import itertools
import math

from hypothesis import example, given
from hypothesis import strategies as st

from gym.places import EARTH_RADIUS_KM, covering, distance_metres, place_key

latitudes = st.one_of(
    st.floats(-90, 90), st.sampled_from([90.0, -90.0, 85.0, -85.0, 0.0, 84.99, 89.999]), st.floats(84, 87)
)
longitudes = st.one_of(st.floats(-180, 180), st.sampled_from([180.0, -180.0, -30.0, 15.0, 0.0, 179.999]))
radii = st.one_of(st.floats(0.001, 100), st.sampled_from([100.0, 10.0]))


def moved(latitude: float, longitude: float, kilometres: float, bearing: float) -> tuple[float, float]:
    """Where one gets to from a point."""
    phi, angle = math.radians(latitude), kilometres / EARTH_RADIUS_KM
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, sine)))
    turned = math.atan2(math.sin(bearing) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * sine)
    return math.degrees(there), (longitude + math.degrees(turned) + 180) % 360 - 180


@given(latitudes, longitudes, radii, st.floats(0, 1), st.floats(0, 2 * math.pi), st.sampled_from([4, 2]))
@example(90.0, 0.0, 100.0, 1.0, 1.0, 4)
@example(85.0, 15.0, 100.0, 1.0, 4.0, 4)
@example(-16.8, 180.0, 10.0, 1.0, 1.5, 4)
def test_every_point_of_a_circle_lies_in_its_ranges(
    latitude: float, longitude: float, radius: float, share: float, bearing: float, most: int
) -> None:
    point = moved(latitude, longitude, radius * share, bearing)
    if distance_metres(latitude, longitude, *point) > radius * 1000:
        return  # rounding
    sheet, cell = place_key(*point)
    ranges = covering(latitude, longitude, radius, most=most)
    assert any(each.sheet == sheet and each.low <= cell <= each.high for each in ranges)


@given(latitudes, longitudes, radii)
def test_there_are_at_most_four_ranges_in_order_and_apart(latitude: float, longitude: float, radius: float) -> None:
    ranges = covering(latitude, longitude, radius)
    assert 1 <= len(ranges) <= 4
    assert len({each.sheet for each in ranges}) <= 3
    for one, next_one in itertools.pairwise(ranges):
        assert one.low <= one.high
        assert one.sheet != next_one.sheet or one.high < next_one.low


@given(st.floats(-84, 84), longitudes, radii)
def test_two_ranges_do_away_from_the_polar_planes(latitude: float, longitude: float, radius: float) -> None:
    assert len(covering(latitude, longitude, radius, most=2)) <= 2


@given(st.floats(-70, 70), longitudes, st.floats(0.05, 100))
def test_what_is_read_beyond_the_circle_is_bounded(latitude: float, longitude: float, radius: float) -> None:
    read = sum(int(each.high, 16) - int(each.low, 16) + 1 for each in covering(latitude, longitude, radius))
    cell_height = math.pi * EARTH_RADIUS_KM / 2**24
    cell_width = 2 * cell_height * math.cos(math.radians(latitude))
    assert read * cell_width * cell_height <= 60 * math.pi * radius**2


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_a_metric_on_the_globe(latitude: float, longitude: float, other: float, far: float) -> None:
    there = distance_metres(latitude, longitude, other, far)
    assert 0 <= there <= math.pi * EARTH_RADIUS_KM * 1000 * 1.000001
    assert math.isclose(there, distance_metres(other, far, latitude, longitude), abs_tol=1e-6)
    assert distance_metres(latitude, longitude, latitude, longitude) == 0
