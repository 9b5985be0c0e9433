"""What a note is made of before it is a document: paragraphs with marks, and what each mark stands for. Pure.

A paragraph is plain text in which `[[key]]` stands for a fact, a finding or a blank: the same facts fill the text in
every language, an editor of Word keeps them apart from free text, and what is not known stays a visible blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: A note verbale (third person, initialled), a signed note (first person), a consulate's letter to local authorities
#: (VCCR 38(a)), a public statement, and the record of an oral démarche.
FORMS = ("note_verbale", "signed_note", "letter", "statement", "demarche")
#: What a paragraph is for.
BLOCKS = (
    "opening", "facts", "consent", "rules", "characterisation", "protest", "demands", "legal_notice", "reservation",
    "annexes", "reply", "closing", "free",
)  # fmt: skip
#: How many characters one paragraph may have.
MOST = 8000
#: What may be demanded (ARSIWA 30, 31, 34 to 37).
DEMANDS = (
    "explanation", "investigation", "cessation", "return", "instructions", "non_repetition", "regret", "compensation",
)  # fmt: skip
#: Who writes to whom: VCCR 38, VCDR 41(2).
CHANNELS = ("ministry_to_embassy", "embassy_to_ministry", "consulate_to_local_authority", "to_the_public")
#: Whether a mark has something to stand for.
STATES = ("confirmed", "contested", "unknown")


@dataclass(frozen=True)
class Value:
    """What a mark stands for. words: by language, several where the fact is contested, none where it is unknown.

    key: as in `[[key]]`; asks: what is missing, by language, which the blank shows; claims: what it rests on; seq: the
    entry that confirmed it, or that is the finding; cites, tag, result: of a finding; reviewed: the role that reviewed
    what it rests on when the note was drafted, "" if none; whether it is reviewed now, its release asks anew.
    """

    key: str
    state: str
    words: Mapping[str, tuple[str, ...]]
    asks: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    seq: int = 0
    cites: tuple[str, ...] = ()
    tag: str = ""
    result: str = ""
    reviewed: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. text: by language, with marks; demand: one of DEMANDS that it makes; numbered: in the body."""

    id: str
    block: str
    text: Mapping[str, str]
    demand: str = ""
    numbered: bool = False


@dataclass(frozen=True)
class Annex:
    """What goes with it. sha256: of the original, as its exhibit says; words: by language."""

    exhibit: str
    sha256: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Content:
    """One version of a note, whole; canonical JSON by `content.py`, whose SHA-256 the entries name.

    form, channel: of FORMS and CHANNELS; organ: whose series it takes its number from, as `ministry`; language: the
    authoritative one; courtesy: languages of translations beside it; sender, addressee, place: by language; date: ISO
    8601; part, seq: which part of the incident, and the entry up to which facts were read; example: this home is one.
    """

    form: str
    channel: str
    organ: str
    language: str
    courtesy: tuple[str, ...]
    sender: Mapping[str, str]
    addressee: Mapping[str, str]
    place: Mapping[str, str]
    date: str
    part: str
    seq: int
    paragraphs: tuple[Paragraph, ...]
    values: Mapping[str, Value]
    annexes: tuple[Annex, ...] = ()
    example: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """The authoritative one first."""
        return (self.language, *self.courtesy)


@dataclass(frozen=True, order=True)
class Stop:
    """One thing that must be put right before a text goes out. paragraph: its id, "" for the whole; says: what was
    found, and what to do, in the reader's language."""

    code: str
    paragraph: str
    says: str
