"""The demo's gyms: a dozen of London, as unlike each other as real sites are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
_WEEKEND = ("saturday", "sunday")
_ALL = _WEEK + _WEEKEND

Hours = Mapping[str, list[dict[str, str]]]


def _open(*intervals: str) -> list[dict[str, str]]:
    """`"06:00-23:00"` and so on; a closing time that is not after the opening one is on the next day."""
    return [dict(zip(("opens", "closes"), interval.split("-"), strict=True)) for interval in intervals]


def _hours(week: list[dict[str, str]], weekend: list[dict[str, str]], **days: list[dict[str, str]]) -> Hours:
    return {**dict.fromkeys(_WEEK, week), **dict.fromkeys(_WEEKEND, weekend), **days}


_ROUND_THE_CLOCK = _hours(_open("00:00-24:00"), _open("00:00-24:00"))
_EARLY = _hours(_open("05:30-23:00"), _open("07:00-21:00"))
_LATE = _hours(_open("06:00-02:00"), _open("08:00-02:00"), sunday=_open("08:00-23:00"))
_OFFICE = _hours(_open("06:00-10:30", "11:30-22:00"), _open("09:00-18:00"))


def _band(name: str, times: str, credits_per_hour: int, weekdays: tuple[str, ...] = _WEEK) -> dict[str, Any]:
    start, end = times.split("-")
    return {"name": name, "weekdays": list(weekdays), "from": start, "to": end, "credits_per_hour": credits_per_hour}


_COMMUTERS = [_band("Peak morning", "06:30-09:30", 14), _band("Peak evening", "17:00-20:30", 15)]
_QUIET = [_band("Off-peak", "10:00-16:00", 7), _band("Night", "22:00-06:00", 6, _ALL)]

_KIT = {
    "rack": ("Half rack", "strength"),
    "barbell": ("Olympic barbell and 180 kg of plates", "strength"),
    "bench": ("Adjustable bench", "strength"),
    "dumbbells": ("Dumbbells 2 to 40 kg", "strength"),
    "kettlebells": ("Kettlebells 8 to 32 kg", "functional"),
    "cable": ("Dual cable machine", "strength"),
    "treadmill": ("Treadmill", "cardio"),
    "rower": ("Rowing machine", "cardio"),
    "bike": ("Air bike", "cardio"),
    "ski": ("Ski trainer", "cardio"),
    "mats": ("Mats and foam rollers", "mobility"),
    "reformer": ("Pilates reformer", "mobility"),
    "bag": ("Heavy bag", "functional"),
    "rings": ("Gymnastic rings", "functional"),
    "sled": ("Push sled on a 12 m track", "functional"),
}


def _gym(  # noqa: PLR0917 - the six that every gym has, in the order of a listing
    name: str, line1: str, postcode: str, latitude: float, longitude: float, kit: str, **rest: Any
) -> dict[str, Any]:
    equipment = []
    for word in kit.split():
        key, _, quantity = word.partition("x")
        kind, category = _KIT[key]
        equipment.append({"name": kind, "category": category, "quantity": int(quantity or 1)})
    return {
        "name": f"SOLO60 {name}",
        "address": {"line1": line1, "city": "London", "postcode": postcode, "country": "GB"},
        "latitude": latitude,
        "longitude": longitude,
        "timezone": "Europe/London",
        "opening_hours": _EARLY,
        "capacity": 2,
        "slot_minutes": 30,
        "min_duration": 30,
        "max_duration": 120,
        "buffer_minutes": 15,
        "booking_horizon_days": 28,
        "minimum_notice_minutes": 30,
        "cancellation_hours": 12,
        "credits_per_hour": 10,
        "price_bands": [],
        "amenities": ["shower", "wifi"],
        "equipment": equipment,
        "requires_induction": False,
        **rest,
    }


GYMS: tuple[dict[str, Any], ...] = (
    _gym(
        "Soho",
        "14 Great Chapel Street",
        "W1F 8FN",
        51.5154,
        -0.1337,
        "rack barbell bench dumbbells cable rower mats",
        description="A basement studio two minutes from Tottenham Court Road station.",
        opening_hours=_ROUND_THE_CLOCK,
        credits_per_hour=12,
        price_bands=[*_COMMUTERS, *_QUIET],
        capacity=3,
        amenities=["shower", "wifi", "air_conditioning", "sound_system", "towels"],
    ),
    _gym(
        "Covent Garden",
        "31 Shelton Street",
        "WC2H 9HT",
        51.5146,
        -0.1259,
        "rack barbell bench kettlebells bike mats",
        description="Third floor, goods lift, high windows over the market.",
        opening_hours=_LATE,
        credits_per_hour=13,
        price_bands=_COMMUTERS,
        amenities=["shower", "wifi", "air_conditioning", "lockers"],
    ),
    _gym(
        "Shoreditch",
        "60 Curtain Road",
        "EC2A 3NQ",
        51.5242,
        -0.0810,
        "rackx2 barbellx2 benchx2 dumbbells sled ski rings",
        description="A railway arch with room for a sled track.",
        opening_hours=_LATE,
        capacity=5,
        max_duration=180,
        credits_per_hour=14,
        slot_minutes=60,
        min_duration=60,
        price_bands=[_band("Weekend", "09:00-17:00", 17, _WEEKEND), *_COMMUTERS],
        amenities=["shower", "wifi", "sound_system", "bike_storage", "parking"],
    ),
    _gym(
        "King's Cross",
        "8 Caledonian Road",
        "N1 9DU",
        51.5319,
        -0.1206,
        "rack barbell dumbbells treadmill rower mats",
        description="Train before your train: lockers take a suitcase.",
        opening_hours=_ROUND_THE_CLOCK,
        slot_minutes=15,
        buffer_minutes=10,
        price_bands=_QUIET,
        amenities=["shower", "wifi", "lockers", "towels", "step_free_access"],
    ),
    _gym(
        "Camden",
        "41 Kentish Town Road",
        "NW1 8NX",
        51.5418,
        -0.1420,
        "dumbbells kettlebells bag rings bike mats",
        description="A small boxing room above the canal.",
        credits_per_hour=8,
        buffer_minutes=0,
        amenities=["wifi", "sound_system", "bike_storage"],
    ),
    _gym(
        "Clapham",
        "27 Clapham High Street",
        "SW4 7TS",
        51.4640,
        -0.1337,
        "rack barbell bench cable treadmill mats",
        description="On the high street, with a window that frosts at a touch.",
        credits_per_hour=9,
        price_bands=[_band("Peak evening", "17:30-20:30", 12)],
        amenities=["shower", "wifi", "air_conditioning"],
    ),
    _gym(
        "Battersea",
        "5 Circus Road West",
        "SW11 8EZ",
        51.4819,
        -0.1470,
        "reformerx2 mats dumbbells rower",
        description="A light room by the river, made for reformer work.",
        opening_hours=_OFFICE,
        capacity=3,
        credits_per_hour=15,
        min_duration=60,
        slot_minutes=60,
        cancellation_hours=24,
        amenities=["shower", "wifi", "towels", "step_free_access", "parking"],
    ),
    _gym(
        "Canary Wharf",
        "20 Water Street",
        "E14 5GX",
        51.5037,
        -0.0155,
        "rack barbell bench cable treadmill ski mats",
        description="Between the towers; showers with time for a tie.",
        opening_hours=_OFFICE,
        credits_per_hour=14,
        price_bands=_COMMUTERS,
        minimum_notice_minutes=60,
        amenities=["shower", "wifi", "air_conditioning", "lockers", "towels", "step_free_access"],
    ),
    _gym(
        "London Bridge",
        "11 Bermondsey Street",
        "SE1 2ER",
        51.5033,
        -0.0830,
        "rackx2 barbellx2 bench dumbbells rower bike",
        description="Two platforms under one vaulted roof; new members are shown round first.",
        requires_induction=True,
        induction_valid_days=365,
        capacity=4,
        max_duration=240,
        credits_per_hour=11,
        amenities=["shower", "wifi", "bike_storage", "sound_system"],
    ),
    _gym(
        "Hackney",
        "92 Mare Street",
        "E8 3SG",
        51.5372,
        -0.0577,
        "rack barbell kettlebells rings sled mats",
        description="A former print works; chalk is welcome.",
        opening_hours=_hours(_open("06:00-22:00"), _open("08:00-20:00")),
        credits_per_hour=7,
        booking_horizon_days=42,
        amenities=["wifi", "bike_storage", "chalk"],
    ),
    _gym(
        "Hammersmith",
        "3 Beadon Road",
        "W6 0EA",
        51.4932,
        -0.2249,
        "rack barbell bench dumbbells treadmill mats",
        description="Above the station, quiet all the same.",
        credits_per_hour=9,
        price_bands=_QUIET,
        buffer_minutes=20,
        amenities=["shower", "wifi", "step_free_access"],
    ),
    _gym(
        "Richmond",
        "17 Hill Rise",
        "TW10 6UQ",
        51.4570,
        -0.3049,
        "dumbbells cable bike reformer mats",
        description="A garden room at the foot of the hill, closed on Mondays.",
        opening_hours=_hours(_open("07:00-21:00"), _open("08:00-19:00"), monday=[]),
        credits_per_hour=8,
        price_bands=[_band("Weekend", "08:00-14:00", 11, _WEEKEND)],
        amenities=["shower", "wifi", "parking", "garden"],
    ),
)
"""What `POST /admin/gyms` is sent."""
