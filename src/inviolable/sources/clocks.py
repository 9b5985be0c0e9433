"""Days and clock times as people write them, in every language there are words for.

Only what is written out is read: "yesterday" or "Wednesday" need to know when and where the text was written.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from .records import moment
from .vocabulary import fold, words

#: The same moment told in another zone may follow: "14:00 local = 15:00 Japan time".
AGAIN = re.compile(r"(\s*=.*)?")


def clocks_in(text: str, day: str = "") -> list[tuple[int, int | None]]:
    """Every clock time in a text: (minutes of the day, minutes east of UTC; None: local, or the zone is not told).

    day: gives the zones of the IANA, such as America/Chicago, their offset; without it times in them are not read.
    """
    return [read for match in clock().finditer(fold(text)) if (read := read_clock(match, day))]


def read_clock(match: re.Match[str], day: str = "") -> tuple[int, int | None] | None:
    """What `clock` matched, as (minutes of the day, minutes east of UTC or None); None where no clock shows it."""
    hour, minute, after, alone, name, sign, east, east_minutes, place = match.groups()
    half = after or alone
    hours = int(hour) % 12 + (12 if half[0] == "p" else 0) if half else int(hour)
    if hours > 23 or int(minute or 0) > 59 or (half and int(hour) > 12):
        return None
    offset = None
    if name:
        offset = next(minutes for said, minutes in words().zones if said.fullmatch(name))
    elif sign:
        offset = (-1 if sign == "-" else 1) * (int(east) * 60 + int(east_minutes))
    elif place and (offset := _offset(place, day)) is None:
        return None
    return hours * 60 + int(minute or 0), offset


def _offset(place: str, day: str) -> int | None:
    """Minutes east of UTC in a zone at noon of a day; None without the day, or where there is no such zone."""
    then, name = moment(day), _zones().get(place)
    if not then or not name:
        return None
    east = datetime(then.year, then.month, then.day, 12, tzinfo=ZoneInfo(name)).utcoffset()
    return round(east.total_seconds() / 60) if east is not None else None


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@cache
def clock() -> re.Pattern[str]:
    """11:00, 11.00 h, 11 a.m., with an offset or the name of a zone after it."""
    half = r"([ap]\.?\s?m\b\.?)"
    zones = "|".join(said.pattern for said, _ in words().zones).replace("(", "(?:")
    zone = rf"(?:,?\s*\(?(?:(?:local(?: time)?|hora local)\b|({zones})\b|([+-])(\d\d):(\d\d)|([a-z]+/[a-z_/]+))\)?)?"
    return re.compile(rf"\b(\d{{1,2}})(?:[:.h](\d\d)(?!\d)(?:\s?h(?:rs)?\b\.?)?(?:\s*{half})?|\s*{half}){zone}")


@lru_cache(maxsize=10_000)
def day_in(text: str) -> str:
    """The first whole day that is written out in a text, as 2026-01-27; "" where there is none."""
    for match in day_pattern().finditer(fold(text)):
        year, month, day = day_parts(match, "")
        if year and 1 <= day <= monthrange(year, month)[1]:
            return f"{year:04}-{month:02}-{day:02}"
    return ""


def day_parts(match: re.Match[str], published: str) -> tuple[int, int, int]:
    """What `day_pattern` matched, as year (that of publication where none is written, else 0), month, day."""
    parts, then = match.groupdict(), moment(published)
    named = parts["month"] or parts["month2"]
    month = next(n for n, said in words().months.items() if re.fullmatch(said, named))
    year = parts["year"] or parts["year2"] or (then.year if then else 0)
    return int(year), month, int(parts["day"] or parts["day2"])


@cache
def day_pattern() -> re.Pattern[str]:
    """27 January 2026, 27 de enero, January 27, 2026: whole, without a year, in each language there are months for."""
    month = "|".join(words().months.values())
    return re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º)?\s(?:de\s|of\s)?(?P<month>{month})(?!\w)(?:,?\s(?:del?\s)?(?P<year>\d{{4}}))?"
        rf"|\b(?P<month2>{month})\s(?P<day2>\d{{1,2}})\b(?:st|nd|rd|th)?(?:,?\s(?P<year2>\d{{4}}))?"
    )
