"""Reads and writes of the administration of members: roles, bans and the search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pynamodb.expressions.condition import Condition

from solo60 import clock, roles
from solo60.bans import Ban, ban_key, is_banned
from solo60.paging import PageOf, Paging
from solo60.records import Key, Read, batch_get
from solo60.repository import CHUNK, MOST_READ, RecordQuery, Repository, unchanged
from solo60.roles import ADMIN, RecordedRole, is_admin, role_key
from solo60.transaction import Transaction
from user.administration.criteria import Criteria
from user.records import MEMBER_PREFIX, Admins, BanEntry, Profile, SearchEntry
from user.repository import profile_key
from user.search_entries import EMAILS, NAMES

BANNED = "USERS#BANNED"
WITHOUT_END = datetime(9999, 12, 31, tzinfo=UTC)
"""What is stored as the end of a ban that has none."""
BANS_SHOWN = 100


def admins_key() -> Key[Admins]:
    """The key of the set of all admins."""
    return Key(Admins, "ADMINS", "ADMINS")


def ban_entry_key(user_id: str, ban_id: str) -> Key[BanEntry]:
    """The key of one ban of a member."""
    return Key(BanEntry, f"{MEMBER_PREFIX}{user_id}", f"BAN_HISTORY#{ban_id}")


@dataclass(frozen=True)
class Member:
    """A member as admins see them, from one strong read."""

    profile: Profile
    role: RecordedRole | None
    ban: Ban | None

    @property
    def id(self) -> str:
        """The id of the member."""
        return self.profile.user_id

    @property
    def is_admin(self) -> bool:
        """Whether the member is an admin."""
        return is_admin(self.role)

    @property
    def is_banned(self) -> bool:
        """Whether the member is banned now."""
        return is_banned(self.ban)

    @property
    def banned_until(self) -> datetime | None:
        """The end of the present ban; None without a ban, and for one without end."""
        until = self.ban.banned_until if self.ban is not None and self.is_banned else None
        return None if until == WITHOUT_END else until


@dataclass(frozen=True)
class Governed:
    """A member, and all admins, before a change of role or ban."""

    member: Member
    admins: Admins | None


class MemberRepository(Repository[Profile, [str]]):
    """Members with their roles and bans."""

    key = staticmethod(profile_key)

    def member(self, read: Read, user_id: str) -> Member | None:
        """A member with role and ban; None if there is no profile."""
        return _member(user_id, read(*_keys(user_id)))

    def governed(self, read: Read, user_id: str) -> Governed | None:
        """A member and all admins; None if the member has no profile."""
        found = read(*_keys(user_id), admins_key())
        member = _member(user_id, found)
        return None if member is None else Governed(member, found[admins_key()])

    def bans(self, user_id: str) -> list[BanEntry]:
        """The last bans of a member, the newest first."""
        query = RecordQuery(
            BanEntry,
            f"{MEMBER_PREFIX}{user_id}",
            BanEntry.sk.startswith("BAN_HISTORY#"),
            backwards=True,
            consistent=True,
        )
        return list(islice(query.read(page_size=BANS_SHOWN), BANS_SHOWN))

    def search(self, criteria: Criteria, paging: Paging) -> PageOf[Member]:
        """A page of the members who meet all criteria.

        It reads on until the page is full, or `MOST_READ` candidates are read: the page is then shorter, and its cursor
        goes on behind them. The members who are banned are those of the first page's time, less those whose ban has
        ended since: a cursor has to stay inside of its query.
        """
        as_of = paging.text("as_of") or clock.to_sortable(clock.now())
        kept: list[tuple[str, Member]] = []
        candidates = self._candidates(criteria, paging, as_of)
        seen = 0
        size = paging.limit + 1
        while chunk := list(islice(candidates, size)):
            members = _members(user_id for _, user_id in chunk)
            kept += [(place, members[user_id]) for place, user_id in chunk if _is_met(criteria, members, user_id)]
            if len(kept) > paging.limit:
                break
            seen += len(chunk)
            if seen >= MOST_READ:
                cursor = paging.cursor_after({"sk": chunk[-1][0], "as_of": as_of})
                return PageOf([member for _, member in kept], cursor)
            size = CHUNK
        page = paging.page(kept, lambda found: {"sk": found[0], "as_of": as_of})
        return page.having([member for _, member in kept[: paging.limit]])

    def require_seen(self, transaction: Transaction, member: Member, seen_version: int | None) -> None:
        """Require that the profile still has the version that the caller has seen, if any, when it commits."""
        if seen_version is not None:
            transaction.check(profile_key(member.id).blank(), Profile.version == seen_version)

    def require_role(self, transaction: Transaction, member: Member) -> None:
        """Require that the role is as it was read, when something commits that depends on it."""
        known = None if member.role is None else member.role.role
        transaction.check(role_key(member.id).blank(), unchanged(RecordedRole.role, known))

    def require_ban(self, transaction: Transaction, user_id: str, ban: Ban | None) -> None:
        """Require that the ban is as it was read, when something commits that depends on it."""
        transaction.check(ban_key(user_id).blank(), _unchanged_ban(ban))

    def set_admins(self, transaction: Transaction, before: Admins | None, banned_until: dict[str, Any]) -> None:
        """Write the set of all admins, if it is still as it was read."""
        key, kind = admins_key(), Admins
        transaction.update(
            key.blank(),
            [kind.kind.set(kind), kind.banned_until.set(banned_until), kind.version.add(1)],
            condition=unchanged(kind.version, None if before is None else before.version),
        )

    def set_role(self, transaction: Transaction, user_id: str, before: RecordedRole | None, role: str) -> None:
        """Write a member's role, if it is still as it was read. An admin has to set up a second factor from now on."""
        kind, known = RecordedRole, None if before is None else before.role
        since = kind.second_factor_from
        transaction.update(
            role_key(user_id).blank(),
            [kind.kind.set("role"), kind.role.set(role), since.set(clock.now()) if role == ADMIN else since.remove()],
            condition=unchanged(kind.role, known),
        )

    def add_ban(self, transaction: Transaction, member: Member, entry: BanEntry) -> None:
        """Store a new ban, which replaces one that is in force."""
        key, until = ban_entry_key(member.id, entry.ban_id), entry.banned_until or WITHOUT_END
        entry.pk, entry.sk = key.pk, key.sk
        if member.is_banned:
            self._end(transaction, member, entry.banned_at, entry.banned_by)
        self._set_ban(transaction, member, until, entry.ban_id)
        transaction.put(entry)
        expires = [] if entry.banned_until is None else [SearchEntry.ttl.set(clock.epoch_seconds(entry.banned_until))]
        transaction.update(
            _banned_key(member.id, until, entry.ban_id).blank(),
            [SearchEntry.kind.set(SearchEntry), SearchEntry.user_id.set(member.id), *expires],
        )

    def lift_ban(self, transaction: Transaction, member: Member, lifted_at: datetime, lifted_by: str) -> None:
        """End the ban that is in force."""
        self._end(transaction, member, lifted_at, lifted_by)
        self._set_ban(transaction, member, None, None)

    def _end(self, transaction: Transaction, member: Member, at: datetime, by: str) -> None:
        ban = member.ban
        if ban is None or ban.ban_id is None or ban.banned_until is None:
            return
        transaction.update(
            ban_entry_key(member.id, ban.ban_id).blank(), [BanEntry.lifted_at.set(at), BanEntry.lifted_by.set(by)]
        )
        transaction.delete(_banned_key(member.id, ban.banned_until, ban.ban_id).blank())

    def _set_ban(self, transaction: Transaction, member: Member, until: datetime | None, ban_id: str | None) -> None:
        kind, before = Ban, member.ban
        transaction.update(
            ban_key(member.id).blank(),
            [
                kind.kind.set("ban"),
                kind.banned_until.remove() if until is None else kind.banned_until.set(until),
                *([] if ban_id is None else [kind.ban_id.set(ban_id)]),
            ],
            condition=_unchanged_ban(before),
        )

    def _candidates(self, criteria: Criteria, paging: Paging, as_of: str) -> Iterator[tuple[str, str]]:
        """Places and ids of the members who may meet the criteria, from the position of the page on."""
        if criteria.email or not (criteria.name or criteria.role == roles.ADMIN or criteria.status == "banned"):
            prefix = criteria.email
            condition = SearchEntry.sk.startswith(prefix) if prefix else None
            return self._entries(RecordQuery(SearchEntry, EMAILS, condition, consistent=True), paging)
        if criteria.name:
            query = RecordQuery(SearchEntry, NAMES, SearchEntry.sk.startswith(criteria.longest_word), consistent=True)
            return self._entries(query, paging, criteria.longest_word)
        if criteria.role == roles.ADMIN:
            return self._admins(paging)
        from_now = SearchEntry.sk > f"{as_of}#~"
        return self._entries(RecordQuery(SearchEntry, BANNED, from_now, consistent=True), paging)

    def _entries(
        self, query: RecordQuery[SearchEntry], paging: Paging, word: str | None = None
    ) -> Iterator[tuple[str, str]]:
        for entry in query.read(page_size=paging.limit + 1, paging=paging):
            # A name with several such words has several entries; the one of the first word counts.
            if word is None or entry.position == _first_with(entry.words or [], word):
                yield entry.sk, entry.user_id

    def _admins(self, paging: Paging) -> Iterator[tuple[str, str]]:
        admins, after = batch_get(admins_key())[admins_key()], paging.text("sk") or ""
        for user_id in sorted({} if admins is None else admins.banned_until):
            if user_id > after:
                yield user_id, user_id


