"""A text before it goes out, a note or a bulletin, run through the checks that a single text can fail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .checks import CHECKS, Finding, labels, run
from .clocks import clocks_in, day_parts, day_pattern
from .records import Claim, Record, moment
from .scene import Scene
from .values import normal, relation
from .vocabulary import fold, keys, pattern, read_toml, words

#: Checks of records that a text on its own can fail. Dates in it are not all that of the event.
ALONE = ("weekday", "clock", "inside", "place", "treaty", "demand")
#: A quotation shorter than this is a word in quotation marks.
FEWEST_WORDS = 4
#: Of a quotation that was copied, at least this much is in the source (longest matching blocks).
COPIED = 0.9


def check_text(
    text: str,
    published: str,
    language: str,
    zone: str = "",
    scene: Scene | None = None,
    records: Iterable[Record] = (),
    reader: str = "en",
) -> tuple[Finding, ...]:
    """What the checks find in one text.

    published: its date or moment, ""; language: of the text; zone: of the post, as America/Chicago; scene: the note
    on file with its demands, the kind of post; records: what it may quote; reader: the language of the findings.
    Raises ValueError for a zone that is none.
    """
    scene = scene or Scene()
    if zone and scene.offset is None:
        scene = replace(scene, offset=_offset(zone, published))
    found = set(run({name: CHECKS[name] for name in ALONE}, [record_of(text, published, language)], scene, reader))
    sentences = labels(reader)["checks"]
    said = [normal("demand.words", one) for one in _found("demand.words", text)]
    for one in scene.demands:
        if not any(relation(normal("demand.words", one), value) in ("same", "finer") for value in said):
            found.add(Finding("demand", ("text",), sentences["demand_missing"].format(said=one)))
    quotes = [claim.quote for record in records for claim in record.claims if claim.quote]
    for words_said in _unquoted(text, quotes) if quotes else ():
        found.add(Finding("quote", ("text",), sentences["unquoted"].format(said=words_said)))
    return tuple(sorted(found))


def record_of(text: str, published: str = "", language: str = "") -> Record:
    """The text as a record of what its checks look at: dates with their weekday, times, numbers, places, demands."""
    folded, signs = fold(text), _signs()
    claims: list[tuple[str, str, str]] = []
    for found in _days(folded, published):
        claims.append(("event.date", *found))
    for number, sign in (("1", "one"), ("plural", "several")):
        if match := signs[sign].search(folded):
            claims.append(("actor.count", number, match[0]))
    claims += [("place.type", match.groups()[-1], match[0]) for match in signs["entered"].finditer(folded)]
    claims += [("legal.rule", match[0], match[0]) for match in signs["treaty"].finditer(folded)]
    claims += [("demand.words", said, said) for said in _found("demand.words", text)]
    claims += [("event.local_time", line, line) for line in re.split(r"[.;\n]\s", folded) if len(clocks_in(line)) > 1]
    own = tuple(Claim("text", n, fact, value, quote=quote) for n, (fact, value, quote) in enumerate(claims))
    return Record("text", published=published, language=language, claims=own)


def _days(folded: str, published: str) -> list[tuple[str, str]]:
    """Every day that is written out, as (date, the words with the day of the week before them)."""
    weekday = "|".join(said.pattern for said in words().weekdays.values())
    before = re.compile(rf"({weekday})\W{{0,3}}(\w{{1,3}}\W){{0,2}}$")
    found = []
    for match in day_pattern().finditer(folded):
        year, month, day = day_parts(match, published)
        try:
            value = date(year, month, day).isoformat()
        except ValueError:
            continue
        named = before.search(folded, max(0, match.start() - 30), match.start())
        found.append((value, folded[named.start() if named else match.start() : match.end()]))
    return found


def _found(fact: str, text: str) -> list[str]:
    """What a text says of an enumerated fact: the words of each value whose pattern is found, to the end of a word."""
    folded = fold(text)
    found = (re.search(rf"(?:{said.pattern})\w*", folded) for _, said in keys()[fact].values)
    return [match[0] for match in found if match]


def _unquoted(text: str, quotes: Iterable[str]) -> list[str]:
    """What is in quotation marks and in none of the quotations at hand."""
    known = [fold(quote) for quote in quotes]
    said = [match["words"].strip() for match in _signs()["quoted"].finditer(text)]
    return [one for one in said if len(one.split()) >= FEWEST_WORDS and not any(_copied(fold(one), q) for q in known)]


def _copied(said: str, quote: str) -> bool:
    blocks = SequenceMatcher(None, said, quote, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= COPIED * len(said)


def _offset(zone: str, published: str) -> timedelta | None:
    """How far the post was from UTC on the day of publication; without a day nothing is told, as summers differ."""
    day = moment(published)
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{zone!r} is no time zone; write it as America/Chicago") from None
    return datetime(day.year, day.month, day.day, 12, tzinfo=place).utcoffset() if day else None


@cache
def _signs() -> dict[str, re.Pattern[str]]:
    return {name: pattern(said) for name, said in read_toml("drafts.toml").items()}
