"""The provisions that a text names, in English or in Spanish: `article 31(3)`, `arts. 28 y 31.3`, `VCCR 31(3)`. Pure.

A pinpoint is held against the provisions that the law was found to rest on, written as law files do: `VCCR 31(3)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from inviolable.diplomacy.words.phrases import LANGUAGES, pattern, table
from inviolable.law.law import shipped_packs
from inviolable.sources.vocabulary import fold

#: As far from an article as this, in characters, an instrument is not that article's.
NEAR = 60
#: Of a list of articles so many characters are shown.
MOST_SHOWN = 80
#: The article that is cited most, and wrongly, in words.
IN_WORDS = re.compile(r"\bthirty-one\b|\btreinta y uno\b")
_PART = r"\s?\(\s?[0-9a-z]{1,4}\s?\)|\.(?:\d{1,2}|[a-z])(?![\w:])"
_WORDED = (
    r",? (?:paragraph|para\.?|parrafo|parr\.?|apartado|numeral|inciso|literal) "
    r"\(?[0-9a-z]{1,3}\b\)?(?!,? (?:of|del?) (?:the |los )?art)"
)
POINT = rf"\d{{1,3}}(?![\d:/])(?:{_PART}|{_WORDED})*"
POINTS = rf"{POINT}(?:\s?(?:,|;|and|y|e|to|al?|-|–)\s?{POINT})*"
ARTICLES = re.compile(
    rf"\b(?:articles|articulos|arts)\.?\s?(?P<points>{POINTS})|\bart(?:icle|iculo)?\.?\s?(?P<point>{POINT})"
)
#: `paragraph 2 of`, `literal a) del párrafo 1 del`: the parts of an article that stand before it.
_LEVEL = (
    r"\b(?:(?:sub-?)?paragraphs?|paras?\.?|parrafos?|parr\.?|apartados?|numerale?s?|incisos?|literale?s?|letra) "
    r"(?P<parts>\(?[0-9a-z]{1,3}\b\)?(?:(?:,| and| y| e| or| o) ?\(?[0-9a-z]{1,3}\b\)?){0,4}),? "
    r"(?:of|in|del?|al) (?:(?:the|los|las) )?(?:said |dicho )?"
)
LEVEL, BEFORE = re.compile(_LEVEL), re.compile(rf"(?:{_LEVEL.replace('(?P<parts>', '(?:')}){{1,3}}$")
#: An article by Roman figures, or one that was added to a text: `article XXXI`, `31 bis`.
OTHER_FIGURES = re.compile(
    r"\b(?:articles?|articulos?|arts?\.?|vccr|cvrc|vcdr|cvrd|cvdr) "
    r"(?:(?=[ivxl]{2}|[vx]\b)(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})\b|\d{1,3}(?:-?[a-z]| (?:bis|ter|quater))\b)"
)
#: Of what follows `article` in a pinpoint only numbers and letters count.
_PARTS = re.compile(r"(?<![a-z])(?:\d+|[a-z])(?![a-z])|(?<=\()[a-z]{1,4}(?=\s?\))")


@dataclass(frozen=True)
class Cited:
    """One provision. said: as it stands there; instrument: name of a law file, "" where none is named; point: `31(3)`;
    start, end: of what was said, in the text in small letters without accents."""

    said: str
    instrument: str
    point: str
    start: int
    end: int


@cache
def instruments() -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """By the name of its law file: what names an instrument, and its short name with points `after` or `before` it."""
    found = {}
    for name, told in table("instruments").items():
        short = told["short"]
        beside = rf"\b(?:{short}),? (?:art\w*\.? ?)?(?P<after>{POINTS})|(?<![\d.(])(?P<before>{POINT}) (?:{short})\b"
        found[name] = re.compile(told["said"]), re.compile(beside)
    return found


def cited(text: str) -> list[Cited]:
    """Every provision that a text names, in its order."""
    folded = _folded(text)
    found: list[Cited] = []
    for start, end, points, instrument in sorted(_found(folded)):
        if not found or found[-1].end <= start:
            told = instrument or _instrument(folded, start, end)
            before = BEFORE.search(folded, max(found[-1].end if found else 0, start - NEAR), start)
            begins = before.start() if before else start
            found += [
                Cited(folded[begins:end][:MOST_SHOWN], told, _point(one[0]) + part, begins, end)
                for one in re.finditer(POINT, points)
                for part in _parts(before[0] if before else "")
            ]
    return found


def unread(text: str) -> Iterator[str]:
    """Provisions that are written so that `cited` cannot read them, or not wholly."""
    folded = _folded(text)
    for one in (OTHER_FIGURES, *(pattern(language, "unread") for language in LANGUAGES)):
        yield from (said[0] for said in one.finditer(folded))


def named(text: str) -> frozenset[str]:
    """The instruments that a text names."""
    folded = fold(text)
    return frozenset(name for name, (said, _short) in instruments().items() if said.search(folded))


def exists(one: Cited) -> bool:
    """Whether its instrument has such an article, as far as its law file says how many it has."""
    pack = shipped_packs().get(one.instrument)
    ranges = [re.search(r"(\d+)–(\d+)$", provision.cite) for provision in pack.provisions] if pack else []
    ends = [(int(told[1]), int(told[2])) for told in ranges if told]
    article = int(one.point.partition("(")[0])
    return not ends or any(first <= article <= last for first, last in ends)


def rests_on(one: Cited, cites: Iterable[str]) -> bool:
    """Whether one of those provisions is the one named, or a part of it."""
    known = (_split(cite) for cite in cites)
    points = [point for instrument, point in known if one.instrument in ("", instrument)]
    return any(point == one.point or point.startswith(f"{one.point}(") for point in points)


def instruments_of(cites: Iterable[str]) -> frozenset[str]:
    """The instruments of those provisions."""
    return frozenset(instrument for instrument, _point in map(_split, cites))


def _found(folded: str) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, points and instrument ("" where it is not said at once) of whatever looks like a pinpoint."""
    for name, (_said, short) in instruments().items():
        for one in short.finditer(folded):
            yield *one.span(), one["after"] or one["before"], name
    for one in ARTICLES.finditer(folded):
        yield *one.span(), one["points"] or one["point"], ""


