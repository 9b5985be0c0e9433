"""A text cut into sentences and quotations, without moving a character.

In what a sentence shows, the words inside quotation marks are masked: what stands around a quotation says who said it,
and must not be confused by what was said. The quotation itself is read as sentences of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .language import Language, choice

#: Longer ones are cut: no sentence of the press is, and time stays in proportion to length.
LONGEST = 1_000
#: What stands in quotation marks is at most this long.
LONGEST_QUOTATION = 800
QUOTED = re.compile(
    r"“(?P<a>[^“”]{1,N})”|«(?P<b>[^«»]{1,N})»|„(?P<c>[^„“”]{1,N})[“”]"
    r"|‘(?P<e>(?:[^‘’]|’(?=\w)){1,N})’(?!\w)|(?<![\w'’.])'(?=\w)(?P<f>(?:[^'\"“”«»]|(?<=\w)'(?=\w)){2,N}?)'(?!\w)"
    r"|(?<![^\s(\[—–¿¡:,])\"(?=\S)(?P<d>[^\"]{1,N}?)(?<=\S)\"(?=[\s.,;:!?)\]—–]|$)".replace("N", str(LONGEST_QUOTATION))
)
PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
# A run of marks is tried once, from its first: else a page of full stops costs the square of its length.
END = re.compile(r"(?<![.!?…])[.!?…]++[”)\]]*+(?=\s+[“(¿¡A-ZÁÉÍÓÚÑÜ\d]|\s*$)|\n(?=\s*[“¿¡A-ZÁÉÍÓÚÑÜ])")
SHORT = re.compile(
    r"(?<!\w)(?:[A-Z]|(?:[A-Z]\.)+[A-Z]|mrs?|ms|dra?|sra?|srta|arts?|núm|nº|st|gen|col|lt|gov|sen|rep|ee|uu)$",
    re.IGNORECASE,
)
NEVER = re.compile("(?!)")
HALF_OF_DAY = re.compile(r"\b[ap]\.? ?m$", re.IGNORECASE)


@dataclass(frozen=True)
class Quotation:
    """What stands between two quotation marks; start and end are its place in the text, without the marks."""

    start: int
    end: int
    said: str


@dataclass(frozen=True)
class Sentence:
    """A stretch of text as it shows with quotations masked; inside is the quotation that it is part of.

    whole: it was not cut for its length, so its grammar can be read.
    """

    start: int
    end: int
    shown: str
    inside: Quotation | None = None
    whole: bool = True


def quotations(text: str) -> list[Quotation]:
    """All that stands between quotation marks, in order."""
    found = []
    for paragraph in PARAGRAPH.finditer(text):
        for one in QUOTED.finditer(paragraph[0]):
            kind = str(one.lastgroup)
            start = paragraph.start() + one.start(kind)
            found.append(Quotation(start, paragraph.start() + one.end(kind), one[kind]))
    return found


def sentences(text: str, quoted: list[Quotation], language: Language | None) -> list[Sentence]:
    """Every sentence of a text, then every sentence inside a quotation; of any language, best of a known one."""
    shown = masked(text, quoted)
    short, day = _calendar(language)
    found = []
    for paragraph in PARAGRAPH.finditer(shown):
        found += [
            Sentence(a, b, blank(shown[a:b]), None, whole) for a, b, whole in _cut(shown, *paragraph.span(), short, day)
        ]
    for one in quoted:
        found += [
            Sentence(a, b, blank(text[a:b]), one, whole) for a, b, whole in _cut(text, one.start, one.end, short, day)
        ]
    return found


def _calendar(language: Language | None) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Months, which may be shortened with a full stop; and what follows `a.m.` without a new sentence."""
    if not language:
        return NEVER, NEVER
    months = language.months.items()
    shortened = [name for name, one in months if any(n == one and m != name and m.startswith(name) for m, n in months)]
    goes_on = [choice(language.months), choice(language.weekdays), *language.tables["times"]["zones"].values()]
    return (
        re.compile(rf"(?<!\w)(?:{choice(shortened) or '(?!)'})$", re.IGNORECASE),
        re.compile(rf"\s*(?:{'|'.join(goes_on)})\b", re.IGNORECASE),
    )


def masked(text: str, quoted: list[Quotation]) -> str:
    """The text, as long as before, with “ and ” around each quotation and nothing of it but its last mark."""
    parts, at = [], 0
    for one in quoted:
        last = one.said[-1] if one.said[-1] in ".!?…," else "_"
        parts += [text[at : one.start - 1], "“", "_" * (len(one.said) - 1), last, "”"]
        at = one.end + 1
    return "".join([*parts, text[at:]])


def blank(shown: str) -> str:
    """One blank for each character of white space."""
    return re.sub(r"\s", " ", shown)


def _cut(
    text: str, start: int, end: int, short: re.Pattern[str], day: re.Pattern[str]
) -> Iterator[tuple[int, int, bool]]:
    at = start
    for found in END.finditer(text, start, end):
        before = text[max(at, found.start() - 12) : found.start()]
        if HALF_OF_DAY.search(before):
            if day.match(text, found.end()):
                continue
        elif found[0] == "." and (SHORT.search(before) or short.search(before)) and found.end() < end:
            continue
        yield from _pieces(text, at, found.end())
        at = found.end()
    yield from _pieces(text, at, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    while start < end and text[start].isspace():
        start += 1
    whole = end - start <= LONGEST
    while start < end:
        stop = end if end - start <= LONGEST else _between_words(text, start, start + LONGEST)
        yield start, stop, whole
        start = stop


def _between_words(text: str, start: int, stop: int) -> int:
    """The last place up to `stop` that parts no word or number; `stop` where there is none."""
    place = stop
    while place > start and text[place - 1].isalnum() and text[place].isalnum():
        place -= 1
    return place if place > start else stop
