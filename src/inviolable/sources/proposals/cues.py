"""Whether a date or a time belongs to the event or to its being told: by what stands nearer in the sentence."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from .language import Language

#: What a comma (or a word that opens a clause) and a semicolon add to a distance in characters, and how far off is
#: what belongs to another clause.
COMMA, SEMICOLON, ELSEWHERE = 25, 200, 400

#: What is nearly as near as something else says nothing.
CLOSE = 8
#: `PORT TOWN, Sept. 14 — …`: the day on which the text was sent.
DATELINE = re.compile(r"(?:[A-ZÁÉÍÓÚÑ][^:;.]{0,60}[,.(] ?)?")
AFTER_DATELINE = re.compile(r"\.? ?(?:\([^)]*\))? ?\.?[-–—]")


class Cues:
    """What tells of the event, and what tells of its telling, in one sentence."""

    def __init__(self, shown: str, language: Language) -> None:
        self.shown = shown
        self.language = language

    @cached_property
    def events(self) -> list[tuple[int, int]]:
        """Where the event itself is told."""
        others = self.language.before(self.language.tables["when"]["others"])
        found = self.language.event.finditer(self.shown)
        return [one.span() for one in found if not others.search(self.shown[max(0, one.start() - 40) : one.start()])]

    @cached_property
    def reports(self) -> list[tuple[int, int]]:
        """Where it is told that somebody says something, or protests."""
        found = (one.span() for one in self.language.report.finditer(self.shown))
        return [(a, b) for a, b in found if not any(a < end and start < b for start, end in self.events)]

    def belongs(self, start: int, end: int) -> Literal["event", "left", "told", ""]:
        """Whether what stands here is when it happened, or when they left, or when it was told; "" if that is open."""
        if DATELINE.fullmatch(self.shown[:start]) and AFTER_DATELINE.match(self.shown, end):
            return "told"
        event = min((self._distance(one, start, end) for one in self.events), default=ELSEWHERE)
        report = min(
            (
                self._distance(one, start, end)
                for one in self.reports
                if not self._told_before(one, start) and not self._told_after(one, end)
            ),
            default=ELSEWHERE,
        )
        if abs(event - report) < CLOSE:
            return ""
        if event > report:
            return "told"
        nearest = min(self.events, key=lambda one: self._distance(one, start, end))
        between = self.shown[min(end, nearest[1]) : max(start, nearest[0])]
        if self.language.pattern(self.language.tables["when"]["another_time"]).search(between):
            return ""
        leaving = self.language.pattern(self.language.tables["when"]["leaving"])
        return "left" if leaving.fullmatch(self.shown, *nearest) else "event"

    def _distance(self, one: tuple[int, int], start: int, end: int) -> int:
        between = self.shown[one[1] : start] if one[1] <= start else self.shown[end : one[0]]
        clauses = len(self.language.clause.findall(between))
        return len(between) + COMMA * (between.count(",") + clauses) + SEMICOLON * between.count(";")

    def _told_before(self, one: tuple[int, int], start: int) -> bool:
        """`The ministry says that on Monday …`: Monday is part of what it says."""
        return one[1] <= start and self.language.complement.search(self.shown, one[1], start) is not None

    def _told_after(self, one: tuple[int, int], end: int) -> bool:
        """`It happened on Monday, the ministry said`: Monday is, too."""
        comma = self.shown.rfind(",", end, one[0]) if one[0] >= end else -1
        return comma >= 0 and any(event[1] <= comma for event in self.events)
