"""Random bookings, moves, extensions, cancellations and passing time against a small model of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gym.published import LONGEST_BUFFER, GymTimeRepository, gym_key, profile_of
from gym.time.bookable import bookable_gyms
from payment.records import Entry, PotName
from session.events import SessionExtended, SessionMoved
from solo60 import clock
from solo60.ids import new_id
from solo60.records import batch_get
from tests.conftest import outbox
from tests.handlers.session.world import (
    account,
    add_gym,
    availability,
    book,
    cancel,
    change_gym,
    extend,
    give_credits,
    lots_of,
    move,
    quote,
    settle_rebookings,
)
from tests.properties.booking_model import QUARTER, Booked, Gym, Member, booked_event, filled

DAYS_AHEAD = 3
NOTICE = timedelta(minutes=30)
RATE = 5  # credits an hour: half an hour costs two and a half, rounded up


class Bookings(RuleBasedStateMachine):
    """Two gyms, three members, some days around a change of the clock."""

    @initialize(
        clock_change=st.sampled_from(
            [
                ("Europe/London", "2026-03-29"),
                ("Europe/London", "2026-10-25"),
                ("Australia/Lord_Howe", "2026-04-05"),
                ("Australia/Lord_Howe", "2026-10-04"),
            ]
        ),
        slots=st.tuples(st.sampled_from([15, 30, 60]), st.sampled_from([15, 30, 60])),
        buffers=st.tuples(st.sampled_from([0, 5, 15, 20, 60]), st.sampled_from([0, 5, 15, 20, 60])),
        purses=st.lists(st.lists(st.integers(2, 9), min_size=2, max_size=6), min_size=3, max_size=3),
        cancellation_hours=st.sampled_from([0, 2, 12]),
    )
    def begin(
        self, clock_change: Any, slots: Any, buffers: Any, purses: list[list[int]], cancellation_hours: int
    ) -> None:
        self.cancellation = timedelta(hours=cancellation_hours)
        timezone, day = clock_change
        self.now = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=30)
        self.sessions: list[Booked] = []
        self.had: list[Booked] = []
        """Sessions as they were when they were booked, moved or extended."""
        with clock.at(self.now):
            self.gyms = [
                Gym(
                    add_gym(
                        timezone=timezone,
                        slot_minutes=slot,
                        buffer_minutes=buffer,
                        min_duration=slot,
                        max_duration=180,
                        booking_horizon_days=DAYS_AHEAD,
                        cancellation_hours=cancellation_hours,
                        credits_per_hour=RATE,
                        latitude=latitude,
                    ),
                    timezone,
                    slot,
                    timedelta(minutes=buffer),
                )
                for slot, buffer, latitude in zip(slots, buffers, (10, 60), strict=True)
            ]
            self.members = [self._member(purse) for purse in purses]

    def _member(self, purse: list[int]) -> Member:
        member = Member(new_id())
        for number, amount in enumerate(purse):
            pot: PotName = "subscription" if number % 2 else "demand"
            expires_at = self.now + timedelta(days=20 + 10 * (number // 2))
            lot = give_credits(member.id, amount, pot=pot, expires_at=expires_at)
            member.lots[lot] = (pot, amount, expires_at)
        return member

    def _confirmed(self) -> list[Booked]:
        return [session for session in self.sessions if session.state == "confirmed"]

    def _gym_lets(self, gym: Gym, start: datetime, duration: int, but: Booked | None = None) -> bool:
        end = start + timedelta(minutes=duration)
        wall = start.astimezone(ZoneInfo(gym.timezone))
        return (
            (wall.hour * 60 + wall.minute) % gym.slot == 0
            and duration % gym.slot == 0
            and gym.slot <= duration <= 180
            and self.now + NOTICE <= start <= self.now + timedelta(days=DAYS_AHEAD)
            and not any(s.gym is gym and s is not but and s.clashes(start, end, gym.buffer) for s in self._confirmed())
        )

    def _member_may(self, member: Member, start: datetime, duration: int, but: Booked | None = None) -> bool:
        end = start + timedelta(minutes=duration)
        price = self._price(duration) - (0 if but is None else but.paid)
        return member.credits >= price and not any(
            s.member == member.id and s is not but and s.clashes(start, end) for s in self._confirmed()
        )

    @staticmethod
    def _price(duration: int) -> int:
        return -(-duration * RATE // 60)

    # Few starts and durations, so that they meet.
    @rule(
        member=st.integers(0, 2),
        gym=st.integers(0, 1),
        steps=st.integers(0, 8),
        off_by=st.sampled_from([timedelta(0)] * 6 + [QUARTER, timedelta(days=3), timedelta(days=-1)]),
        slots=st.integers(1, 3),
        first_quoted=st.booleans(),
    )
    def book(self, member: int, gym: int, steps: int, off_by: timedelta, slots: int, first_quoted: bool) -> None:
        where = self.gyms[gym]
        hour = self.now.replace(minute=0) + timedelta(hours=1)
        start = hour + steps * timedelta(minutes=where.slot) + off_by
        self._book(self.members[member], where, start, slots * where.slot, first_quoted)

    @precondition(lambda self: self.sessions)
    @rule(member=st.integers(0, 2), which=st.integers(0, 50), part=st.sampled_from([1, 1, 2]), elsewhere=st.booleans())
    def book_again(self, member: int, which: int, part: int, elsewhere: bool) -> None:
        earlier = self.sessions[which % len(self.sessions)]
        gym = next(gym for gym in self.gyms if gym is not earlier.gym) if elsewhere else earlier.gym
        duration = int((earlier.end - earlier.start) / timedelta(minutes=1)) // part
        self._book(self.members[member], gym, earlier.start, duration, first_quoted=False)

    def _book(self, who: Member, where: Gym, start: datetime, duration: int, first_quoted: bool) -> None:
        end = start + timedelta(minutes=duration)
        expected = self._gym_lets(where, start, duration) and self._member_may(who, start, duration)
        with clock.at(self.now):
            if first_quoted:
                quoted = quote(who.id, where.id, start, duration).json
                assert (quoted["bookable"], quoted["price_credits"]) == (expected, self._price(duration))
            answer = book(who.id, where.id, start, duration)
            assert (answer.status == 201) == expected, answer.text
            if not expected:
                assert answer.status == 409
                alternatives = answer.json["alternatives"]
                for each in alternatives[:1] + alternatives[-1:]:
                    assert quote(who.id, each["gym_id"], each["starts_at"], duration).json["bookable"]
                own = [s.id for s in self._confirmed() if s.member == who.id and s.clashes(start, end)]
                assert answer.json["session_id"] in (own if answer.code == "own_overlap" else [None])
                return
            made = answer.json
            assert made["price_credits"] == self._price(duration)
            assert clock.from_rfc3339(made["ends_at"]) - clock.from_rfc3339(made["starts_at"]) == timedelta(
                minutes=duration
            )
            taken = who.spend(self._price(duration))
            deadline = start - self.cancellation
            self.sessions.append(Booked(made["id"], who.id, where, start, end, where.buffer, taken, deadline))
            settle_rebookings(booked_event(made, where.buffer))
        self._has_time(self.sessions[-1])

    def _has_time(self, new: Booked) -> None:
        """A session has time that it did not have before: that may refund late cancellations of others."""
        gym = new.gym
        self.had.append(replace(new))
        for lost in self.sessions:
            if lost.state == "cancelled_late" and lost.gym is gym and lost.member != new.member:
                # Whatever others had after the lost session was booked, be it cancelled or moved since.
                others = [s for s in self.had[self._since(lost) :] if s.gym is gym and s.member != lost.member]
                if new.clashes(lost.start, lost.end, LONGEST_BUFFER) and filled(lost.start, lost.end, others):
                    lost.state = "cancelled"
                    next(m for m in self.members if m.id == lost.member).get_back(lost.taken)

    def _since(self, lost: Booked) -> int:
        """From where on in `had` others had time after a session was booked."""
        return next(number for number, each in enumerate(self.had) if each.id == lost.id) + 1

    @precondition(lambda self: self.sessions)
    @rule(which=st.integers(0, 50), steps=st.integers(-4, 8), slots=st.sampled_from([0, 1, 1, 2, 3]))
    def move(self, which: int, steps: int, slots: int) -> None:
        session = self.sessions[which % len(self.sessions)]
        member, gym = self._member_of(session), session.gym
        start = session.start + steps * timedelta(minutes=gym.slot)
        present = int((session.end - session.start) / timedelta(minutes=1))
        duration = slots * gym.slot or present
        end = start + timedelta(minutes=duration)
        with clock.at(self.now):
            answer = move(member.id, session.id, start, duration)
        if session.state != "confirmed" or session.start <= self.now:
            assert (answer.status, answer.code) == (409, "not_changeable")
            return
        if (start, duration) == (session.start, present):
            assert (answer.status, answer.json["version"]) == (200, session.moves + session.extensions + 1)
            return
        if session.moves == 5:
            assert (answer.status, answer.code) == (409, "too_many_moves")
            return
        expected = self._gym_lets(gym, start, duration, session) and self._member_may(member, start, duration, session)
        assert (answer.status == 200) == expected, answer.text
        if expected:
            session.moves += 1
            self._pay_difference(session, member, self._price(duration) - session.paid)
            self._placed(session, start, end, "SessionMoved")

    @precondition(lambda self: self.sessions)
    @rule(which=st.integers(0, 50), slots=st.integers(1, 3))
    def extend(self, which: int, slots: int) -> None:
        session = self.sessions[which % len(self.sessions)]
        member, gym = self._member_of(session), session.gym
        minutes = slots * gym.slot
        present = int((session.end - session.start) / timedelta(minutes=1))
        end = session.end + timedelta(minutes=minutes)
        with clock.at(self.now):
            answer = extend(member.id, session.id, minutes)
        if session.state != "confirmed" or session.end <= self.now:
            assert (answer.status, answer.code) == (409, "not_changeable")
            return
        others = [s for s in self._confirmed() if s is not session]
        price = self._price(present + minutes) - self._price(present)
        expected = (
            present + minutes <= 180
            and not any(
                s.gym is gym and s.clashes(session.end, end, gym.buffer) for s in others if s.start >= session.end
            )
            and not any(s.member == member.id and s.clashes(session.end, end) for s in others)
            and member.credits >= price
        )
        assert (answer.status == 200) == expected, answer.text
        if expected:
            session.extensions += 1
            self._pay_difference(session, member, price)
            self._placed(session, session.start, end, "SessionExtended")

    def _pay_difference(self, session: Booked, member: Member, difference: int) -> None:
        if difference > 0:
            session.taken += member.spend(difference)
        elif self.now <= session.deadline:
            while difference:
                lot, amount = session.taken.pop()
                part = min(amount, -difference)
                member.get_back([(lot, part)])
                if part < amount:
                    session.taken.append((lot, amount - part))
                difference += part

    def _placed(self, session: Booked, start: datetime, end: datetime, event: str) -> None:
        session.start, session.end, session.buffer = start, end, session.gym.buffer
        told = [each["data"] for each in outbox("session", event) if each["data"]["session_id"] == session.id]
        latest = max(told, key=lambda data: int(data["sequence"]))
        with clock.at(self.now):
            settle_rebookings({"SessionMoved": SessionMoved, "SessionExtended": SessionExtended}[event](**latest))
        self._has_time(session)

    def _member_of(self, session: Booked) -> Member:
        return next(m for m in self.members if m.id == session.member)

    @precondition(lambda self: self.sessions)
    @rule(which=st.integers(0, 50), twice=st.booleans())
    def cancel(self, which: int, twice: bool) -> None:
        session = self.sessions[which % len(self.sessions)]
        member = next(m for m in self.members if m.id == session.member)
        with clock.at(self.now):
            answer = cancel(member.id, session.id)
            if twice and answer.status == 200:
                assert cancel(member.id, session.id).text == answer.text
        if session.state != "confirmed":
            assert answer.status == 200
        elif session.start <= self.now:
            assert (answer.status, answer.code) == (409, "not_cancellable")
        elif self.now <= session.deadline:
            assert answer.json["refunded_credits"] == session.paid
            session.state = "cancelled"
            member.get_back(session.taken)
        else:
            assert answer.json["refunded_credits"] == 0
            session.state = "cancelled_late"

    @rule(quarters=st.sampled_from([1, 2, 4, 30]))
    def time_passes(self, quarters: int) -> None:
        self.now += quarters * QUARTER

    @rule(gym=st.integers(0, 1), minutes=st.sampled_from([0, 5, 15, 20, 30, 60]))
    def the_buffer_is_changed(self, gym: int, minutes: int) -> None:
        where = self.gyms[gym]
        where.buffer = timedelta(minutes=minutes)
        change_gym(where.id, buffer_minutes=minutes)

    @rule(
        gym=st.integers(0, 1),
        day=st.integers(0, 3),
        days=st.sampled_from([1, 1, 2, 3, 14]),
        duration=st.sampled_from([15, 30, 60, 120]),
    )
    def what_is_listed_is_what_can_be_booked(self, gym: int, day: int, days: int, duration: int) -> None:
        where = self.gyms[gym]
        zone = ZoneInfo(where.timezone)
        first = self.now.astimezone(zone).date() + timedelta(days=day)
        with clock.at(self.now):
            items = availability(where.id, str(first), duration, days)
        noon = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)
        possible = [noon + number * QUARTER for number in range(-4 * 30, 4 * (6 + 24 * (days + 1)))]
        asked = [first + timedelta(days=offset) for offset in range(days)]
        assert [clock.from_rfc3339(item["starts_at"]) for item in items] == [
            start
            for start in possible
            if self._gym_lets(where, start, duration) and start.astimezone(zone).date() in asked
        ]

    @rule(gym=st.integers(0, 1), steps=st.integers(-8, 8), quarters=st.integers(1, 12))
    def a_search_finds_what_is_listed(self, gym: int, steps: int, quarters: int) -> None:
        where, duration = self.gyms[gym], self.gyms[gym].slot
        start = self.now + timedelta(hours=3) + steps * QUARTER
        end = start + quarters * QUARTER
        starts = [start + number * QUARTER for number in range(quarters)]
        key = gym_key(where.id)
        record = batch_get(key)[key]
        assert record is not None
        with clock.at(self.now):
            found = bookable_gyms(GymTimeRepository(), [profile_of(record)], start, end, duration)
        assert bool(found) == any(
            self._gym_lets(where, each, duration) and each + timedelta(minutes=duration) <= end for each in starts
        )

    @invariant()
    def no_two_sessions_are_too_close(self) -> None:
        confirmed = self._confirmed()
        for number, one in enumerate(confirmed):
            for other in confirmed[number + 1 :]:
                if one.gym is other.gym:
                    assert not one.clashes(other.start, other.end, other.buffer)
                if one.member == other.member:
                    assert not one.clashes(other.start, other.end)

    @invariant()
    def every_credit_is_accounted_for(self) -> None:
        for member in self.members:
            held = {lot: value for lot, value in member.lots.items() if value[1]}
            assert lots_of(member.id) == held
            entries = Entry.query(f"USER#{member.id}", Entry.sk.startswith("ENTRY#"), consistent_read=True)
            assert sum(int(entry.amount) for entry in entries) == member.credits
            assert sum(lot.amount for lot in account(member.id).lots.values()) == member.credits >= 0


def test_bookings_keep_to_the_rules_whatever_happens(tables: None) -> None:
    run_state_machine_as_test(
        Bookings,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
