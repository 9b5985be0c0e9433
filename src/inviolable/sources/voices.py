"""Whose statement a claim is at the root: independence is counted there, never in pages.

A mirror, a rewrite or a machine's text repeats a voice and adds none. The patterns are in voices.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

from .clocks import day_in
from .records import Claim, Record
from .vocabulary import fold, pattern, read_toml

ORGANS = ("own_organ", "receiving_organ")
#: Between the speakers of a chain: whose statement it is comes first, then who passes it on.
VIA = " via "
#: Of an attribution or a lineage so many characters are read.
LONGEST = 500
KINDS = (*ORGANS, "eyewitness", "recording", "document", "expert", "press", "unknown")


@dataclass(frozen=True, order=True)
class Voice:
    """Whose statement it is. state: the State whose organ speaks (ISO 3166-1 alpha-2), "" where that is not told.

    called: in the words of the source, where no data file names it; which makes no other voice of it.
    """

    id: str
    kind: str
    state: str = ""
    called: str = field(default="", compare=False)


@dataclass(frozen=True)
class _Row:
    voice: Voice
    said: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    lineage: re.Pattern[str] | None


def voice_of(record: Record, claim: Claim, sending: str = "", receiving: str = "") -> Voice:
    """The voice of a claim. sending, receiving: the States of the case, where they are known: whose organ is "own"."""
    return voice_in(claim.attributed_to, record.lineage, sending, receiving)


@lru_cache(maxsize=10_000)
def voice_in(attributed_to: str, lineage: str = "", sending: str = "", receiving: str = "") -> Voice:
    """The same for a statement that somebody told us, in no document."""
    voice = _root(attributed_to, lineage)
    sides = {sending: "own_organ", receiving: "receiving_organ"}
    if voice.kind in ORGANS and voice.state and sending and receiving:
        return replace(voice, kind=sides.get(voice.state, "unknown"))
    return voice


def is_primary(kind: str) -> bool:
    """Whether this kind of voice was there, or was made there: an organ, an eyewitness, a recording, a document."""
    return kind in _table().primary


def said_on(record: Record, claim: Claim) -> str:
    """The day on which the voice said it (2026-01-29), "" where nobody tells.

    As the claim says; or as its attribution does, "spokesperson (29 Jan 2026)"; or when the record was published.
    """
    return (claim.as_of or day_in(claim.attributed_to[:LONGEST]) or record.published)[:10]


def _root(attributed_to: str, lineage: str) -> Voice:
    said, wrote = fold(attributed_to[:LONGEST].partition(VIA)[0]), fold(lineage[:LONGEST])
    for row in _table().rows if said else ():
        if row.said and row.said.search(said) and not (row.unless and row.unless.search(said)):
            hearsay = is_primary(row.voice.kind) and _table().hearsay.search(wrote)
            return _of_the_page(wrote) if hearsay or row.voice.id == "press" else row.voice
    if said:
        name = re.sub(r"\W+", "-", re.sub(r"\(.*?\)", "", said)).strip("-")
        return Voice(name or "unnamed", "unknown", called=attributed_to.partition(VIA)[0][:LONGEST].strip())
    return _of_the_page(wrote)


def _of_the_page(lineage: str) -> Voice:
    return next(row.voice for row in _table().rows if row.lineage and row.lineage.search(lineage))


@dataclass(frozen=True)
class _Table:
    rows: tuple[_Row, ...]
    primary: frozenset[str]
    hearsay: re.Pattern[str]


@cache
def _table() -> _Table:
    table = read_toml("voices.toml")
    rows = tuple(
        _Row(
            Voice(row["id"], row["kind"], row.get("state", "")),
            pattern(row["said"]) if "said" in row else None,
            pattern(unless) if (unless := _unless(row, table)) else None,
            pattern(row["lineage"]) if "lineage" in row else None,
        )
        for row in table["voices"]
    )
    return _Table(rows, frozenset(table["primary"]), pattern(table["hearsay"]))


def _unless(row: Mapping[str, Any], table: Mapping[str, Any]) -> list[str]:
    return [*row.get("unless", ()), *(table["no_organ"] if row["kind"] in ORGANS else ())]
