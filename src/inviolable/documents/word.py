"""Lines and styles in, a Word file out (ECMA-376, WordprocessingML), by python-docx.

The same lines give the same bytes: no clock is read, and the package says 1980 of each of its parts. What a caller
wants to find again carries a name: a paragraph a bookmark, a stretch of words a content control (`w:sdt`) with a tag,
locked so that Word lets nobody take it away. A sign that XML cannot hold is written as its number.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from inviolable.documents.xml import as_property, in_xml

#: Style of a line: alignment, size in points, bold, points above and below, millimetres from the left.
STYLES: Mapping[str, tuple[WD_ALIGN_PARAGRAPH, float, bool, int, int, int]] = {
    "masthead": (WD_ALIGN_PARAGRAPH.CENTER, 15, True, 0, 10, 0),
    "title": (WD_ALIGN_PARAGRAPH.CENTER, 13, True, 6, 14, 0),
    "plain": (WD_ALIGN_PARAGRAPH.JUSTIFY, 11.5, False, 0, 8, 0),
    "left": (WD_ALIGN_PARAGRAPH.LEFT, 11.5, False, 0, 8, 0),
    "right": (WD_ALIGN_PARAGRAPH.RIGHT, 11.5, False, 8, 8, 0),
    "box": (WD_ALIGN_PARAGRAPH.CENTER, 9.5, False, 10, 14, 95),
    "strong": (WD_ALIGN_PARAGRAPH.LEFT, 11.5, True, 12, 8, 0),
    "small": (WD_ALIGN_PARAGRAPH.LEFT, 9, False, 0, 6, 0),
    "warning": (WD_ALIGN_PARAGRAPH.CENTER, 10, True, 0, 8, 0),
}
#: Before the name of each, since a template brings styles of its own.
OURS = "Line "
RED = RGBColor(0x7A, 0x1F, 0x1F)
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Run:
    """A stretch of words. tag: of its content control, "" for none; title: what Word shows above it; marked: shaded.

    bookmark: around the control, since LibreOffice before 7.5 keeps controls and forgets their tags.
    """

    words: str
    tag: str = ""
    bookmark: str = ""
    title: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Line:
    """One paragraph. level: 0 counts `1.`, 1 counts `a)` below it; bookmark: letters, digits and _, at most 40.

    keep: on the page of the line that follows.
    """

    style: str
    runs: tuple[Run, ...]
    level: int | None = None
    bookmark: str = ""
    keep: bool = False


@dataclass(frozen=True)
class Section:
    """Pages of one language (`es`), its lists counted anew. header: above each page; page, of: words of the footer."""

    language: str
    header: str
    lines: Sequence[Line]
    page: str = ""
    of: str = ""


def word(sections: Sequence[Section], *, title: str, identifier: str, date: datetime) -> bytes:
    """The file. identifier, date: kept with the document's properties, for whoever gets it back."""
    document = docx.Document()
    _page(document)
    styles = {name: _style(document, name, style) for name, style in STYLES.items()}
    about = document.core_properties
    about.title, about.identifier, about.author, about.comments = as_property(title), identifier, "", ""
    about.created = about.modified = date
    about.language = sections[0].language if sections else ""
    names = iter(range(1, 1_000_000))
    for number, section in enumerate(sections):
        place = document.sections[0] if number == 0 else document.add_section()
        _frame(place, section)
        counting = _counting(document)
        for line in section.lines:
            paragraph = document.add_paragraph()
            paragraph._p.style = styles[line.style]  # by its id: its name would be looked for in all of the template's
            _line(paragraph, line, section.language, counting, names)
    written = io.BytesIO()
    document.save(written)
    return _same_everywhere(written.getvalue())


