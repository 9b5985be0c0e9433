"""Dates and weekdays in a text, resolved against the day on which it was published where it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .language import Language

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
FIGURES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")


@dataclass(frozen=True)
class Dated:
    """A date that is said. weekday: the day of the week if one is said with it, from Monday as 0.

    They may not belong together: both are kept as they were said.
    """

    start: int
    end: int
    day: date | None
    weekday: int | None = None


def zone_of(name: str) -> ZoneInfo:
    """A zone by its IANA name. Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"zone is {name!r}; give an IANA name such as America/Chicago") from None


def today(published: date | datetime | None, zone: str) -> date | None:
    """The day that a text calls today. Raises ValueError for a moment without offset, or an unknown zone."""
    if not isinstance(published, datetime):
        return published
    if published.tzinfo is None:
        raise ValueError(f"published is {published.isoformat()}, without an offset; add one such as +00:00")
    try:
        return published.astimezone(zone_of(zone)).date()
    except OverflowError:
        return published.date()


def dates(shown: str, language: Language, now: date | None) -> list[Dated]:
    """Every date in a sentence, in order; nothing is read twice. Without a `now` only whole dates are resolved."""
    found: list[Dated] = []
    for one in _all(shown, language, now):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


@cache
def _forms(language: Language) -> tuple[re.Pattern[str], ...]:
    return tuple(language.pattern(form) for form in language.tables["dates"]["forms"])


@cache
def _relative(language: Language) -> tuple[tuple[re.Pattern[str], int, bool], ...]:
    tables = language.tables["dates"]
    ago = [(language.pattern(said), days, True) for said, days in tables["ago"].items()]
    return (*ago, *((language.pattern(said), days, False) for said, days in tables["days"].items()))


def _all(shown: str, language: Language, now: date | None) -> Iterator[Dated]:
    for one in ISO.finditer(shown):
        yield from _dated(one, int(one[1]), int(one[2]), int(one[3]))
    for one in FIGURES.finditer(shown):
        first, second, year = map(int, one.groups())
        if language.tables["dates"]["day_first"] == "yes" or first > 12 or first == second:
            yield from _dated(one, year, second, first)
        elif second > 12:
            yield from _dated(one, year, first, second)
    for form in _forms(language):
        for one in form.finditer(shown):
            resolved = _resolve(one, language, now, _ahead(shown, *one.span(), language))
            if resolved:
                yield resolved
    for pattern, days, ago in _relative(language):
        for one in pattern.finditer(shown):
            count = language.number(one["n"]) if ago and "n" in pattern.groupindex else 1
            if now and count is not None:
                with suppress(OverflowError):
                    yield Dated(*one.span(), now + timedelta(days=(-days if ago else days) * count))


def _ahead(shown: str, start: int, end: int, language: Language) -> bool:
    """Whether the clause that a date stands in speaks of what is to come."""
    opens = [one.end() for one in language.clause.finditer(shown, 0, start)]
    closes = language.clause.search(shown, end)
    begin = max([*opens, *(shown.rfind(mark, 0, start) for mark in ",;:")], default=0)
    ends = [place for mark in ",;:" if (place := shown.find(mark, end)) >= 0] + ([closes.start()] if closes else [])
    clause = shown[max(begin, 0) : min(ends, default=len(shown))]
    return language.pattern(language.tables["dates"]["ahead"]).search(clause) is not None


def _dated(one: re.Match[str], year: int, month: int, day: int) -> Iterator[Dated]:
    with suppress(ValueError):
        yield Dated(*one.span(), date(year, month, day))


def _resolve(one: re.Match[str], language: Language, now: date | None, ahead: bool) -> Dated | None:
    said = one.groupdict()
    weekday = language.weekdays[said["weekday"].lower()] if said.get("weekday") else None
    try:
        if said.get("month"):
            day = _in_year(int(said["day"]), language.months[said["month"].lower()], said.get("year"), now, ahead)
        elif said.get("day"):
            day = _in_month(int(said["day"]), now)
        else:
            day = now and _weekday(int(weekday or 0), now, {key for key, found in said.items() if found}, ahead)
    except (ValueError, OverflowError):
        return None
    return Dated(*one.span(), day, weekday) if day or weekday is not None else None


def _in_year(day: int, month: int, year: str | None, now: date | None, ahead: bool) -> date | None:
    """A day without its year is the last one that has been, unless the sentence looks ahead."""
    if year:
        return date(int(year), month, day)
    if not now:
        return None
    years = [now.year, now.year + 1] if ahead else [now.year, now.year - 1]
    tried = []
    for candidate in years:
        with suppress(ValueError):  # 29 February
            tried.append(date(candidate, month, day))
    fits = [one for one in tried if (one >= now if ahead else one <= now)]
    return next(iter(fits or tried), None)


def _in_month(day: int, now: date | None) -> date | None:
    if not now:
        return None
    month = now.replace(day=1) if day <= now.day else (now.replace(day=1) - timedelta(days=1)).replace(day=1)
    return month.replace(day=day)


def _weekday(weekday: int, now: date, said: set[str], ahead: bool) -> date:
    """The last such day, today included: press tells of what has been."""
    since = (now.weekday() - weekday) % 7
    if "ahead" in said or (ahead and "back" not in said):
        return now + timedelta(days=7 - since)
    if "back" in said and since == 0:
        since = 7
    return now - timedelta(days=since)