def _folded(text: str) -> str:
    return IN_WORDS.sub(lambda one: "31".ljust(len(one[0])), fold(text))


def _parts(before: str) -> list[str]:
    """`literal a) del párrafo 1 del` is `(1)(a)`; of several paragraphs each is one."""
    found = [""]
    for level in reversed(list(LEVEL.finditer(before))):
        parts = re.findall(r"\b(?!(?:and|y|e|or|o)\b)[0-9a-z]+", level["parts"])
        found = [f"{outer}({part})" for outer in found for part in parts]
    return found


def _instrument(folded: str, start: int, end: int) -> str:
    """Whose article that is: `of the …` follows it, or what was named shortly before, or shortly after."""
    before, after = folded[max(0, start - NEAR) : start], folded[end : end + NEAR]
    nearest = [(len(before) - one.end(), name) for name, one in _mentions(before)]
    following = [(one.start(), name) for name, one in _mentions(after)]
    if following and re.match(r"\W*(?:of|de|del)\b[^.;]*$", after[: min(following)[0]]):
        return min(following)[1]
    return min(nearest or following or [(0, "")])[1]


def _mentions(folded: str) -> Iterator[tuple[str, re.Match[str]]]:
    for name, (said, _short) in instruments().items():
        for one in said.finditer(folded):
            yield name, one


def _point(said: str) -> str:
    """`31, paragraph 2`, `31.2` and `31 (2)` are all `31(2)`."""
    article, *parts = _PARTS.findall(said)
    return str(article) + "".join(f"({one})" for one in parts)


@cache
def _split(cite: str) -> tuple[str, str]:
    """`VCCR 31(3)` in two: the name of the law file and the point; "" for an instrument that texts are not read for."""
    told = re.search(r"(\d+(?:\([0-9a-z]+\))*)$", cite)
    known = (name for name in instruments() if cite.casefold().startswith(f"{name} "))
    return next(known, ""), told[1] if told else ""