def _page(document: Any) -> None:
    """A4 (ISO 216); sections that follow take it over."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)
    page.top_margin = page.bottom_margin = Mm(24)


def _style(document: Any, name: str, told: tuple[WD_ALIGN_PARAGRAPH, float, bool, int, int, int]) -> str:
    """A style of ours; its id."""
    alignment, size, bold, above, below, indent = told
    style = document.styles.add_style(OURS + name, WD_STYLE_TYPE.PARAGRAPH)
    style.font.name, style.font.size, style.font.bold = "Liberation Serif", Pt(size), bold
    form = style.paragraph_format
    form.alignment, form.space_before, form.space_after, form.left_indent = alignment, Pt(above), Pt(below), Mm(indent)
    form.line_spacing = 1.15
    if name == "warning":
        style.font.color.rgb = RED
    if name == "box":
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="4"/>' for side in ("top", "left", "bottom", "right")
        )
        style.element.get_or_add_pPr().insert(0, parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"))
    return str(style.style_id)


def _frame(place: Any, section: Section) -> None:
    """Header and footer of a section's own."""
    for part in (place.header, place.footer):
        part.is_linked_to_previous = False
    head, foot = place.header.paragraphs[0], place.footer.paragraphs[0]
    run = head.add_run(in_xml(section.header))
    run.bold, run.font.color.rgb, run.font.size = True, RED, Pt(10)
    head.alignment = foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in ((section.page, "PAGE"), (section.of, "NUMPAGES")):
        foot.add_run(f" {words} " if words else " ").font.size = Pt(8)
        foot._p.append(
            parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{field}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
        )


def _counting(document: Any) -> int:
    """A list of two levels that begins at one; the number by which paragraphs name it."""
    lists = document.part.numbering_part.element
    kinds = (("decimal", "%1.", 9), ("lowerLetter", "%2)", 18))
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{Mm(indent).twips}" w:hanging="{Mm(9).twips}"/></w:pPr></w:lvl>'
        for level, (kind, text, indent) in enumerate(kinds)
    )
    known = [int(one.get(qn("w:abstractNumId"))) for one in lists.findall(qn("w:abstractNum"))]
    name = max(known, default=0) + 1
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{name}"><w:multiLevelType w:val="multilevel"/>{levels}'
    lists.insert(len(known), parse_xml(f"{abstract}</w:abstractNum>"))
    return int(lists.add_num(name).numId)


def _line(paragraph: Paragraph, line: Line, language: str, counting: int, names: Iterator[int]) -> None:
    if line.level is not None:
        counted = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        counted.get_or_add_ilvl().val, counted.get_or_add_numId().val = line.level, counting
    paragraph.paragraph_format.keep_with_next = line.keep or None
    with _bookmark(paragraph, line.bookmark, names):
        for run in line.runs:
            with _bookmark(paragraph, run.bookmark, names):
                _run(paragraph, run, language, names)


@contextmanager
def _bookmark(paragraph: Paragraph, name: str, names: Iterator[int]) -> Iterator[None]:
    """Around what is added to the paragraph meanwhile; "" is none."""
    number = str(next(names))
    if name:
        _mark(paragraph, "bookmarkStart", {"id": number, "name": name})
    yield
    if name:
        _mark(paragraph, "bookmarkEnd", {"id": number})


def _mark(paragraph: Paragraph, tag: str, about: Mapping[str, str]) -> None:
    element = OxmlElement(f"w:{tag}")
    for name, value in about.items():
        element.set(qn(f"w:{name}"), value)
    paragraph._p.append(element)


def _run(paragraph: Paragraph, told: Run, language: str, names: Iterator[int]) -> None:
    run = paragraph.add_run()
    for number, words in enumerate(told.words.split("\n")):
        if number:
            run.add_break(WD_BREAK.LINE)
        run.add_text(in_xml(words))
    about = run._r.get_or_add_rPr()
    if told.marked:
        about.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FFE680"/>'))
    about.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{language}"/>'))
    if told.tag:
        control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
        for name, value in _control(told, str(next(names))):
            element = OxmlElement(f"w:{name}")
            element.set(qn("w:val"), in_xml(value))
            control[0].append(element)
        paragraph._p.replace(run._r, control)
        control[1].append(run._r)


def _control(told: Run, number: str) -> Iterable[tuple[str, str]]:
    """Its properties, in the order that the schema has them. `sdtLocked`: its words may change, it may not go."""
    return (("alias", told.title or told.tag), ("tag", told.tag), ("id", number), ("lock", "sdtLocked"))


def _same_everywhere(package: bytes) -> bytes:
    """The same package, without the moment at which it was written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            about = zipfile.ZipInfo(name, EPOCH)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o600 << 16
            new.writestr(about, old.read(name))
    return made.getvalue()
