"""A note that was edited in Word, brought back: what changed, paragraph by paragraph and value by value.

A value that was confirmed stays what its fact says, whatever was typed over it: that is told, and a person decides on
the fact. What was typed into a blank stands in its place, and is told as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import count, groupby

from django.utils.translation import gettext as _

from inviolable.diplomacy.content import digest
from inviolable.diplomacy.paper.layout import sheets
from inviolable.diplomacy.paper.word_file import NotReturned, Opened, Stretch, opened
from inviolable.diplomacy.terms import MOST, Content, Paragraph
from inviolable.diplomacy.words.marks import TEXT, Piece, fill
from inviolable.diplomacy.words.wording import wording

PARAGRAPH = re.compile(r"p_([a-z]{2,3})_([0-9]{1,4})")
OURS = re.compile(r"(p|frame)_([a-z]{2,3})_[0-9]{1,4}")
#: What can become of a paragraph in one language.
HOW = ("changed", "added", "removed", "moved")


@dataclass(frozen=True)
class Change:
    """What became of a paragraph in one language. how: of HOW; was, now: as somebody reads it."""

    how: str
    paragraph: str
    language: str
    was: str = ""
    now: str = ""


@dataclass(frozen=True)
class Control:
    """What became of a value. was: what it stood for; now: what was typed there, "" where it is gone.

    state: of the value, as in terms.STATES; a confirmed one is kept as it was.
    """

    paragraph: str
    language: str
    key: str
    state: str
    was: str
    now: str = ""


@dataclass(frozen=True)
class Returned:
    """A file that came back, against the version that it was fetched from. content: the version that it makes.

    beside: words that it has where a note has none, as in a table, each with where; no version takes them.
    """

    changes: tuple[Change, ...]
    controls_changed: tuple[Control, ...]
    controls_removed: tuple[Control, ...]
    content: Content
    beside: tuple[tuple[str, str], ...] = ()


def read(data: bytes, content: Content) -> Returned:
    """A file against the version that it was fetched from. Raises NotReturned."""
    return compared(opened(data), content)


def compared(file: Opened, content: Content) -> Returned:
    """What is in the file against one version. Raises NotReturned where it was fetched from another one."""
    if file.digest and file.digest != digest(content):
        raise NotReturned(_("This file was made from another version of the note. Fetch the newest one and edit that."))
    rows, around = _rows(file, content)
    found = [row for row in rows if row.language in content.languages]
    if not found:
        raise NotReturned(_("No paragraph of this note is in the file. Fetch it as Word, edit it, and bring it back."))
    if any(sum(len(words) for words, _tag, _value in row.pieces) > MOST for row in found):
        said = _("A paragraph has more than %(most)s characters. Divide it, and bring the file back.")
        raise NotReturned(said % {"most": MOST})
    tagged = any(tag for one in file.paragraphs for _words, tag, _value in one.pieces)
    return replace(_Comparison(content, found, tagged).told(), beside=tuple(_beside(file, content, around)))


@dataclass(frozen=True)
class Row:
    """A paragraph of the note as it is in the file, in one language; place: in the version, None for a new one."""

    language: str
    place: int | None
    level: int
    pieces: tuple[Stretch, ...]


def _rows(file: Opened, content: Content) -> tuple[list[Row], list[str]]:
    """The paragraphs of the note, with what somebody wrote between them; and the frame around them, line by line."""
    rows, around = list[Row](), list[str]()
    frame, seen, framed = True, set[tuple[str, int]](), set[str]()
    for one in file.paragraphs:
        ours = [name for name in one.bookmarks if OURS.fullmatch(name)]
        told = next(filter(None, map(PARAGRAPH.fullmatch, ours)), None)
        where = (told[1], int(told[2])) if told else ("", -1)
        if 0 <= where[1] < len(content.paragraphs) and where not in seen:
            seen.add(where)
            rows.append(Row(*where, one.level, one.pieces))
            frame = False
        elif ours and not told and framed.isdisjoint(ours):
            framed.update(ours)
            around.append("".join(words for words, _tag, _value in one.pieces))
            frame = True
        elif rows and (ours or not frame) and any(words.strip() for words, _tag, _value in one.pieces):
            # Somebody wrote it, or copied a paragraph of ours, which brings its bookmark along.
            rows.append(Row(rows[-1].language, None, one.level, one.pieces))
        else:
            around.append("".join(words for words, _tag, _value in one.pieces))
    return rows, around


def _beside(file: Opened, content: Content, around: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What stands in no paragraph, but for what our pages bear: a mark above, a number below, and the frame."""
    ours, frame = set[str](), {""}
    for sheet in sheets(content, "", "draft"):
        said = wording(sheet.language)["document"]
        ours |= {_tidy(sheet.mark), _tidy(f"{said['page']} 0 {said['of']} 0")}
        frame |= {_tidy(_words(line.pieces)) for line in sheet.lines if not line.paragraph}
    yield from (("frame", told) for told in dict.fromkeys(map(_tidy, around)) if told not in frame)
    for where, words in dict.fromkeys(file.beside):
        told = _tidy(words)
        if where not in ("header", "footer") or re.sub(r"[0-9]+", "0", told) not in {"", *ours}:
            yield where, told


