"""What an incident is made of, as its entries tell it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from inviolable.ledger.gaps import gaps
from inviolable.ledger.moments import Happened
from inviolable.ledger.slices import Slice, read_statement, slices

#: The part that an incident begins with.
FIRST = "1"
#: In which language the officer is told something where nobody said which: that of a case file that names none.
OTHERWISE_SAID_IN = "en"


@dataclass(frozen=True)
class Told(Happened):
    """When something happened, as an entry says it."""

    def __post_init__(self) -> None:
        """It was checked when it was recorded; whoever reads it later may know other zones."""


@dataclass(frozen=True)
class Item:
    """One entry in the timeline. sealed: its sealed fields, each with its commitment."""

    seq: int
    kind: str
    happened: Told
    recorded: datetime
    actor: Mapping[str, str]
    device: str
    body: Mapping[str, Any]
    sealed: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """One place, one group of actors, one moment. occurred: as in a case file; words: its title by language, where the
    program gave it."""

    id: str
    title: str
    occurred: str
    place: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """One attributed statement. raw: the words said; voice: whose statement it is; source: where it was found.

    record: the document that it stands in, "" where somebody said it to us. note: what they said in words that are not
    theirs, as "They said that" goes on; of a document, what its reader remarks.
    """

    id: str
    seq: int
    part: str
    key: str
    value: str
    raw: str
    polarity: str
    voice: str
    source: str
    happened: Told
    record: str = ""
    note: str = ""

    @property
    def indirect(self) -> bool:
        """Whether it is told in words that are not theirs, which nobody quotes."""
        return bool(self.note) and not (self.raw or self.record)

    @property
    def said(self) -> str:
        """What they said, in their words or in those of whoever tells it."""
        return self.note if self.indirect else self.raw

    @property
    def said_by(self) -> str:
        """Voice and source in one line, "" where nobody is named."""
        return ": ".join(filter(None, (self.voice, self.source)))


@dataclass(frozen=True)
class Decision:
    """A person confirmed a value, or withdrew it. claims: what it rests on; happened: when that became known."""

    seq: int
    part: str
    key: str
    value: str
    confirmed: bool
    claims: tuple[str, ...]
    why: str
    happened: Told


@dataclass(frozen=True)
class Finding:
    """What the law was found to say. case: a case file's text; packs: SHA-256 of each law file by its name."""

    seq: int
    part: str
    as_of: str
    case: str
    answer: Mapping[str, Any]
    engine: str
    packs: Mapping[str, str]


@dataclass(frozen=True)
class Obligation:
    """Something to be done, such as `task/1`: opened by one entry, and closed by another once it is done.

    words: `what` by language, where it is no person's own words. to, superior: who does it, and who answers for that
    it is done, also when the incident is closed; "" where nobody does.
    """

    name: str
    kind: str
    what: str
    to: str
    opened_by: int
    due: datetime | None
    closed_by: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    superior: str = ""


@dataclass(frozen=True)
class Exhibit:
    """An item of evidence as it was received; opened: the entries by which somebody opened it."""

    id: str
    seq: int
    body: Mapping[str, Any]
    opened: tuple[int, ...] = ()


@dataclass(frozen=True)
class Recording:
    """A recording in sealed segments. By number: their exhibits, what was said of them, and of all that was announced.

    The fold adds to these in place (`copy` is another to add to): an hour has some 5,400. opened, quarantined: entries;
    gaps: as its end said them; made: how many its device says that it made.
    """

    id: str
    seq: int
    body: Mapping[str, Any]
    segments: dict[int, str] = field(default_factory=dict)
    statements: dict[int, str] = field(default_factory=dict)
    announced: dict[int, str] = field(default_factory=dict)
    quarantined: list[int] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    ended: int | None = None
    ended_by: int | None = None
    made: int = 0
    gaps: tuple[str, ...] = ()

    def copy(self) -> Recording:
        """The same, to be added to."""
        added_to = ("segments", "statements", "announced", "quarantined", "opened")
        return replace(self, **{name: copy(getattr(self, name)) for name in added_to})

    @property
    def missing(self) -> list[str]:
        """The numbers that never arrived, of those that must exist: `4-6` for three in a row."""
        top = max((*self.segments, *self.announced, self.made - 1))
        return gaps([*self.segments, top + 1])

    def slices(self) -> list[Slice]:
        """What was filmed, slice by slice, the announced ones that have not come included."""
        told = ((one, text) for one, text in self.announced.items() if one not in self.segments)
        return slices(map(read_statement, self.statements.values()), (read_statement(text) for _one, text in told))


@dataclass(frozen=True)
class Person:
    """Somebody the record protects: an id, and nothing that tells who it is.

    sealed: what is known, each with its commitment.
    """

    subject: str
    seq: int
    capacity: str
    part: str
    sealed: Mapping[str, str]
    erased: int | None = None
