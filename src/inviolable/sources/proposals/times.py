"""Clock times and parts of the day in a text, with the zone they are said in and whether they are said to be about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache

from .dates import zone_of
from .language import Language

#: So many characters before a time are looked at for what is said of it.
REACH = 40


@dataclass(frozen=True)
class Timed:
    """A time that is said. value: `11:00`, `~11:00`, `18:00 UTC`, or a part of the day such as `morning`."""

    start: int
    end: int
    value: str

    def meets(self, start: int, end: int) -> bool:
        """Whether it shares a character with this stretch."""
        return start < self.end and self.start < end


@dataclass(frozen=True)
class _Grammar:
    forms: tuple[re.Pattern[str], ...]
    about: re.Pattern[str]
    ends_range: re.Pattern[str]  # between two times: the second is the end of a range
    in_range: re.Pattern[str]  # before a time: its range began with a bare number
    zones: tuple[tuple[str, re.Pattern[str]], ...]
    parts: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _grammar(language: Language) -> _Grammar:
    said = language.tables["times"]
    before, to = f"(?:{said['before']} )?", f"(?:{said['range']})"
    return _Grammar(
        forms=tuple(map(language.pattern, said["forms"])),
        about=language.before(said["about"]),
        ends_range=re.compile(rf",? {to} {before}", re.IGNORECASE),
        in_range=re.compile(rf"(?<!\w)(?:{said['range_from']}) {before}[\d:.]+ {to} {before}$", re.IGNORECASE),
        zones=tuple((zone, re.compile(rf",? \(?(?:{words})(?!\w)")) for zone, words in said["zones"].items()),
        parts=tuple((part, language.pattern(words)) for part, words in said["parts"].items()),
    )


def times(shown: str, language: Language, day: date | None, place: str) -> list[Timed]:
    """Every clock time and part of the day in a sentence. The end of a range is left out.

    place: the IANA zone of the post; a time said in a zone that shows the same there on that day is local.
    """
    grammar = _grammar(language)
    found: list[Timed] = []
    left_out: list[Timed] = []
    for one in sorted(_clocks(shown, language), key=lambda one: one.start):
        if found and one.start < found[-1].end:
            continue
        before = shown[max(0, one.start - REACH) : one.start]
        if (found and grammar.ends_range.fullmatch(before, found[-1].end)) or grammar.in_range.search(before):
            left_out.append(one)
            continue
        about = grammar.about.search(before)
        end, zone = _zoned(shown, one.end, grammar, day, place)
        start = one.start - len(about[0]) if about else one.start
        found.append(Timed(start, end, ("~" if about else "") + one.value + zone))
    parts: list[Timed] = []
    for name, pattern in grammar.parts:
        for said in pattern.finditer(shown):
            name_of_something = said[0][0].isupper() and said.start() > 0
            if not name_of_something and not any(other.meets(*said.span()) for other in (*found, *left_out, *parts)):
                parts.append(Timed(*said.span(), name))
    return sorted([*found, *parts], key=lambda one: one.start)


def _zoned(shown: str, end: int, grammar: _Grammar, day: date | None, place: str) -> tuple[int, str]:
    """Where the zone said after a time ends, and how it is written behind the time: not at all where it is local."""
    for name, pattern in grammar.zones:
        if said := pattern.match(shown, end):
            return said.end(), "" if name == "local" or _same(name, place, day) else f" {name}"
    return end, ""


def _clocks(shown: str, language: Language) -> Iterator[Timed]:
    words = language.tables["times"]
    for form in _grammar(language).forms:
        for one in form.finditer(shown):
            said = {key: value.lower() for key, value in one.groupdict().items() if value}
            part, half, past = (said.get("part") or said.get("part2")), said.get("half"), said.get("past")
            hour = 12 if "noon" in said else 0 if "midnight" in said else language.number(said.get("h") or said["hw"])
            minute = int(said.get("m", 0))
            if hour is None or hour > 24 or minute > 59:
                continue
            if hour < 12 and (half == "p" or part in words["late"].split("|")):
                hour += 12
            elif hour == 12 and (half == "a" or part in words["small_hours"].split("|")):
                hour = 0
            quarters = {words["quarter"]: 15, words["half"]: 30, words["quarter_to"]: -15}
            minutes = (60 * hour + minute + quarters.get(past or "", 0)) % (24 * 60)
            yield Timed(*one.span(), f"{minutes // 60:02}:{minutes % 60:02}")


def _same(zone: str, place: str, day: date | None) -> bool:
    if not place or not day:
        return zone == place
    noon = datetime.combine(day, time(12), UTC)
    return noon.astimezone(zone_of(zone)).utcoffset() == noon.astimezone(zone_of(place)).utcoffset()
