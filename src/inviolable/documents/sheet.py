"""A sheet: a title and headings with lines under them, as a PDF to send and as a Word file to go on writing in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.resources import files
from io import BytesIO

from inviolable.documents.pdf import CannotTypeset, spelt
from inviolable.documents.xml import as_property, in_xml

SOURCE = "sheet.typ"
#: What the source says when it needs more than the one page it was given.
OVERFULL = "does not fit on one page"
#: How many lines a section may have at most.
MOST = 30


@dataclass(frozen=True)
class Line:
    """One line. aside: where it comes from, in smaller letters; tag: a word that stands out before it; rank: the lower,
    the rather it is kept where not all fit."""

    text: str
    aside: str = ""
    tag: str = ""
    rank: int = 0


@dataclass(frozen=True)
class Section:
    """Lines under a heading. empty: what is said where there is none; newest: which end is kept where not all fit;
    whole: that none is ever left out; more: how many are left out and where they are, where not as the sheet says it.
    """

    heading: str
    lines: tuple[Line, ...]
    empty: str = ""
    newest: bool = False
    whole: bool = False
    more: str = ""


@dataclass(frozen=True)
class Sheet:
    """All of it, in one language. mark: EXAMPLE, DRILL or nothing; page, of, more: these words (`more` takes %d)."""

    title: str
    author: str
    lead: str
    foot: str
    sections: tuple[Section, ...]
    page: str
    of: str
    more: str
    mark: str = ""


def pdf(sheet: Sheet, language: str, now: datetime) -> bytes:
    """The PDF, of as many pages as it takes."""
    return _set(sheet, language, now, single=False)


def one_page(sheets: Mapping[str, Sheet], language: str, now: datetime) -> tuple[Sheet, bytes]:
    """The sheet in a language, cut to what one page holds, each cut said in it, and its PDF.

    sheets: the same in each language; all are cut alike, so that every reader has the same lines. Raises CannotTypeset
    if nothing fits; what cannot be set in another language is no reason to withhold this one.
    """
    most = MOST
    for each, sheet in sheets.items():
        with suppress(CannotTypeset):  # Of its own language the last line raises it again.
            most = _most(sheet, each, now, most)
    cut = _cut_to(sheets[language], most)
    return cut, _set(cut, language, now, single=True)


def _most(sheet: Sheet, language: str, now: datetime, limit: int) -> int:
    """How many lines a section may have for the sheet to fit on one page, a limit at most."""
    fits, too_many = 0, limit + 1
    middle = limit  # Mostly all of what fits in one language does in the next.
    while too_many - fits > 1:
        try:
            _set(_cut_to(sheet, middle), language, now, single=True)
            fits = middle
        except CannotTypeset as fault:
            if OVERFULL not in str(fault):
                raise
            too_many = middle
        middle = (fits + too_many) // 2
    if not fits:
        raise CannotTypeset(f"The sheet {OVERFULL}, even with one line under each heading. Make its lines shorter.")
    return fits


def _cut_to(sheet: Sheet, limit: int) -> Sheet:
    return replace(sheet, sections=tuple(_cut(one, limit, sheet.more) for one in sheet.sections))


def _set(sheet: Sheet, language: str, now: datetime, *, single: bool) -> bytes:
    source = (files("inviolable.documents") / SOURCE).read_text("utf-8")
    return spelt(source, asdict(sheet) | {"single": single}, language, now)


def word(sheet: Sheet, language: str, now: datetime) -> bytes:
    """The same as a Word file, with real headings and lists."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = docx.Document()
    about = document.core_properties
    about.title, about.author = as_property(sheet.title), as_property(sheet.author)
    about.language, about.comments = language, ""
    about.created = about.modified = now.replace(tzinfo=None)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin, page.bottom_margin = Cm(1.6), Cm(1.8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Liberation Serif", Pt(9.5)
    for spoken in document.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), language)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(2), 1.0
    # As the PDF has them: what fits on one page there should fit here.
    for name, size, above, below in (("Heading 1", 16, 0, 4), ("Heading 2", 11.5, 8, 3), ("List Bullet", 9.5, 0, 1)):
        style = document.styles[name]
        style.font.size = Pt(size)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(above), Pt(below)
    if sheet.mark:
        page.header.paragraphs[0].add_run(sheet.mark).bold = True
        document.add_paragraph().add_run(sheet.mark).bold = True
    document.add_heading(in_xml(sheet.title), level=1)
    document.add_paragraph(in_xml(sheet.lead))
    for section in sheet.sections:
        document.add_heading(in_xml(section.heading), level=2)
        if not section.lines:
            document.add_paragraph(in_xml(section.empty))
        for line in section.lines:
            written = document.add_paragraph(style="List Bullet")
            if line.tag:
                written.add_run(f"{in_xml(line.tag)}: ").bold = True
            written.add_run(in_xml(line.text))
            if line.aside:
                aside = written.add_run(f" ({in_xml(line.aside)})")
                aside.italic, aside.font.size = True, Pt(8)
    page.footer.paragraphs[0].text = in_xml(sheet.foot)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _cut(section: Section, limit: int, more: str) -> Section:
    left = len(section.lines) - limit
    if left <= 0 or section.whole:
        return section
    at = range(len(section.lines))
    best = sorted(at, key=lambda place: (section.lines[place].rank, -place if section.newest else place))[:limit]
    kept = tuple(section.lines[place] for place in sorted(best))
    said = Line((section.more or more) % left)
    return replace(section, lines=(said, *kept) if section.newest else (*kept, said))