class _Comparison:
    """A version and what came back of it. tagged: whether the file still says which control is which."""

    def __init__(self, content: Content, rows: Sequence[Row], tagged: bool) -> None:
        self.content, self.rows, self.tagged = content, rows, tagged
        self.changes: list[Change] = []
        self.changed: list[Control] = []
        self.removed: list[Control] = []

    def told(self) -> Returned:
        texts = {place: dict(one.text) for place, one in enumerate(self.content.paragraphs)}
        for language in self.content.languages:
            own = {row.place: row for row in self.rows if row.language == language and row.place is not None}
            for place, paragraph in enumerate(self.content.paragraphs):
                if paragraph.text.get(language):
                    self._paragraph(texts[place], paragraph, language, own.get(place))
        paragraphs = tuple(self._ordered(texts))
        used = replace(self.content, paragraphs=paragraphs)
        return Returned(tuple(self.changes), tuple(self.changed), tuple(self.removed), used)

    def _paragraph(self, texts: dict[str, str], paragraph: Paragraph, language: str, row: Row | None) -> None:
        """Put what became of a paragraph into `texts`, and tell it."""
        was = paragraph.text[language]
        pieces = fill(was, self.content.values, language)
        now = self._text(paragraph, language, pieces, row.pieces) if row else ""
        if not now.strip():
            del texts[language]
            self.changes.append(Change("removed", paragraph.id, language, _words(pieces)))
            if not row:
                gone = [self._control(paragraph, language, one) for one in pieces if one.kind != TEXT]
                self.removed.extend(gone)
        elif now != _tidy(was):
            texts[language] = now
            said = _words(fill(now, self.content.values, language))
            self.changes.append(Change("changed", paragraph.id, language, _words(pieces), said))

    def _text(self, paragraph: Paragraph, language: str, pieces: Sequence[Piece], told: Sequence[Stretch]) -> str:
        """The paragraph with its marks again, where what they stand for is still what stands there."""
        marks = [one for one in pieces if one.kind != TEXT]
        left = dict(enumerate(marks))
        text = ""
        for words, number in _joined(told, marks, self.tagged):
            mark = left.pop(number, None) if number is not None else None
            if mark is None:
                text += words
                continue
            control = self._control(paragraph, language, mark, words.strip())
            if _same(words, mark.words):
                text += f"[[{mark.key}]]"
            else:
                self.changed.append(control)
                text += f"[[{mark.key}]]" if control.state == "confirmed" else words
        self.removed.extend(self._control(paragraph, language, one) for one in left.values())
        return _tidy(text)

    def _control(self, paragraph: Paragraph, language: str, mark: Piece, now: str = "") -> Control:
        value = self.content.values.get(mark.key)
        state = value.state if value else "unknown"
        return Control(paragraph.id, language, mark.key, state, mark.words, now)

    def _ordered(self, texts: dict[int, dict[str, str]]) -> Iterator[Paragraph]:
        """In the order of the authoritative text; a new paragraph stands where it was written."""
        known = self.content.paragraphs
        rows = [row for row in self.rows if row.language == self.content.language]
        order = [row.place for row in rows if row.place is not None]
        self._moved(sorted(order), order)
        for place in texts:
            if place not in order:
                order.insert(order.index(place - 1) + 1 if place else 0, place)
        after: dict[int | None, list[Paragraph]] = {}
        last: int | None = None
        taken = {one.id for one in known}
        free = (name for number in count(1) if (name := f"free-{number}") not in taken)
        for row in self.rows:
            if row.place is not None:
                last = row.place
                continue
            text = _tidy("".join(self._bound(piece, row.language) for piece in row.pieces))
            if not text:
                continue
            new = Paragraph(next(free), "free", {row.language: text}, numbered=row.level == 0)
            words = _words(fill(text, self.content.values, row.language))
            self.changes.append(Change("added", new.id, row.language, "", words))
            after.setdefault(last, []).append(new)
        yield from after.get(None, ())
        for place in order:
            if texts[place]:
                yield replace(known[place], text=texts[place])
            yield from after.get(place, ())

    def _bound(self, piece: Stretch, language: str) -> str:
        """A stretch of a new paragraph: the mark of its control, where it still says what that stands for."""
        words, tag, _value = piece
        if tag not in self.content.values:
            return words
        mark = f"[[{tag}]]"
        return mark if _same(words, _words(fill(mark, self.content.values, language))) else words

    def _moved(self, was: Sequence[int], now: Sequence[int]) -> None:
        same = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
        stayed = {place for block in same for place in was[block.a : block.a + block.size]}
        for place in now:
            if place not in stayed:
                name = self.content.paragraphs[place].id
                self.changes.append(Change("moved", name, self.content.language))


def _joined(told: Sequence[Stretch], marks: Sequence[Piece], tagged: bool) -> Iterator[tuple[str, int | None]]:
    """Words with the number of the mark that they stand for, None for free text.

    The tag of a control says which; of several with one key, the next. A bookmark says it where no tag was kept.
    """
    used: set[int] = set()
    for name, several in groupby(told, key=lambda one: one[1] if tagged else one[2]):
        words = "".join(one[0] for one in several)
        if not name:
            yield words, None
            continue
        own = [one.key if tagged else str(number) for number, one in enumerate(marks)]
        sought = name if tagged else name.rpartition("_")[2]
        fits = next((number for number, one in enumerate(own) if one == sought and number not in used), None)
        used.add(-1 if fits is None else fits)
        yield words, fits


def _same(words: str, other: str) -> bool:
    return _tidy(words) == _tidy(other)


def _tidy(text: str) -> str:
    """One blank between words; a line that was broken by hand stays broken."""
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def _words(pieces: Sequence[Piece]) -> str:
    return "".join(one.words for one in pieces)
