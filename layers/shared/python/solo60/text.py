"""Text as people search it: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_WITHOUT_ACCENT = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
"""Letters that Unicode does not take apart."""
_INSIDE_WORDS = str.maketrans({"'": None, "\u2019": None, "\u02bc": None, "\u2018": None, "&": " and "})
_WORDS_TYPED_AS_ONE = 4


def folded(text: str) -> str:
    """Lower case without accents: `Café` and `CAFE` are the same, and so are `Łódź` and `lodz`."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return plain.translate(_WITHOUT_ACCENT)


def words(text: str) -> list[str]:
    """The words of a text, folded; apostrophes separate no words, and `&` is `and`."""
    return [word for word in _BETWEEN_WORDS.split(folded(text).translate(_INSIDE_WORDS)) if word]


def matches(sought: list[str], *texts: str) -> bool:
    """Whether each of the folded words that are sought begins some word of the texts.

    What is written apart there may be sought as one word: `w1f8fn` in `W1F 8FN`.
    """
    present = [words(text) for text in texts]
    return all(any(_begins_somewhere(beginning, found) for found in present) for beginning in sought)


def _begins_somewhere(beginning: str, present: Sequence[str]) -> bool:
    return any(
        "".join(present[first : first + _WORDS_TYPED_AS_ONE]).startswith(beginning) for first in range(len(present))
    )
