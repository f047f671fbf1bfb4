"""By what admins search members."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from solo60 import roles
from solo60.text import folded, words
from user.records import Profile
from user.search_entries import words_of


@dataclass(frozen=True)
class Criteria:
    """What a member has to meet; what is None is not asked.

    Attributes
    ----------
    email
        The beginning of the e-mail address, folded.
    name
        The folded words of which each begins a word of the name; empty if the name is not asked.
    status
        `active` or `banned`.
    """

    email: str | None
    name: tuple[str, ...]
    status: str | None
    role: str | None

    @classmethod
    def of(cls, email: str | None, name: str | None, status: str | None, role: str | None) -> Criteria:
        """The criteria as an admin types them, without regard to case and accents."""
        return cls(folded(email) if email else None, tuple(words(name or "")), status, role)

    @cached_property
    def longest_word(self) -> str:
        """The word of the name that the fewest members have."""
        return max(self.name, key=len)

    def are_met_by(self, profile: Profile, *, is_admin: bool, is_banned: bool) -> bool:
        """Whether a member meets all of them."""
        present = words_of(profile)
        return (
            (self.email is None or folded(profile.email or "").startswith(self.email))
            and all(any(word.startswith(beginning) for word in present) for beginning in self.name)
            and self.status in {None, "banned" if is_banned else "active"}
            and self.role in {None, roles.ADMIN if is_admin else roles.MEMBER}
        )
