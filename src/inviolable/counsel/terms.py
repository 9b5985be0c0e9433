"""What an opinion is made of: an answer of the law in the reader's words, piece by piece."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inviolable.law.assess import Answer
from inviolable.law.casefile import Case
from inviolable.law.lawfile import Pack, Rule


@dataclass(frozen=True)
class Article:
    """A provision in the reader's language, and how far it can be relied on. published, address: where the treaty's
    own text is to be read."""

    cite: str
    title: str
    text: str
    tag: str
    tag_meaning: str
    source: str
    official: str
    pack: str
    anchor: str
    review: str
    reviewed: bool
    published: str = ""
    address: str = ""


@dataclass(frozen=True)
class Ground:
    """A rule that stands, or that was defeated, with the provision it is read from."""

    rule: Rule
    sentence: str
    article: Article
    defeated_by: str = ""


@dataclass(frozen=True)
class Said:
    """A fact as question and answers. tested: whether any rule can read it at all."""

    fact: str
    question: str
    answers: tuple[str, ...]
    source: str = ""
    tested: bool = True
    cites: tuple[str, ...] = ()
    grounds: tuple[Ground, ...] = ()
    state: str = "known"


@dataclass(frozen=True)
class View:
    """One way to decide a disputed point: the positions it takes and what the answer then is."""

    result: str
    taken: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Finding:
    """What the law says of one thing: a finding at the door, a breach, a remedy."""

    id: str
    name: str
    result: str
    result_words: str
    tone: str
    cites: tuple[str, ...]
    tag: str
    tag_meaning: str = ""
    grounds: tuple[Ground, ...] = ()
    articles: tuple[Article, ...] = ()
    views: tuple[View, ...] = ()
    waits_for: tuple[Said, ...] = ()
    possible: tuple[str, ...] = ()
    inexact: bool = False


@dataclass(frozen=True)
class Group:
    """Findings with one result."""

    result: str
    words: str
    tone: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Missed:
    """Another answer, and what it would need: questions with the answers that meet it."""

    words: str
    cites: tuple[str, ...]
    needed: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Change:
    """An answer that other facts would give, and each smallest set of them. Sets of one fact are joined by fact."""

    answer: str
    words: str
    tone: str
    ways: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    sets: int


@dataclass(frozen=True)
class Instrument:
    """A treaty, or a body of rules, and whether it governs."""

    name: str
    standing: str
    standing_words: str
    why: str
    tag: str
    pack: str


@dataclass(frozen=True)
class Reviewed:
    """How far the law behind an answer is reviewed as it stands, in words; whole: all of it is."""

    words: str
    whole: bool


@dataclass(frozen=True)
class Opinion:
    """All that a page shows of one case."""

    answer: Answer
    case: Case
    language: str
    verdict: Finding
    tone: str
    do: tuple[str, ...]
    staff: tuple[str, ...]
    say: str
    say_language: str
    known: tuple[Said, ...]
    contested: tuple[Said, ...]
    unknown: tuple[Said, ...]
    path: tuple[Said, ...]
    reviewed: Reviewed
    groups: tuple[Group, ...]
    remedies: tuple[Finding, ...]
    forums: tuple[Finding, ...]
    compulsory: tuple[str, str] | None
    otherwise: tuple[Missed, ...]
    changes: tuple[Change, ...]
    readings: str
    governing: tuple[Instrument, ...]
    to_check: tuple[Instrument, ...]
    not_governing: tuple[Instrument, ...]
    packs: tuple["PackReview", ...]
    next_question: Said | None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PackReview:
    """A pack that was used, at the hash that was used, and who has reviewed that hash."""

    pack: Pack
    title: str
    review: str
    reviewed: bool


@dataclass(frozen=True)
class Door:
    """The answer at the door alone."""

    words: str
    tone: str
    cites: tuple[str, ...]
    tag: str
    reviewed: Reviewed
