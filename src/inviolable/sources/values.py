"""What a claim's words mean as a value of their type, and how two values of one fact stand to each other.

Raw words are never lost: a value stands beside them. What cannot be read as its type is kept as text and compared
with nothing.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

from .clocks import AGAIN, clock, day_parts, day_pattern, read_clock
from .vocabulary import Key, fold, key_of, words

Relation = Literal["same", "finer", "compatible", "variant", "conflict", "impossible"]

#: "About" a clock time is taken as so many minutes before or after it.
ABOUT_MINUTES = 30
DAY_MINUTES = 24 * 60
#: No end: "at least two" reaches from two to here.
MOST = 10**9
#: What is longer is no value but a text: so many characters of it are read.
LONGEST = 500
#: Two spellings of one name have at least so many per cent of their letters in common, in order (Indel similarity).
ALIKE = 80


@dataclass(frozen=True)
class Value:
    """What was said, as a value of its type: `text` where it could not be read.

    low, high: days (proleptic Gregorian ordinals), minutes of the day or things counted, both inclusive.
    offset: minutes east of UTC of a clock time; None is the local time of the place.
    """

    fact: str
    type: str
    norm: str
    low: int = 0
    high: int = 0
    about: bool = False
    offset: int | None = None
    denied: bool = False

    @property
    def exact(self) -> bool:
        """So many, and no more."""
        return self.type == "count" and self.norm.startswith("=")


@lru_cache(maxsize=100_000)
def normal(fact: str, raw: str, published: str = "", denied: bool = False, quote: str = "") -> Value:
    """The value of these words for this fact. published: gives a day the year it was said without.

    quote: the passage that says so, which may count more exactly: "un solo agente".
    """
    key, said = key_of(fact), fold(raw)
    readers = {"date": _date, "weekday": _weekday, "time": _time, "count": _count, "enum": _enum, "words": _enum}
    found = readers[key.type](key, said[:LONGEST], published) if key.type in readers else None
    if found is None:
        found = Value(fact, "name" if key.type == "name" else "text", said)
    norm, told = found.norm, f"{said[:LONGEST]} · {fold(quote)[:LONGEST]}"
    if found.type == "count" and norm.isdecimal() and words().only.search(told):
        norm = f"={norm}"
    return Value(**{**found.__dict__, "denied": denied, "norm": norm})


def relation(a: Value, b: Value) -> Relation:
    """How two values stand to each other, in either order. A day and a weekday are `impossible` if they disagree."""
    if {a.type, b.type} == {"date", "weekday"}:
        day, weekday = (a, b) if a.type == "date" else (b, a)
        return "compatible" if day.low < day.high or _day_name(day.low) == weekday.norm else "impossible"
    if a.fact != b.fact:
        raise ValueError(f"{a.fact} and {b.fact} are different facts")
    key = key_of(a.fact)
    if a.denied or b.denied:
        return _denied(key, a, b)
    if a.type != b.type or a.type == "text":
        return "same" if a.norm == b.norm else "compatible"
    if a.type == "name":
        return _names(key, a.norm, b.norm)
    if a.type in ("date", "time", "count"):
        return _measures(key, a, b)
    if a.type == "weekday" and a.norm != b.norm:
        return "compatible" if (a.low - b.low) % 7 in (1, 6) else "conflict"
    return _words(key, a.norm, b.norm)


def _denied(key: Key, a: Value, b: Value) -> Relation:
    if a.denied and b.denied:
        return "same" if a.norm == b.norm else "compatible"
    denied, affirmed = (a, b) if a.denied else (b, a)
    implied = a.norm == b.norm or (affirmed.norm, denied.norm) in key.finer
    return "conflict" if implied else "compatible"


def _names(key: Key, a: str, b: str) -> Relation:
    if a == b:
        return "same"
    if fuzz.ratio(a[:LONGEST], b[:LONGEST]) >= ALIKE:
        return "variant"
    return "compatible" if key.several else "conflict"


def _measures(key: Key, a: Value, b: Value) -> Relation:
    if (a.offset is None) != (b.offset is None):
        return "compatible"
    if a.norm == b.norm and a.offset == b.offset:
        return "same"
    wide, narrow = sorted((_reach(a), _reach(b)), key=lambda reach: reach[0] - reach[1])
    if wide == narrow and a.type == "time" and a.low == a.high:
        return "same"
    if wide[0] <= narrow[0] and narrow[1] <= wide[1]:
        vague = any(value.about and value.low == value.high and _reach(value) == wide for value in (a, b))
        return "compatible" if vague else "finer"
    # One moment has two dates at a time on earth: neighbouring days need not contradict each other.
    near = 1 if a.type == "date" else 0
    overlap = wide[0] - near <= narrow[1] and narrow[0] - near <= wide[1]
    side_by_side = key.several and not (a.exact or b.exact)
    return "compatible" if overlap or side_by_side else "conflict"


def _reach(value: Value) -> tuple[int, int]:
    """From when to when, in UTC where the offset is known; "about" reaches further."""
    slack = ABOUT_MINUTES if value.about and value.low == value.high else 0
    low = value.low if value.offset is None else (value.low - value.offset) % DAY_MINUTES
    return low - slack, low + value.high - value.low + slack


def _words(key: Key, a: str, b: str) -> Relation:
    if a == b:
        return "same"
    pair = frozenset((a, b))
    if (a, b) in key.finer or (b, a) in key.finer:
        return "finer"
    if pair in key.conflict:
        return "conflict"
    if any((value, a) in key.finer and (value, b) in key.finer for value, _ in key.values):
        return "compatible"
    if pair in key.variant or (key.type == "words" and not key.several):
        return "variant"
    return "compatible" if key.several else "conflict"


def _date(key: Key, said: str, published: str) -> Value | None:
    if match := re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", said):
        year, month, day = (int(part) if part else 0 for part in match.groups())
    elif match := day_pattern().fullmatch(said):
        year, month, day = day_parts(match, published)
    else:
        return None
    try:
        low = date(year, month or 1, day or 1)
        high = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None
    norm = low.isoformat()[: 10 if day else 7 if month else 4]
    return Value(key.id, "date", norm, low.toordinal(), high.toordinal())


def _weekday(key: Key, said: str, _published: str) -> Value | None:
    found = [day for day, pattern in words().weekdays.items() if pattern.search(said)]
    if len(found) != 1:
        return None
    number = tuple(words().weekdays).index(found[0])
    return Value(key.id, "weekday", found[0], number, number)


def _day_name(ordinal: int) -> str:
    return tuple(words().weekdays)[(ordinal - 1) % 7]


def _time(key: Key, said: str, published: str) -> Value | None:
    """A clock time that is all that was said, or a part of the day; "14:05 the vice-consul comes" is another moment."""
    rest = words().about.sub("", said, count=1)
    about, match = rest != said, clock().match(rest)
    if match and AGAIN.fullmatch(rest, match.end()) and (read := read_clock(match, published[:10])):
        at, offset = read
        zone = "" if offset is None else f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
        return Value(key.id, "time", f"{at // 60:02}:{at % 60:02}{zone}", at, at, about, offset)
    for span, pattern in words().dayparts:
        if pattern.search(rest):
            low, high = (int(end[:2]) * 60 + int(end[3:]) for end in span.split("-"))
            return Value(key.id, "time", span, low, high, about)
    return None


def _count(key: Key, said: str, _published: str) -> Value | None:
    said = words().only.sub("", said, count=1).strip() or said
    rest = words().least.sub("", said, count=1)
    first = re.match(r"(\d{1,6})\b(?!.*\+)|(\w+)\b", rest)
    if first and (number := int(first[1]) if first[1] else words().numbers.get(first[2])) is not None:
        open_ended = rest != said
        return Value(
            key.id, "count", f">={number}" if open_ended else str(number), number, MOST if open_ended else number
        )
    if words().one.match(rest):
        return Value(key.id, "count", "1", 1, 1)
    if words().plural.match(rest):
        return Value(key.id, "count", "plural", 2, MOST)
    return None


def _enum(key: Key, said: str, _published: str) -> Value | None:
    found = next((value for value, pattern in key.values if _affirmed(key, pattern, said)), None)
    return Value(key.id, key.type, found) if found else None


def _affirmed(key: Key, pattern: re.Pattern[str], said: str) -> bool:
    """Whether a pattern is found and nowhere undone: "nobody agreed" tells of no agreement. A doubt is no reading."""
    found = list(pattern.finditer(said))
    return bool(found) and (key.conditional or not any(_undone(said, one.start(), one.end()) for one in found))


def _undone(said: str, start: int, end: int) -> bool:
    clause = words().clause.split(said[:start])[-1]
    return bool(words().denial.search(clause) or words().nobody.search(said[end:]))