def _keys(user_id: str) -> tuple[Key[Profile], Key[RecordedRole], Key[Ban]]:
    return profile_key(user_id), role_key(user_id), ban_key(user_id)


def _member(user_id: str, found: Any) -> Member | None:
    profile, role, ban = (found[key] for key in _keys(user_id))
    return None if profile is None else Member(profile, role, ban)


def _members(user_ids: Iterable[str]) -> dict[str, Member]:
    ids = list(user_ids)
    found = batch_get(*(key for user_id in ids for key in _keys(user_id)))
    members = {user_id: _member(user_id, found) for user_id in ids}
    return {user_id: member for user_id, member in members.items() if member is not None}


def _is_met(criteria: Criteria, members: dict[str, Member], user_id: str) -> bool:
    member = members.get(user_id)
    return member is not None and criteria.are_met_by(
        member.profile, is_admin=member.is_admin, is_banned=member.is_banned
    )


def _first_with(words: list[Any], beginning: str) -> int | None:
    return next((position for position, word in enumerate(words) if str(word).startswith(beginning)), None)


def _banned_key(user_id: str, until: datetime, ban_id: str) -> Key[SearchEntry]:
    return Key(SearchEntry, BANNED, f"{clock.to_sortable(until)}#{user_id}#{ban_id}")


def _unchanged_ban(before: Ban | None) -> Condition:
    kind = Ban
    if before is None:
        return kind.pk.does_not_exist()
    # An admin may ban themselves: this condition then stands in the place of the guard's check of the same item.
    same: Condition = unchanged(kind.ban_id, before.ban_id) & unchanged(kind.banned_until, before.banned_until)
    same &= unchanged(kind.tokens_from, before.tokens_from)
    return same
