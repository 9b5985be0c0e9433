"""What the program proposes of one text, less what people decided on already, and the text with every place marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from inviolable.sources import anchor
from inviolable.sources.proposals import Proposal, languages, propose
from inviolable.sources.records import moment
from inviolable.sources.shelf import Claim, Shelf, Source, Version
from inviolable.sources.terms import Told

#: Characters of a text that are read for proposals: beyond them nobody works through it sentence by sentence.
MOST = 60_000
#: Signs that are typed for one another.
ALIKE = ('"“”„«»', "'’‘", "–—-")


class Piece(NamedTuple):
    """A run of a text, and the character at which a marked place begins; None between marks."""

    words: str
    start: int | None


@dataclass(frozen=True)
class Work:
    """One version of a source as it is worked through."""

    source: Source
    version: Version
    words: str
    zone: str

    @property
    def genuine(self) -> bool:
        """Whether these are the words that were recorded."""
        return anchor.digest(self.words) == self.version.text

    @property
    def readable(self) -> bool:
        """Whether there are rules for its language."""
        return self.source.about("language").lower().partition("-")[0] in languages()

    def proposals(self, shelf: Shelf) -> list[Proposal]:
        """What the rules read in it and nobody has decided on; nothing in words that were not recorded."""
        if not self.genuine:
            return []
        found = _proposed(self.words[:MOST], self.source.about("language"), self.source.about("published"), self.zone)
        here, before = set(_places(shelf, self.source.id, self.version.number)), set(_before(shelf, self))
        return [
            one
            for one in found
            if (one.fact, anchor.digest(one.value), one.start, one.end) not in here
            and (one.fact, anchor.digest(one.value), one.raw) not in before
            and (one.fact, anchor.digest(one.value), None) not in before
        ]

    def told(self, proposal: Proposal) -> Told:
        """A proposal as the claim that a person may make of it."""
        return Told(
            proposal.fact,
            proposal.value,
            raw=proposal.raw,
            polarity=proposal.polarity,
            modality=proposal.modality,
            speakers=(proposal.speaker,) if proposal.speaker else (),
            anchor=asdict(anchor.make(self.words, proposal.start, proposal.end)),
            rule=proposal.rule,
        )

    def place(self, proposal: Proposal) -> dict[str, Any]:
        """By what an entry names a proposal."""
        return {
            "version": self.version.number,
            "key": proposal.fact,
            "value": anchor.digest(proposal.value),
            "start": proposal.start,
            "end": proposal.end,
            "rule": proposal.rule,
        }

    def pieces(self, claims: Iterable[Claim], proposals: Iterable[Proposal]) -> Iterator[Piece]:
        """The text, cut at every place that something was read at; of places that overlap the first is marked.

        Raises anchor.Misplaced for a claim that does not stand where it says, and for words that were not recorded.
        """
        if not self.genuine:
            raise anchor.Misplaced(f"these words are not those that were recorded (SHA-256 {self.version.text})")
        own = [one for one in claims if one.anchor and one.version == self.version.number]
        spans = {anchor.find(self.words, anchor.Anchor(**one.anchor)) for one in own}
        at = 0
        for start, end in sorted(spans | {(one.start, one.end) for one in proposals}):
            if start < at:
                continue
            yield Piece(self.words[at:start], None)
            yield Piece(self.words[start:end], start)
            at = end
        yield Piece(self.words[at:], None)


def anchored(words: str, passage: str, old: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The anchor of a passage that stands in a text once; empty where it stands there never, or more than once.

    old: where it stood until now, which holds while its words are the same; a form leaves ends of lines away.
    """
    if old and "".join(passage.split()) == "".join(old["exact"].split()):
        return dict(old)
    found = places(words, passage)
    return asdict(anchor.make(words, *found[0])) if len(found) == 1 else {}


def places(words: str, passage: str) -> list[tuple[int, int]]:
    """Where a passage stands in a text. Spaces and the form of quotation marks do not count, as forms and people change
    them; nor do capitals, where it stands nowhere with its own."""
    signs = "".join(passage.split())
    one = r"\s*".join(next((f"[{same}]" for same in ALIKE if sign in same), re.escape(sign)) for sign in signs)
    found = ([each.span() for each in re.finditer(one, words, how)] for how in (re.NOFLAG, re.IGNORECASE) if signs)
    return next(filter(None, found), [])


def _places(shelf: Shelf, source: str, version: int) -> Iterator[tuple[str, str, int, int]]:
    """What was decided on: turned down, or made a claim of, whatever became of that. A value is its SHA-256."""
    for name, number, key, value, start, end in shelf.rejected:
        if (name, number) == (source, version):
            yield key, value, start, end
    for claim in shelf.of(source):
        if claim.anchor and claim.version == version:
            yield claim.key, anchor.digest(claim.value), claim.anchor["start"], claim.anchor["end"]


def _before(shelf: Shelf, work: Work) -> Iterator[tuple[str, str, str | None]]:
    """What was decided on in other versions: (key, SHA-256 of the value, words), None for whatever words."""
    for name, number, key, value, _start, _end in shelf.rejected:
        if name == work.source.id and number != work.version.number:
            yield key, value, None
    for claim in shelf.of(work.source.id):
        if claim.version != work.version.number:
            yield claim.key, anchor.digest(claim.value), claim.raw


@lru_cache(maxsize=500)
def _proposed(words: str, language: str, published: str, zone: str) -> list[Proposal]:
    """The same text gives the same proposals. A moment counts as the day that the document names it with."""
    told = moment(published) if published else None
    day = date(told.year, told.month, told.day) if told else None
    return propose(words, language, day, place=zone)
