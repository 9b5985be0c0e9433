"""Typst source and data in, an archivable and accessible PDF out: PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1).

The source is ours; the data is anybody's and reaches Typst as one JSON string, so that nothing in it can be code. Only
the fonts that Typst brings along are used: the same source, data, language and moment give the same bytes on every
machine. They hold Latin, Greek, Cyrillic and Hebrew letters, and Arabic without finesse; no Chinese, no pictograms.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import typst

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
#: What every source finds ready: its language, and `data`. One line, which errors leave out of their count.
PRELUDE = "#set text(lang: sys.inputs.language); #let data = json(bytes(sys.inputs.data))\n"
NO_GLYPH = re.compile(r'the (?:text|codepoint) `"(.+?)"`')
PLACE = re.compile(r"typ:(\d+):(\d+)$", re.MULTILINE)


class CannotTypeset(Exception):
    """A document cannot be made of this; says why. `characters`: those that no font can show."""

    def __init__(self, why: str, characters: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.characters = characters


def typeset(source: str, data: Mapping[str, Any], language: str, now: datetime) -> bytes:
    """The PDF of a Typst source, which reads `data` as a dictionary and must set a document title.

    language: ISO 639-1 (`es`). now: aware; the date of the document, and what `datetime.today()` gives.
    Raises CannotTypeset for any error or warning of Typst, such as a character that no font can show: nothing is
    ever left out or printed as a box."""
    if "@preview/" in source:
        raise CannotTypeset("The document asks for a Typst package from the network. Write what it needs into it.")
    with tempfile.TemporaryDirectory() as nothing:  # Typst reads files and packages from here only
        compiler = typst.Compiler(
            (PRELUDE + source).encode(),
            root=nothing,
            package_path=nothing,
            package_cache_path=nothing,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data), "language": language},
        )
        try:
            pdf, warnings = compiler.compile_with_warnings(
                format="pdf", pdf_standards=STANDARDS, timestamp=now.replace(microsecond=0)
            )
        except typst.TypstError as error:
            raise _in_words(error) from error
    if warnings:
        raise _in_words(warnings[0])
    assert isinstance(pdf, bytes)  # noqa: S101 - one PDF, into memory
    return pdf


def spelt(source: str, data: Mapping[str, Any], language: str, now: datetime) -> bytes:
    """The same, where a character that no font can show, such as an emoji in somebody's words, is its number."""
    while True:
        try:
            return typeset(source, data, language, now)
        except CannotTypeset as fault:
            if not fault.characters:
                raise
            text = json.dumps(data, ensure_ascii=False)
            for one in fault.characters:
                text = text.replace(one, f"[{' '.join(f'U+{ord(sign):04X}' for sign in one)}]")
            data = json.loads(text)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _in_words(fault: typst.TypstError | typst.TypstWarning) -> CannotTypeset:
    """Typst's own report, without its drawing."""
    missing = tuple(dict.fromkeys(NO_GLYPH.findall(fault.diagnostic)))
    if missing:
        characters = tuple(_character(text) for text in missing)
        named = ", ".join(" ".join(f"U+{ord(sign):04X}" for sign in text) for text in characters)
        return CannotTypeset(f"No font here can show {named}. Take it out, or describe it in words.", characters)
    place = PLACE.search(fault.diagnostic)
    line = int(place[1]) - 1 if place else 0
    where = f"Line {line}, column {place[2]}: " if place and line else ""
    hints = "".join(f"; {hint}" for hint in fault.hints)
    return CannotTypeset(f"The document cannot be set. {where}{fault.message}{hints}")


def _character(text: str) -> str:
    """A character as Typst names it: itself, or `\\u{7}`."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text)
