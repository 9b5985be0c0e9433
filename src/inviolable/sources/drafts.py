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

#: Checks of records that a text on its own can fail; of its dates, which are of many days, only the first.
DATES, ALONE = ("weekday",), ("clock", "inside", "place", "treaty", "demand")
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
    found: set[Finding] = set()
    for names, claims in ((DATES, _dates(text, published)), (ALONE, _told(text))):
        own = tuple(Claim("text", n, fact, value, quote=quote) for n, (fact, value, quote) in enumerate(claims))
        record = Record("text", published=published, language=language, claims=own)
        found.update(run({name: CHECKS[name] for name in names}, [record], scene, reader))
    sentences = labels(reader)["checks"]
    said = [normal("demand.words", one) for one in _found("demand.words", text)]
    for one in scene.demands:
        if not any(relation(normal("demand.words", one), value) in ("same", "finer") for value in said):
            found.add(Finding("demand", ("text",), sentences["demand_missing"].format(said=one)))
    quotes = [claim.quote for record in records for claim in record.claims if claim.quote]
    for quotation in _unquoted(text, quotes) if quotes else ():
        found.add(Finding("quote", ("text",), sentences["unquoted"].format(said=quotation)))
    return tuple(sorted(found))


def _told(text: str) -> list[tuple[str, str, str]]:
    """(fact, value, words) of what the checks look at: numbers, places entered, treaties, demands, clock times."""
    folded, signs = fold(text), _signs()
    found = [
        ("actor.count", number, match[0])
        for number, sign in (("1", "one"), ("plural", "several"))
        if (match := signs[sign].search(folded))
    ]
    found += [("place.type", match.groups()[-1], match[0]) for match in signs["entered"].finditer(folded)]
    found += [("legal.rule", match[0], match[0]) for match in signs["treaty"].finditer(folded)]
    found += [("demand.words", said, said) for said in _found("demand.words", text)]
    found += [("event.local_time", line, line) for line in re.split(r"[.;]\s", folded) if len(clocks_in(line)) > 1]
    return found


def _dates(text: str, published: str) -> list[tuple[str, str, str]]:
    """Every day that is written out, as (event.date, date, its words with the day of the week before them)."""
    folded = fold(text)
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
        words_said = folded[named.start() if named else match.start() : match.end()]
        found.append(("event.date", value, words_said))
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
