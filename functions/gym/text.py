"""Text as people search it: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

_BETWEEN_WORDS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Lower case without accents: `Café` and `CAFE` are the same."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    return [word for word in _BETWEEN_WORDS.split(folded(text)) if word]


def matches(sought: list[str], *texts: str) -> bool:
    """Whether each of the folded words that are sought begins some word of the texts."""
    present = [word for text in texts for word in words(text)]
    return all(any(word.startswith(beginning) for word in present) for beginning in sought)
