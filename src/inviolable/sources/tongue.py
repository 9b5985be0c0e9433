"""Which language a text is in, guessed by the small words that are commonest in each (languages.toml). No Django."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from .vocabulary import read_toml

#: So many words of a text are looked at; fewer than the second are too few to tell.
MOST, FEWEST = 2_000, 12
#: Small words are at least so many of a hundred in running text, and so many times as many as of the next language.
SHARE, AHEAD = 15, 1.2


@cache
def _small_words() -> dict[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in read_toml("languages.toml").items()}


def guessed(text: str) -> str:
    """An ISO 639-1 code; "" where the small words do not tell."""
    said = re.findall(r"[^\W\d_]+", text[: MOST * 20].lower())[:MOST]
    if len(said) < FEWEST:
        return ""
    count = Counter(said)
    found = sorted(((sum(count[one] for one in words), code) for code, words in _small_words().items()), reverse=True)
    (most, best), (next_most, _) = found[:2]
    return best if most * 100 >= SHARE * len(said) and most >= AHEAD * next_most else ""


def likelier(text: str, codes: Iterable[str]) -> str:
    """Which of a few languages words are in that are too few to guess by; "" where their small words do not tell."""
    said = re.findall(r"[^\W\d_]+", text.lower())
    found = sorted(((sum(one in _small_words().get(code, ()) for one in said), code) for code in codes), reverse=True)
    return found[0][1] if found and (len(found) == 1 or found[0][0] > found[1][0]) else ""
