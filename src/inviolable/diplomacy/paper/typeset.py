"""A note as a PDF to send or to look at: PDF/A-2a and PDF/UA-1, the same bytes for the same version."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from inviolable.diplomacy.paper.layout import Line, Sheet, sheets
from inviolable.diplomacy.terms import Content
from inviolable.diplomacy.words.marks import BLANK
from inviolable.diplomacy.words.wording import wording
from inviolable.documents.pdf import spelt, typeset

SOURCE = "note.typ"


def pdf(content: Content, number: str, status: str, language: str | None = None) -> bytes:
    """The authoritative text with its translations, or one language alone. number: "" before release.

    The document bears the note's own date. A draft shows the number of a character that no font can show;
    of any other, that raises CannotTypeset.
    """
    pages = sheets(content, number, status, language or "")
    source = (files(__package__) / SOURCE).read_text("utf-8")
    data = {
        "title": pages[0].title,
        "author": content.sender[pages[0].language],
        "sheets": [_sheet(one) for one in pages],
    }
    set_as = spelt if status == "draft" else typeset
    return set_as(source, data, pages[0].language, datetime.fromisoformat(content.date).replace(tzinfo=UTC))


def _sheet(sheet: Sheet) -> dict[str, Any]:
    said = wording(sheet.language)["document"]
    lines = [_line(one) for one in sheet.lines]
    about = {"language": sheet.language, "mark": sheet.mark, "title": sheet.title}
    return {**about, "lines": lines, "page": said["page"], "of": said["of"]}


def _line(line: Line) -> dict[str, Any]:
    pieces = [{"words": one.words, "blank": one.kind == BLANK} for one in line.pieces]
    return {"role": line.role, "label": line.label, "keep": line.keep, "pieces": pieces}
