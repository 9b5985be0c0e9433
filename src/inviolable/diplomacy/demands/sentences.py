"""A reply cut into its sentences, none of whose characters is moved. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from inviolable.sources.proposals import passages

#: What is shortened in letters between States, and a number follows: `Note No. 4-2`, `párr. 3`.
COUNTED = re.compile(r"(?<!\w)(?:nos?|nros?|núms?|paras?|párrs?|incs?|lit|pp?)\.$", re.IGNORECASE)
#: What ends no sentence, whatever follows: `Excmo. Sr.`, and the number of a paragraph.
BEFORE = re.compile(r"^\d{1,3}\.$|(?<!\w)(?:exc?m[oa]|hon|ref|cf|vs)\.$", re.IGNORECASE)


class Sentence(NamedTuple):
    """number: from 1; start, end: its place in the text, in characters."""

    number: int
    start: int
    end: int
    words: str


def sentences(text: str) -> list[Sentence]:
    """Every sentence of a text, in order."""
    places: list[tuple[int, int]] = []
    for one in passages.sentences(text, [], None):
        start, end = places[-1] if places else (0, 0)
        if _goes_on(text[start:end], text[end : one.end]):
            places[-1] = (start, one.end)
        else:
            places.append((one.start, one.end))
    spans = ((start, start + len(text[start:end].rstrip())) for start, end in places)
    told = [(start, end) for start, end in spans if any(sign.isalnum() for sign in text[start:end])]
    return [Sentence(number, start, end, text[start:end]) for number, (start, end) in enumerate(told, 1)]


def _goes_on(before: str, after: str) -> bool:
    """Whether a full stop was no end."""
    number = COUNTED.search(before) and after.lstrip()[:1].isdigit()
    return bool(number or BEFORE.search(before)) and "\n\n" not in after[: len(after) - len(after.lstrip())]
