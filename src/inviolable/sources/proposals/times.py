"""Clock times and parts of the day in a text, with the zone they are said in and whether they are said to be about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from .dates import zone_of
from .language import Language, language_of


@dataclass(frozen=True)
class Timed:
    """A time that is said. value: `11:00`, `~11:00`, `18:00 UTC`, or a part of the day such as `morning`."""

    start: int
    end: int
    value: str


@cache
def _tables(code: str) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    language = language_of(code)
    assert language
    times = language.tables["times"]
    return {
        "forms": [("", language.pattern(form)) for form in times["forms"]],
        "about": [("", language.before(times["about"]), )],
        "second": [("", re.compile(rf"^,? (?:{times['range']}) (?:(?:about|around|las?) )?$", re.IGNORECASE))],
        "open": [("", re.compile(rf"(?:between|entre) (?:las? )?[\d:.]+ (?:{times['range']}) (?:las? )?$", re.IGNORECASE))],
        "zones": [(zone, re.compile(rf",? \(?(?:{said})(?!\w)")) for zone, said in times["zones"].items()],
        "parts": [(part, language.pattern(said)) for part, said in times["parts"].items()],
    }


def times(shown: str, language: Language, day: date | None, place: str) -> list[Timed]:
    """Every clock time and part of the day in a sentence. The end of a range is left out.

    place: the IANA zone of the post; a time said in a zone that shows the same there on that day is local.
    """
    tables = _tables(language.code)
    found: list[Timed] = []
    ranges: list[Timed] = []
    for one in sorted(_clocks(shown, language), key=lambda one: one.start):
        before = shown[: one.start]
        after = found and re.match(tables["second"][0][1], shown[found[-1].end : one.start])
        if found and one.start < found[-1].end:
            continue
        if after or tables["open"][0][1].search(before):
            ranges.append(one)
            continue
        about = tables["about"][0][1].search(before)
        start = about.start() if about else one.start
        end, zone = one.end, ""
        for name, pattern in tables["zones"]:
            if said := pattern.match(shown, one.end):
                end, zone = said.end(), "" if name == "local" or _same(name, place, day) else f" {name}"
                break
        found.append(Timed(start, end, ("~" if about else "") + one.value + zone))
    parts = []
    for name, pattern in tables["parts"]:
        for said in pattern.finditer(shown):
            if not any(said.start() < other.end and other.start < said.end() for other in [*found, *ranges, *parts]):
                parts.append(Timed(*said.span(), name))
    return sorted([*found, *parts], key=lambda one: one.start)


def _clocks(shown: str, language: Language) -> Iterator[Timed]:
    times = language.tables["times"]
    for _, form in _tables(language.code)["forms"]:
        for one in form.finditer(shown):
            said = {key: value for key, value in one.groupdict().items() if value}
            part = (said.get("part") or said.get("part2") or "").lower()
            hour = 12 if "noon" in said else 0 if "midnight" in said else language.number(said.get("h") or said["hw"])
            minute, past = int(said.get("m", 0)), said.get("past", "").lower()
            if hour is None or hour > 24 or minute > 59:
                continue
            late = said.get("half", "").lower() == "p" or part in times["late"].split("|")
            early = said.get("half", "").lower() == "a"
            hour = hour + 12 if late and hour < 12 else 0 if early and hour == 12 else hour % 24
            minute = 30 if past == times["half"] else 15 if past == times["quarter"] else minute
            if past == times["quarter_to"]:
                hour, minute = (hour - 1) % 24, 45
            yield Timed(*one.span(), f"{hour:02}:{minute:02}")


def _same(zone: str, place: str, day: date | None) -> bool:
    if not place or not day:
        return zone == place
    noon = datetime(day.year, day.month, day.day, 12)
    return zone_of(zone).utcoffset(noon) == zone_of(place).utcoffset(noon)
