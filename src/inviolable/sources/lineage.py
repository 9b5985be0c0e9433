"""Which pages seem to go back to the same root: what they credit, long sentences they share, errors they share.

Proposals only: a person says whose statement a page passes on. Shared errors are the strongest sign, since nobody makes
the same slip twice on their own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from rapidfuzz import fuzz

from .proposals.dates import dates, today
from .proposals.language import language_of
from .proposals.passages import quotations, sentences

#: A sentence of fewer words may be the same by chance.
FEWEST_WORDS = 10
#: Sentences are copies from so many per cent of likeness on; unrelated ones were measured at 40 to 49.
ALIKE = 85
#: So many words in a row make two sentences worth comparing.
SHINGLE = 4


@dataclass(frozen=True)
class Page:
    """A text with what its dates are read by: published is a date or a moment with offset, zone the publisher's."""

    id: str
    text: str
    language: str
    published: date | datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True)
class Place:
    """Where a page shows it; start and end are characters of its text."""

    page: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True)
class Kinship:
    """A proposal that these pages have a root in common. root: whom they credit, the date in error, or the sentence."""

    kind: Literal["credit", "sentence", "error"]
    root: str
    places: tuple[Place, ...]

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages, each once, in order."""
        return tuple(dict.fromkeys(one.page for one in self.places))


def kinships(pages: Iterable[Page]) -> list[Kinship]:
    """What the pages credit (a page alone, too), then the errors and the long sentences that two or more share."""
    read = list(pages)
    return [*_credits(read), *_errors(read), *_shared(read)]


def _credits(pages: list[Page]) -> Iterator[Kinship]:
    found: dict[str, list[Place]] = defaultdict(list)
    for page in pages:
        language = language_of(page.language)
        for one in language.credit.finditer(page.text) if language else ():
            wire = next(name for key, name in one.groupdict().items() if key.startswith("wire") and name)
            found[wire].append(Place(page.id, *one.span(), one[0]))
    for wire, places in sorted(found.items()):
        yield Kinship("credit", wire, tuple(places))


def _errors(pages: list[Page]) -> Iterator[Kinship]:
    """Dates whose weekday is another, whatever the language they are told in."""
    found: dict[tuple[date, int], list[Place]] = defaultdict(list)
    for page in pages:
        language = language_of(page.language)
        if not language:
            continue
        now = today(page.published, page.zone)
        for sentence in sentences(page.text, quotations(page.text), language):
            for one in dates(sentence.shown, language, now):
                if one.day and one.weekday is not None and one.day.weekday() != one.weekday:
                    start, end = sentence.start + one.start, sentence.start + one.end
                    found[one.day, one.weekday].append(Place(page.id, start, end, page.text[start:end]))
    for (day, _), places in sorted(found.items()):
        kinship = Kinship("error", day.isoformat(), tuple(places))
        if len(kinship.pages) > 1:
            yield kinship


def _shared(pages: list[Page]) -> Iterator[Kinship]:
    """Each long sentence is compared with the first of its likes: time grows with the text, not with pairs of pages."""
    firsts: list[str] = []
    places: list[list[Place]] = []
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for page in pages:
        for start, end in _long(page):
            quote = page.text[start:end]
            said = re.findall(r"\w+", quote.casefold())
            runs = {tuple(said[at : at + SHINGLE]) for at in range(len(said) - SHINGLE + 1)}
            alike = _alike(" ".join(said), runs, firsts, index)
            if alike is None:
                alike = len(firsts)
                firsts.append(" ".join(said))
                places.append([])
                for run in runs:
                    index[run].append(alike)
            places[alike].append(Place(page.id, start, end, quote))
    for shared in places:
        kinship = Kinship("sentence", shared[0].quote, tuple(shared))
        if len(kinship.pages) > 1:
            yield kinship


def _long(page: Page) -> Iterator[tuple[int, int]]:
    for one in sentences(page.text, quotations(page.text), language_of(page.language)):
        if one.inside is None and len(page.text[one.start : one.end].split()) >= FEWEST_WORDS:
            yield one.start, one.end


def _alike(
    said: str, runs: set[tuple[str, ...]], firsts: list[str], index: dict[tuple[str, ...], list[int]]
) -> int | None:
    """The first sentence that this one is a copy of: of the ten that share most runs of words, the likest."""
    common = Counter(other for run in runs for other in index.get(run, ())[:50])
    scores = [(fuzz.ratio(said, firsts[other], score_cutoff=ALIKE), -other) for other, _ in common.most_common(10)]
    best, other = max(scores, default=(0.0, 0))
    return -other if best else None
