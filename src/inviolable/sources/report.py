"""What `inviolable sources` answers: voices, the matrix, what to look at, and the law; as JSON or as plain text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from textwrap import fill
from typing import Any

from inviolable.law.casefile import Case
from inviolable.law.lawfile import Pack
from inviolable.law.review import SignOff

from .agreement import MOST_COMPARED, Held, Matrix, Row, arrange, statements
from .checks import check
from .naming import labels, voice_words
from .records import Record
from .scene import Scene
from .sets import allows
from .telling import MOST_ASKED, as_data, brief_words, paragraphs, said_words, sentences
from .values import Value
from .verdict import Verdict, verdicts
from .voices import Voice, is_primary

WIDTH = 100
#: Pairs of values and records that one line of the plain report names; the rest is counted.
MOST_PAIRS, MOST_RECORDS = 6, 12
#: Days of one event are told at most so far apart, slips of the pen included.
DAY, APART = re.compile(r"\d{4}-\d\d-\d\d"), timedelta(days=31)
#: What an officer has to look at comes first.
ORDER = ("conflict", "divergent", "single_voice", "agreed")
#: Relations that a reader is told of, by the words in labels.
TOLD = {"impossible": "cannot", "conflict": "cannot", "superseded": "later", "variant": "told"}


def scene_of(frame: Case) -> Scene:
    """What a case file tells the checks: the moment and the offset, the kind of post, the States, the language."""
    ends = [datetime.fromisoformat(end) for end in frame.occurred]
    began = (ends[0], ends[1]) if all(end.tzinfo for end in ends) else None
    return Scene(
        began=began,
        offset=began[0].utcoffset() if began else None,
        post=frame.kind,
        sending=frame.sending,
        receiving=frame.receiving,
        spoken=frame.host_language,
    )


class Report:
    """Everything said of one incident by these records. frame: the post and what the ministry knows itself.

    positions, signed, own: the ministry's views on disputed points of law, its sign-offs, its own packs.
    """

    def __init__(
        self,
        records: Sequence[Record],
        frame: Case | None = None,
        language: str = "en",
        positions: Mapping[str, str] | None = None,
        signed: Sequence[SignOff] = (),
        own: Sequence[Pack] = (),
    ) -> None:
        self.records, self.frame, self.language = records, frame, language
        self.scene = scene_of(frame) if frame else Scene()
        told = statements(records, self.scene.sending, self.scene.receiving)
        self.matrix = arrange(told)
        self.signed = signed
        self.weighed = verdicts(frame, told, positions, own)
        self.checks = check(records, self.scene, language)

    def answer(self) -> dict[str, Any]:
        """Objects, arrays and strings only, each in an order that does not depend on that of the records."""
        return {
            "records": sorted(record.id for record in self.records),
            "voices": [
                {"id": voice.id, "kind": voice.kind, "records": list(records)}
                for voice, records in self.matrix.voices.items()
            ],
            "rows": [self._row(row) for row in self.matrix.rows],
            "checks": [{"check": f.check, "records": list(f.records), "says": f.says} for f in self.checks],
            "verdict": self.verdict(),
        }

    def verdict(self) -> dict[str, Any]:
        """The law under every reading of the claims."""
        return as_data(self.weighed, self.language, self.signed)

    def plain(self, *, whole: bool = False) -> str:
        """The same as lines of at most 100 characters, for any terminal and any screen reader.

        whole: every question, also those that nothing in the sources touches; not the first few alone.
        """
        law = self.law(None if whole else MOST_ASKED)
        lines = (*self._head(), *self._voices(), *self._rows(), *self._checks(), *law)
        return "".join(f"{_printable(line)}\n" for line in lines)

    def law(self, most: int | None = MOST_ASKED) -> Iterator[str]:
        """The verdict as plain lines. most: how many questions are asked; None: all of them."""
        yield from self.heading("verdict")
        if self.frame is None:
            yield from item(sentences(self.language)["no_frame"], first="")
        for first, text in paragraphs(self.weighed, self.language, self.signed, most):
            yield from item(text, first) if text else ("",)

    def _row(self, row: Row) -> dict[str, Any]:
        return {
            "fact": row.fact,
            "status": row.status,
            "values": [
                {"value": name_of(held.value), "voices": [v.id for v in held.voices], "records": list(held.records)}
                for held in row.values
            ],
            "relations": [{"a": name_of(pair.a), "b": name_of(pair.b), "is": pair.relation} for pair in row.relations],
        }

    @property
    def words(self) -> Any:
        return labels(self.language)

    def _head(self) -> Iterator[str]:
        yield self.words["report"]["title"]
        yield "=" * len(self.words["report"]["title"])
        counts = {"records": len(self.records), "voices": len(self.matrix.voices)}
        yield self.words["report"]["counted"].format(**counts)
        if days := self._two_events():
            yield from item(self.words["report"]["two_events"].format(a=days[0], b=days[1]), first="")

    def _two_events(self) -> tuple[str, str] | None:
        """Days of the event, next to one another in order, that no slip of the pen brings so far apart."""
        row = next((row for row in self.matrix.rows if row.fact == "event.date"), None)
        days = sorted(held.value.norm for held in row.values if DAY.fullmatch(held.value.norm)) if row else []
        far = ((a, b) for a, b in pairwise(days) if date.fromisoformat(b) - date.fromisoformat(a) > APART)
        return next(far, None)

    def _voices(self) -> Iterator[str]:
        yield from self.heading("voices")
        for voice, records in self.matrix.voices.items():
            yield from item(f"{self.voice(voice)}: {self.words['kinds'][voice.kind]}; {self._in(records)}")

    def _in(self, records: Sequence[str]) -> str:
        if len(records) == 1:
            return str(self.words["report"]["in_one_record"]) + f" ({records[0]})"
        said = str(self.words["report"]["in_records"]).format(count=len(records))
        return said if len(records) > MOST_RECORDS else f"{said} ({', '.join(records)})"

    def _rows(self) -> Iterator[str]:
        words, rows = self.words["report"], self.matrix.rows
        yield from self.heading("rows")
        turning = {row.fact for row in rows if turns(row, self.weighed["all"])}
        told = sorted((row for row in rows if row.values), key=lambda row: ORDER.index(row.status))
        for row in sorted(told, key=lambda row: row.fact not in turning):
            mark = f" [{words['turns']}]" if row.fact in turning else ""
            yield ""
            yield from item(f"{self.fact(row.fact)}: {self.words['statuses'][row.status]}{mark}", first="")
            for held in row.values:
                voices = ", ".join(map(self.voice, held.voices))
                yield from item(f"{self.said(held)}: {words['said_by']} {voices}; {self._in(held.records)}")
            if row.status in ("conflict", "divergent") and (silent := silent_on(self.matrix, row)):
                yield from item(f"{words['not_said_by']}: {', '.join(map(self.voice, silent))}", first="  ")
            for word, pairs in told_apart(row, self.language):
                yield from item(f"{word}: {pairs}", first="  ")
            if (more := len(row.values) - MOST_COMPARED) > 0:
                yield from item(words["uncompared"].format(count=more), first="  ")
        if silent_rows := [self.fact(row.fact) for row in rows if not row.values]:
            yield ""
            yield from item(f"{words['silent']}: {', '.join(silent_rows)}", first="")

    def _checks(self) -> Iterator[str]:
        yield from self.heading("checks")
        if not self.checks:
            yield self.words["report"]["no_checks"]
        for found in self.checks:
            yield from item(f"{found.says} ({', '.join(found.records)})")

    def said(self, held: Held) -> str:
        """A value in the words that most use for it, in quotation marks."""
        return said_words(held, self.language)

    def voice(self, voice: Voice) -> str:
        """What a voice is called in the reader's language; one that no data file names is called by its id."""
        return voice_words(voice, self.language)

    def fact(self, fact: str) -> str:
        """What a key is called in the reader's language; an unknown key is called by itself."""
        return str(self.words["facts"].get(fact, fact))

    def heading(self, name: str) -> Iterator[str]:
        """A title after an empty line, underlined."""
        yield ""
        yield self.words["report"][name]
        yield "-" * len(self.words["report"][name])


