"""A note as a Word file to edit: each value a content control that bears its key, each paragraph a bookmark.

What comes back is read by returned.py, which finds both again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count

from inviolable.diplomacy.content import digest
from inviolable.diplomacy.paper.layout import Line as OnPaper
from inviolable.diplomacy.paper.layout import sheets
from inviolable.diplomacy.terms import Content, Value
from inviolable.diplomacy.words.marks import BLANK, TEXT, Piece
from inviolable.diplomacy.words.wording import wording
from inviolable.documents.word import Line, Run, Section, word

STYLES = {
    "letterhead": "masthead",
    "number": "right",
    "title": "title",
    "note": "warning",
    "place": "right",
    "sign": "box",
    "addressee": "strong",
    "heading": "strong",
    "annex": "small",
}
LEVELS = {"numbered": 0, "item": 1}
#: A line that is no paragraph of the note has a bookmark too, so that whoever reads it back leaves it out.
FRAME = "frame"


def docx(content: Content, number: str, status: str) -> bytes:
    """Every language, the authoritative one first, each on pages of its own. number: "" before release."""
    pages = sheets(content, number, status)
    places = {one.id: place for place, one in enumerate(content.paragraphs)}
    sections = []
    for sheet in pages:
        said = wording(sheet.language)["document"]
        lines = [_line(content, one, sheet.language, places, row) for row, one in enumerate(sheet.lines)]
        sections.append(Section(sheet.language, sheet.mark, lines, said["page"], said["of"]))
    date = datetime.fromisoformat(content.date)
    return word(sections, title=pages[0].title, identifier=digest(content), date=date)


def bookmark(language: str, place: int) -> str:
    """The name of a paragraph in a file: Word takes letters, digits and _ alone, and no hyphen of our ids."""
    return f"p_{language}_{place}"


def _line(content: Content, line: OnPaper, language: str, places: dict[str, int], row: int) -> Line:
    name = bookmark(language, places[line.paragraph]) if line.paragraph else f"{FRAME}_{language}_{row}"
    marks = count()
    runs = tuple(_run(one, content.values.get(one.key), name, marks) for one in line.pieces)
    if line.role == "sign":
        runs = (Run("\n\n\n"), *runs)
    return Line(STYLES.get(line.role, "plain"), runs, LEVELS.get(line.role), name, keep=line.keep)


def _run(piece: Piece, value: Value | None, paragraph: str, marks: Iterator[int]) -> Run:
    """A value is told by its tag, and by a bookmark: the number of the mark in its paragraph."""
    if piece.kind == TEXT:
        return Run(piece.words)
    about = " · ".join(filter(None, (piece.key, value.result, value.tag))) if value else piece.key
    name = f"{paragraph}_{next(marks)}"
    return Run(piece.words, piece.key, name, about, marked=piece.kind == BLANK)
