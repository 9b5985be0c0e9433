"""Claim records out of an incident's sources and into them, without loss (records.py says how they are written)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from inviolable.sources.records import Claim, Record
from inviolable.sources.shelf import CONFIRMED, Shelf, Source
from inviolable.sources.shelf import Claim as Kept
from inviolable.sources.terms import Told
from inviolable.sources.voices import VIA, voice_of

#: What both call the same of a document.
WORDS = ("publisher", "published", "language", "title", "lineage", "notes")
#: Keys whose values are names of people: left out of what is handed on, until somebody asks for them.
NAMES = frozenset({"actor.name", "staff.name", "target.name"})
#: Kinds of voice that may be a person: such a speaker is left out as well.
PEOPLE = ("eyewitness", "expert", "unknown")


def records_of(shelf: Shelf, states: Collection[str] = (CONFIRMED,), *, names: bool = True) -> list[Record]:
    """Every source as a record, with its claims in these states. names: also those that name people, and all speakers.

    Quotations and notes are as they are: they may name people, too.
    """
    return [_record(shelf, source, states, names) for source in shelf.sources.values()]


def record_name(source: Source) -> str:
    """What a source is called in a file of records: as it came in, or else by its number here."""
    return source.record or f"source-{source.id}"


def _record(shelf: Shelf, source: Source, states: Collection[str], names: bool) -> Record:
    kept = sorted(shelf.of(source.id), key=lambda one: int(one.id))
    told = [one for one in kept if one.state in states and (names or one.key not in NAMES)]
    if not names:
        told = [replace(one, speakers=()) if may_be_named(source, one) else one for one in told]
    return record_of(source, told)


def may_be_named(source: Source, kept: Kept) -> bool:
    """Whether the speaker of a claim may be a person: neither a body, nor a recording, nor the page itself."""
    record = record_of(source, [kept])
    return bool(kept.speakers) and voice_of(record, record.claims[0]).kind in PEOPLE


def record_of(source: Source, told: Sequence[Kept]) -> Record:
    """A source as a record with these claims of it, in their order."""
    name, words = record_name(source), {word: source.about(word) for word in WORDS}
    claims = tuple(_claim(name, place, one) for place, one in enumerate(told))
    return Record(name, url=source.about("address"), seen_as=source.seen_as, claims=claims, **words)


def _claim(record: str, place: int, kept: Kept) -> Claim:
    return Claim(
        record,
        place,
        kept.key,
        kept.value,
        attributed_to=VIA.join(kept.speakers),
        quote=kept.raw,
        note=kept.note,
        polarity=kept.polarity,
        modality=kept.modality,
        as_of=kept.as_of,
    )


def said_of(record: Record) -> dict[str, str]:
    """The description of a document as its record has it."""
    words = {word: getattr(record, word) for word in WORDS}
    return {word: text for word, text in (words | {"address": record.url}).items() if text}


def told_in(claim: Claim) -> Told:
    """One statement as its record has it. A chain of speakers is not taken apart again."""
    return Told(
        claim.fact,
        claim.value,
        raw=claim.quote,
        polarity=claim.polarity,
        modality=claim.modality,
        speakers=(claim.attributed_to,) if claim.attributed_to else (),
        as_of=claim.as_of,
        note=claim.note,
    )
