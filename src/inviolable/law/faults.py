"""Faults: what is wrong with an input, where, and the way out. One line each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

#: After so many faults of one input the rest is only counted.
MOST = 50
#: Unicode categories that move the cursor, hide or end a line: nothing printed may hold them.
FORGING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def forging(text: str) -> list[str]:
    """The characters of a text that could forge what is printed, such as escape sequences."""
    return [] if text.isascii() and text.isprintable() else [c for c in text if unicodedata.category(c) in FORGING]


def shown(value: object, most: int = 80) -> str:
    """A value in a fault line: quoted where it is a text, and cut to so many characters."""
    try:
        said = str(value) if isinstance(value, Exception) else repr(value)
    except (RecursionError, ValueError):
        return "something nested too deeply or too long"
    return said if len(said) <= most else said[: most - 1] + "…"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with one place of one file."""

    file: str
    line: int
    what: str
    way_out: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = f"{place}: {self.what}" + (f"; {self.way_out}" if self.way_out else "")
        for one in set(forging(said)):
            said = said.replace(one, ascii(one)[1:-1])
        return said


class Faulty(Exception):
    """An input with at least one fault; nothing was done with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        found = sorted(faults)
        self.faults = tuple(found[:MOST])
        if len(found) > MOST:
            self.faults += (Fault(found[0].file, 0, f"and {len(found) - MOST} more"),)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def nearest(word: str, known: Iterable[str]) -> str:
    """The way out for a misspelt word: the closest known one, or the whole list."""
    word, known = word[:80], sorted(known)
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return "allowed: " + ", ".join(known) if len(known) <= 30 else "see docs/facts.md for the list"
