"""A text before it goes out, a note or a bulletin, run through the checks that a single text can fail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from .checks import CHECKS, Finding, run
from .naming import labels
from .proposals import proposed
from .proposals.passages import quotations
from .records import Claim, Record, moment
from .scene import Scene
from .values import normal
from .vocabulary import fold, key_of, pattern, read_toml

#: The days that a text names are of many things: of them only the day of the week is looked at.
DATES, OTHERS = ("weekday",), ("clock", "inside", "place", "treaty", "demand")
#: A quotation of fewer words is a name or a word in quotation marks.
FEWEST_WORDS = 4
#: A quotation was copied if so many per cent of its letters stand in a source, in order and together.
COPIED = 90


def check_text(
    text: str,
    published: str,
    language: str,
    zone: str = "UTC",
    scene: Scene | None = None,
    records: Sequence[Record] = (),
    reader: str = "en",
) -> tuple[Finding, ...]:
    """What the checks find in one text; claims are read in it by rule, in the languages that there are rules for.

    published: its date, or a moment with offset, or ""; zone: of the post, as America/Chicago; scene: the kind of post
    and the demands of the note on file; records: what it may quote; reader: the language of the findings.
    Raises ValueError for an unknown zone.
    """
    scene = scene or Scene()
    record = record_of(text, published, language, zone)
    if scene.offset is None:
        scene = replace(scene, offset=_offset(zone, published))
    dates = tuple(claim for claim in record.claims if key_of(claim.fact).type == "date")
    others = tuple(claim for claim in record.claims if key_of(claim.fact).type not in ("date", "weekday"))
    found = {
        *run({name: CHECKS[name] for name in DATES}, [replace(record, claims=dates)], scene, reader),
        *run({name: CHECKS[name] for name in OTHERS}, [replace(record, claims=others)], scene, reader),
    }
    sentences = labels(reader)["checks"]
    missing = [sentences["demand_missing"].format(said=one) for one in _missing(text, scene.demands)]
    found |= {Finding("demand", (record.id,), says) for says in missing}
    found |= {Finding("quote", (record.id,), says) for says in unquoted(text, records, reader)}
    return tuple(sorted(found))


def record_of(text: str, published: str, language: str, zone: str = "UTC") -> Record:
    """The text as a record of the claims that are read in it, none of them confirmed."""
    found = proposed(text, language, moment(published), zone, place=zone)
    claims = [
        Claim("text", 0, one.fact, one.value, quote=one.raw, polarity=one.polarity, modality=one.modality)
        for one in found
    ]
    entered = pattern(read_toml("drafts.toml")["entered"])
    claims += [Claim("text", 0, "place.type", said[1], quote=said[0]) for said in entered.finditer(fold(text))]
    placed = tuple(replace(claim, place=number) for number, claim in enumerate(claims))
    return Record("text", published=published, language=language, claims=placed)


def _missing(text: str, demands: Iterable[str]) -> list[str]:
    """The demands of the note on file that the text does not make in any words that are known for them."""
    folded, key = fold(text), key_of("demand.words")
    made = {value for value, said in key.values if said.search(folded)}
    made |= {wide for narrow, wide in key.finer if narrow in made}
    return [one for one in demands if normal(key.id, one).norm not in made]


def unquoted(text: str, records: Iterable[Record], reader: str = "en") -> list[str]:
    """What is in quotation marks and in no quotation of the records, where these have any: a sentence for each, in the
    reader's language."""
    says = labels(reader)["checks"]["unquoted"]
    known = [fold(claim.quote) for record in records for claim in record.claims if claim.quote]
    said = [one.said for one in quotations(text) if known and len(one.said.split()) >= FEWEST_WORDS]
    strange = (one for one in said if not any(fuzz.partial_ratio(fold(one), quote) >= COPIED for quote in known))
    return [says.format(said=one) for one in strange]


def _offset(zone: str, published: str) -> timedelta | None:
    """How far the post was from UTC on the day of publication; without a day nobody can tell, as summers differ."""
    day = moment(published)
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).utcoffset() if day else None
