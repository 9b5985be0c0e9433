"""How a note stands on paper, whatever the paper is made with: its sheets, one for each language, line by line. Pure.

The parts of a note in their order: letterhead, number, title, opening courtesy, numbered body, closing courtesy, place
and date, initials and stamp or signature, addressee, annexes. A letter names its addressee first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from inviolable.diplomacy.terms import Content
from inviolable.diplomacy.words.marks import TEXT, Piece, fill
from inviolable.diplomacy.words.naming import day_words
from inviolable.diplomacy.words.wording import Words, wording

DRAFT, RELEASED = "draft", "released"
#: What a line of a sheet is.
ROLES = (
    "letterhead", "number", "title", "note", "body", "numbered", "item", "place", "sign", "addressee", "heading",
    "annex",
)  # fmt: skip
#: Of these, what is of the text; and what comes after the signature and the addressee, on whichever page.
TEXT_ROLES, AFTER = ("body", "numbered", "item"), ("heading", "annex")
#: So many paragraphs of the text stay with the closing courtesy and all below it, which stand on no page alone.
WITH_CLOSING = 2
#: Who initials or signs it: a note verbale bears initials and a stamp and no signature. A translation bears neither.
SIGNED = {"note_verbale": "initials", "signed_note": "signature", "letter": "signature"}


@dataclass(frozen=True)
class Line:
    """One paragraph of a sheet. label: its number, as `3.` or `a)`; paragraph: the id of the one it is, "" if none;
    keep: on the page of the line that follows."""

    role: str
    pieces: tuple[Piece, ...]
    label: str = ""
    paragraph: str = ""
    keep: bool = False


@dataclass(frozen=True)
class Sheet:
    """The whole note in one language. mark: what stands above every page; title: what the document is called."""

    language: str
    mark: str
    title: str
    lines: tuple[Line, ...]


def sheets(content: Content, number: str, status: str, language: str = "") -> tuple[Sheet, ...]:
    """The authoritative text, then its translations, each marked so; or one language alone. number: "" for a draft."""
    chosen = (language,) if language else content.languages
    return tuple(_sheet(content, number, status, one) for one in chosen)


def _sheet(content: Content, number: str, status: str, language: str) -> Sheet:
    said = wording(language)["document"]
    title = said["number"].format(number=number) if number else said["no_number"]
    marks = [said["example"] if content.example else "", said["draft"] if status == DRAFT else ""]
    lines = _kept(list(_lines(content, title, language, wording(language))))
    return Sheet(language, " · ".join(filter(None, marks)), f"{said[content.form]} {title}", lines)


def _lines(content: Content, title: str, language: str, words: Words) -> Iterator[Line]:
    said, letter = words["document"], content.form == "letter"
    yield _line("letterhead", content.sender[language])
    yield _line("number", title)
    yield _line("title", said[content.form])
    if language != content.language:
        yield _line("note", said["translation"].format(language=said[content.language]))
    if letter:
        yield _line("place", _place(content, language, words))
        yield _line("addressee", content.addressee[language])
    yield from _body(content, language)
    if not letter:
        yield _line("place", _place(content, language, words))
    if content.form in SIGNED and language == content.language:
        yield _line("sign", said[SIGNED[content.form]])
    if not letter and content.form != "statement":
        yield _line("addressee", content.addressee[language])
    yield from _annexes(content, language, said["annexes"], said["annex"])


def _kept(lines: list[Line]) -> tuple[Line, ...]:
    """The end of a note on one page with the last paragraphs before it, and the annexes together."""
    last = max((row for row, one in enumerate(lines) if one.role in TEXT_ROLES), default=0)
    end = next((row for row, one in enumerate(lines) if row > last and one.role in AFTER), len(lines)) - 1
    ends = range(last - WITH_CLOSING, end)
    annexes = range(end + 1, len(lines) - 1)
    return tuple(replace(one, keep=row in ends or row in annexes) for row, one in enumerate(lines))


def labels(content: Content) -> dict[str, str]:
    """The number of each paragraph as the authoritative text has it on paper, `3` or `18 a)`, where it has one."""
    found, last = {}, ""
    for line in _body(content, content.language):
        last = line.label.rstrip(".") if line.role == "numbered" else last
        if line.label:
            found[line.paragraph] = last if line.role == "numbered" else f"{last} {line.label}".strip()
    return found


def _body(content: Content, language: str) -> Iterator[Line]:
    """Paragraphs that are numbered count on; what is demanded stands below them by letters."""
    number = letter = 0
    for one in content.paragraphs:
        pieces = fill(one.text.get(language, ""), content.values, language)
        if not pieces:
            continue
        role = "numbered" if one.numbered else "item" if one.block == "demands" else "body"
        number, letter = number + (role == "numbered"), letter + 1 if role == "item" else 0
        label = {"numbered": f"{number}.", "item": f"{chr(96 + letter)})"}.get(role, "")
        yield Line(role, pieces, label, one.id)


def _annexes(content: Content, language: str, heading: str, annex: str) -> Iterator[Line]:
    if content.annexes:
        yield _line("heading", heading)
    for number, one in enumerate(content.annexes, 1):
        words = annex.format(number=number, words=one.words.get(language) or one.exhibit)
        yield _line("annex", f"{words}\nSHA-256 {one.sha256}")


def _place(content: Content, language: str, words: Words) -> str:
    where, when = content.place.get(language, ""), day_words(date.fromisoformat(content.date), words, "date")
    return ", ".join(filter(None, (where, when)))


def _line(role: str, words: str) -> Line:
    return Line(role, (Piece(TEXT, words),))
