"""Typst source and data in, an archivable and accessible PDF out: PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1).

The source is ours; the data is anybody's and reaches Typst as one JSON string, so that nothing in it can be code. Only
the fonts that Typst brings along are used: the same source, data, language and moment give the same bytes on every
machine. They hold Latin, Greek, Cyrillic and Hebrew letters, and Arabic without finesse; no Chinese, no pictograms.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from typing import Any

import typst

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
#: What every source finds ready: its language, and `data`. One line, which errors leave out of their count.
PRELUDE = "#set text(lang: sys.inputs.language); #let data = json(bytes(sys.inputs.data))\n"
NO_GLYPH = re.compile(r'the (?:text|(?:disallowed )?codepoint) `"(.+?)"`')
NAMED = {r"\"": '"', r"\\": "\\", r"\n": "\n", r"\r": "\r", r"\t": "\t", r"\0": "\0"}
PLACE = re.compile(r"typ:(\d+):(\d+)$", re.MULTILINE)
#: Signs that join the one before them beside those that combine: joiners, tones of skin, the letters of a flag's tag.
JOINING = re.compile("[\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
#: What every letter of ours is set with, and what a combining sign stands on that opens a text.
PLAIN = "x"


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
    try:
        pdf, warnings = _compiled(source, data, language, now)
    except typst.TypstError as error:
        raise _in_words(error, data) from error
    if warnings:
        raise _in_words(warnings[0], data)
    return pdf


def _compiled(
    source: str, data: Mapping[str, Any], language: str, now: datetime
) -> tuple[bytes, list[typst.TypstWarning]]:
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
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=STANDARDS, timestamp=now.replace(microsecond=0)
        )
    assert isinstance(pdf, bytes)  # noqa: S101 - one PDF, into memory
    return pdf, warnings


def spelt(source: str, data: Mapping[str, Any], language: str, now: datetime) -> bytes:
    """The same, where a character that no font can show, such as an emoji in somebody's words, is its number.

    Of a letter with a sign over it that no font can set, the letter stays and the sign is its number."""
    while True:
        try:
            return typeset(source, data, language, now)
        except CannotTypeset as fault:
            told = _changed(data, partial(_without, _wrong(data, fault.characters)))
            if told == data:  # Two texts that meet on the page make one: what would combine in them is spelt, then.
                bare = [one for one in fault.characters if _combines(one)] or fault.characters
                told = _changed(data, partial(_bare, bare))
            if told == data:
                raise
            data = told


def clusters(text: str) -> Iterator[str]:
    """The signs of a text, each with those that combine with it."""
    whole = ""
    for sign in text:
        if whole and not _combines(sign):
            yield whole
            whole = ""
        whole += sign
    if whole:
        yield whole


def unshown(signs: Iterable[str]) -> frozenset[str]:
    """Those of the signs, each with what combines with it, that no font can show."""
    return _unshown(tuple(sorted({one for one in signs if not (one.isascii() and one.isprintable())})))


@lru_cache(maxsize=256)
def _unshown(signs: tuple[str, ...]) -> frozenset[str]:
    """Each is set on a line of its own, which the errors name."""
    lines = (f"\n#parbreak() #data.signs.at({number})" for number in range(len(signs)))
    data = {"title": PLAIN, "signs": [PLAIN + one if _combines(one[0]) else one for one in signs]}
    try:
        _compiled("#set document(title: data.title)" + "".join(lines), data, "en", datetime(1980, 1, 1, tzinfo=UTC))
    except typst.TypstError as error:
        return frozenset(signs[int(line) - 3] for line, _column in PLACE.findall(error.diagnostic))
    return frozenset()


def _wrong(data: Mapping[str, Any], reported: Iterable[str]) -> dict[str, str]:
    """What has to go of each sign in the data that no font can show, with what combines with it.

    reported: what Typst names, which is also the letter that a sign without glyph stands on."""
    signs = {*reported}
    missing = unshown(one for text in _texts(data) for one in clusters(text) if signs & {*one})
    alone = unshown(part for one in missing for part in (one[0], *(one[0] + sign for sign in one[1:])))
    return {
        one: one if one[0] in alone else "".join(s for s in one[1:] if one[0] + s in alone) or one[1:]
        for one in missing
    }


def _without(wrong: Mapping[str, str], text: str) -> str:
    told = ((one, wrong.get(one, "")) for one in clusters(text))
    return "".join("".join(s for s in one if s not in gone) + (_number(gone) if gone else "") for one, gone in told)


def _bare(signs: Collection[str], text: str) -> str:
    return "".join(_number(one) if one in signs else one for one in text)


def _combines(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M") or bool(JOINING.match(sign))


def _number(signs: str) -> str:
    return f"[{' '.join(f'U+{ord(sign):04X}' for sign in signs)}]"


def _texts(data: Any) -> Iterator[str]:
    """Every text in the data; the names of its fields are none."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping | list | tuple):
        for one in data.values() if isinstance(data, Mapping) else data:
            yield from _texts(one)


def _changed(data: Any, change: Callable[[str], str]) -> Any:
    """The same data, each of its texts changed."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, Mapping):
        return {name: _changed(one, change) for name, one in data.items()}
    return [_changed(one, change) for one in data] if isinstance(data, list | tuple) else data


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _in_words(fault: typst.TypstError | typst.TypstWarning, data: Mapping[str, Any]) -> CannotTypeset:
    """Typst's own report, without its drawing."""
    missing = dict.fromkeys("".join(map(_character, NO_GLYPH.findall(fault.diagnostic))))
    if missing:
        gone = dict.fromkeys("".join(_wrong(data, missing).values()))
        characters = tuple(one for one in missing if one in gone) or tuple(gone or missing)
        named = ", ".join(f"U+{ord(one):04X}" for one in characters)
        return CannotTypeset(f"No font here can show {named}. Take it out, or describe it in words.", characters)
    place = PLACE.search(fault.diagnostic)
    line = int(place[1]) - 1 if place else 0
    where = f"Line {line}, column {place[2]}: " if place and line else ""
    hints = "".join(f"; {hint}" for hint in fault.hints)
    return CannotTypeset(f"The document cannot be set. {where}{fault.message}{hints}")


def _character(text: str) -> str:
    """A character as Typst names it: itself, `\\"`, or `\\u{7}`."""
    code = re.fullmatch(r"\\u\{([0-9a-f]+)\}", text)
    return chr(int(code[1], 16)) if code else NAMED.get(text, text)
