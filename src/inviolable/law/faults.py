"""Faults: what is wrong with an input, where, and the way out. One line each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with one place of one file."""

    file: str
    line: int
    what: str
    way_out: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}" + (f"; {self.way_out}" if self.way_out else "")


class Faulty(Exception):
    """An input with at least one fault; nothing was done with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def nearest(word: str, known: Iterable[str]) -> str:
    """The way out for a misspelt word: the closest known one, or the whole list."""
    known = sorted(known)
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return "allowed: " + ", ".join(known) if len(known) <= 30 else "see docs/facts.md for the list"
