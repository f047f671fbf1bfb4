"""Opening hours: from a gym's wall clock to instants, on every day of the year.

A wall time that the clock skips (spring) is the moment of the jump. One that it shows twice (autumn) is the first
showing where the gym opens and the second where it closes, so that the long night is open from end to end. Midnight
at the end of a day is where that day ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gym.profile import WEEKDAYS, GymProfile, Interval

Span = tuple[datetime, datetime]
"""A half-open stretch of time, `[start, end)`, in UTC."""

_DAY = timedelta(days=1)
_MINUTES_PER_DAY = 24 * 60
_SECOND = timedelta(seconds=1)


def minutes_of(clock_time: str) -> int:
    """Minutes since midnight of `HH:MM`, `24:00` included."""
    hours, minutes = clock_time.split(":")
    return int(hours) * 60 + int(minutes)


def length_of(opens: str, closes: str) -> int:
    """Minutes on the wall clock from `opens` to `closes`, 1 to 1440; not after `opens` means the next day."""
    minutes = minutes_of(closes) - minutes_of(opens)
    return minutes if minutes > 0 else minutes + _MINUTES_PER_DAY


def opening_intervals(profile: GymProfile, day: date) -> list[Span]:
    """The stretches of opening that begin on a local date, in order, adjoining ones merged.

    Parameters
    ----------
    day
        The date on the gym's calendar.

    Returns
    -------
    list
        Spans in UTC. The last may reach into the next date.
    """
    known = profile.intervals_by_day
    if day not in known:
        zone, intervals = ZoneInfo(profile.timezone), profile.opening_hours.get(WEEKDAYS[day.weekday()], [])
        known[day] = merged(_span(interval, day, zone) for interval in intervals)
    return known[day]


def open_spans(profile: GymProfile, start: datetime, end: datetime) -> list[Span]:
    """All stretches of opening that touch `[start, end)`, merged over midnight; not cut to it."""
    zone = ZoneInfo(profile.timezone)
    day = start.astimezone(zone).date() - _DAY  # whatever began on the day before may still be going on
    last = end.astimezone(zone).date() + _DAY  # so that a span that goes on over midnight is whole
    spans: list[Span] = []
    while day <= last:
        spans += opening_intervals(profile, day)
        day += _DAY
    return [span for span in merged(spans) if span[0] < end and span[1] > start]


def is_open(profile: GymProfile, start: datetime, end: datetime) -> bool:
    """Whether the gym is open from `start` to `end` without a break."""
    return any(opens <= start and end <= closes for opens, closes in open_spans(profile, start, end))


def is_open_at(profile: GymProfile, instant: datetime) -> bool:
    """Whether the gym is open at an instant; at the moment of closing it is not."""
    return is_open(profile, instant, instant + timedelta(microseconds=1))


def local_grid_starts(profile: GymProfile, day: date) -> list[datetime]:
    """Every instant of a local date at which the wall clock stands on the gym's grid, in order, in UTC.

    A wall time that is shown twice gives two; one that is skipped gives none. Open or not is not asked here.
    """
    zone = ZoneInfo(profile.timezone)
    starts = set()
    for minutes in range(0, _MINUTES_PER_DAY, profile.slot_minutes):
        wall = datetime.combine(day, time(*divmod(minutes, 60)))
        for fold in (0, 1):
            instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if instant.astimezone(zone).replace(tzinfo=None) == wall:
                starts.add(instant)
    return sorted(starts)


def grid_starts_between(profile: GymProfile, first: datetime, last: datetime) -> Iterator[datetime]:
    """Every instant from `first` to `last`, both included, at which the wall clock stands on the gym's grid."""
    zone = ZoneInfo(profile.timezone)
    day, last_day = first.astimezone(zone).date(), last.astimezone(zone).date()
    while day <= last_day:
        yield from (start for start in local_grid_starts(profile, day) if first <= start <= last)
        day += timedelta(days=1)


def on_grid(profile: GymProfile, instant: datetime) -> bool:
    """Whether the gym's wall clock stands on its grid at `instant`."""
    wall = instant.astimezone(ZoneInfo(profile.timezone))
    return (wall.hour * 60 + wall.minute) % profile.slot_minutes == 0 and not (wall.second or wall.microsecond)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, with those that overlap or adjoin made one and empty ones left out."""
    result: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def _span(interval: Interval, day: date, zone: ZoneInfo) -> Span:
    midnight = datetime.combine(day, time())
    opens = midnight + timedelta(minutes=minutes_of(interval.opens))
    closes = opens + timedelta(minutes=length_of(interval.opens, interval.closes))
    # The end of a day is a point between two dates: where 00:00 is shown twice, it is the first showing.
    return _instant(opens, zone, last=False), _instant(closes, zone, last=closes.time() != time())


def _instant(wall: datetime, zone: ZoneInfo, *, last: bool) -> datetime:
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first > second:
        return _jump_between(second, first, zone)
    return second if last else first


def _jump_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the zone's offset changes, where it does so once between the two."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
