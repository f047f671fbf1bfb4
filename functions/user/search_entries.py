"""The texts by which a member is found, as items that change in the transaction of the profile."""

from __future__ import annotations

from collections.abc import Mapping

from solo60.text import folded, words
from solo60.transaction import Transaction
from user.records import Profile, SearchEntry

EMAILS = "USERS#EMAIL"
NAMES = "USERS#NAME"
MAX_WORDS = 8
"""Of a name that are found. A transaction writes an entry for each."""
MAX_TEXT = 200
"""Characters of an entry's text."""


def words_of(profile: Profile) -> list[str]:
    """The folded words of a member's name, in their order. Where they are too many, those of the last name are kept."""
    first, last = words(profile.first_name or ""), words(profile.last_name or "")
    kept = last[: max(MAX_WORDS // 2, MAX_WORDS - len(first))]
    return first[: MAX_WORDS - len(kept)] + kept


def rewrite(transaction: Transaction, before: Profile | None, after: Profile) -> None:
    """Let the entries of a member be those of the profile after a change.

    Parameters
    ----------
    before
        As it was read. The change of the profile is conditional on that, so the entries need no condition.
    """
    old = {} if before is None else _entries(before)
    new = _entries(after)
    for place in old.keys() - new.keys():
        transaction.delete(old[place])
    for place, entry in new.items():
        if place in old and (old[place].words, old[place].position) == (entry.words, entry.position):
            continue
        kind = SearchEntry
        actions = [kind.kind.set(kind), kind.user_id.set(entry.user_id)]
        if entry.words is not None:
            actions += [kind.words.set(entry.words), kind.position.set(entry.position)]
        transaction.update(kind(entry.pk, entry.sk), actions)


def _entries(profile: Profile) -> Mapping[str, SearchEntry]:
    """A member's entries by their keys."""
    user_id = profile.user_id
    found: list[SearchEntry] = []
    if profile.email is not None:
        found.append(SearchEntry(EMAILS, _sort_key(folded(profile.email), user_id), user_id=user_id))
    parts = words_of(profile)
    for position, word in enumerate(parts):
        if word not in parts[:position]:
            sort_key = _sort_key(" ".join(parts[position:] + parts[:position]), user_id)
            found.append(SearchEntry(NAMES, sort_key, user_id=user_id, words=parts, position=position))
    return {f"{entry.pk} {entry.sk}": entry for entry in found}


def _sort_key(text: str, user_id: str) -> str:
    return f"{text[:MAX_TEXT]}#{user_id}"
