"""How far a name that somebody goes by in a meeting is like a person's. It only ranks whom to suggest; nobody
is credited by it. Pure."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

#: Less than that says nothing
ENOUGH = 0.5
_WORD = re.compile(r"[^\W_]+")
_LIKE, _INITIAL = 0.9, 0.7


def likeness(one: str, other: str) -> float:
    """From 0 to 1: the share of the shorter one's words that the other has too. A beginning of a word, or a
    word with a slip in it, counts a little less, and an initial less than that; initials alone say nothing.

    one, other: as `keys.name_form` gives them.
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    found = [max(_alike(word, each) for each in longer) for word in shorter]
    return sum(found) / len(found) if max(found, default=0.0) >= _LIKE else 0.0


@lru_cache(maxsize=4096)
def _words(form: str) -> tuple[str, ...]:
    plain = (letter for letter in unicodedata.normalize("NFKD", form) if not unicodedata.combining(letter))
    return tuple(word for word in _WORD.findall("".join(plain)) if not word.isdecimal())


@lru_cache(maxsize=16384)
def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter):
        return _LIKE if len(shorter) > 2 else _INITIAL
    # a slip is seldom in the first letter, and to compare all would take long
    is_near = one[0] == other[0] and len(shorter) > 3 and len(longer) - len(shorter) <= 2
    return _LIKE if is_near and SequenceMatcher(None, one, other).ratio() >= 0.8 else 0.0