def turns(row: Row, verdict: Verdict) -> bool:
    """Whether the law turns on what is told differently here."""
    contested = {one.fact for one in verdict.questions if one.state == "contested"}
    return any(fact in contested for held in row.values for fact in allows(held.value))


def silent_on(matrix: Matrix, row: Row) -> list[Voice]:
    """The primary voices that do not speak of this."""
    return [voice for voice in matrix.voices if is_primary(voice.kind) and not row.cell(voice)]


def told_apart(row: Row, language: str) -> Iterator[tuple[str, str]]:
    """How the values of a row stand to each other, in words, and which pairs of them do."""
    words = labels(language)["report"]
    shown = {held.value: brief_words(held, language) for held in row.values}
    for word in dict.fromkeys(TOLD.values()):
        pairs = [f"{shown[p.a]} / {shown[p.b]}" for p in row.relations if TOLD.get(p.relation) == word]
        more = len(pairs) - MOST_PAIRS
        rest = [words["more"].format(count=more)] if more > 0 else []
        if pairs:
            yield words[word], "; ".join(pairs[:MOST_PAIRS] + rest)


def name_of(value: Value) -> str:
    """A value as JSON names it: in its normal form, with ~ where it is about, and `not …` where it is denied."""
    return f"{'not ' if value.denied else ''}{'~' if value.about else ''}{value.norm}"


def item(text: str, first: str = "- ") -> Iterator[str]:
    """A line, or several, of which those after the first are set in."""
    yield fill(
        text, WIDTH, initial_indent=first, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _printable(text: str) -> str:
    """Nothing that could move the cursor or turn a line round; joiners stay, since some languages need them."""
    return "".join(c if c == "\n" or not _forges(c) else " " for c in text)


def _forges(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"
