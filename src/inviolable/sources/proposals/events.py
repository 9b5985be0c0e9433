"""Counts, agencies, outcomes, consent, protests, demands, rules: what a language's patterns find of the event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from .language import Language
from .passages import Sentence
from .people import class_of
from .speakers import subject_of


@dataclass(frozen=True)
class Said:
    """A value for a fact at a place of a sentence, "" for the very words there.

    by: whose act the sentence says it is, where that is its speaker.
    """

    fact: str
    value: str
    start: int
    end: int
    rule: str
    modality: str = ""
    by: str = ""


@dataclass(frozen=True)
class _Pattern:
    fact: str
    value: str
    words: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    needs: str
    modality: str = ""
    by: str = ""


@cache
def _patterns(language: Language, table: str) -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(
            row["fact"],
            row.get("value", ""),
            tuple(map(language.pattern, row["words"])),
            language.before(row["unless"]) if "unless" in row else None,
            row.get("needs", ""),
            row.get("modality", ""),
            row.get("by", ""),
        )
        for row in language.tables[table]
    )


@cache
def _counting(language: Language) -> dict[str, re.Pattern[str]]:
    counts = language.tables["counts"]
    return {
        name: language.pattern(counts[name])
        for name in ("one", "some", "number", "bare", "headline", "anaphor", "pursued")
    }


@cache
def _agencies(language: Language, table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    agencies = language.tables["agencies"]
    rows = agencies["institutions"] if table == "institutions" else agencies
    return tuple((name, language.pattern(said)) for name, said in rows.items() if isinstance(said, str))


def events(sentence: Sentence, language: Language, before: str = "") -> list[Said]:
    """Everything that the patterns find in a sentence. before: the text before it, for whom `they` are."""
    return [
        *_valued(sentence, language, before),
        *_phrases(sentence, language),
        *_counts(sentence.shown, language),
        *_pursued(sentence.shown, language),
        *_of_agencies(sentence.shown, language),
    ]


def _found(row: _Pattern, shown: str) -> Iterator[re.Match[str]]:
    return (one for words in row.words for one in words.finditer(shown))


def _valued(sentence: Sentence, language: Language, before: str) -> Iterator[Said]:
    shown = sentence.shown
    at_door = language.pattern("{actor}", "{anaphor}")
    acts = at_door.search(shown) or (at_door.search(before) and language.pattern("{they}").search(shown))
    untrue = language.pattern("{untrue}").search(shown)
    taken: list[Said] = []
    for row in _patterns(language, "patterns"):
        if row.needs == "actor" and not (acts or (sentence.inside and at_door.search(before))):
            continue
        if row.fact == "entry.outcome" and untrue:
            continue
        for one in _found(row, shown):
            start, end = one.span()
            if row.unless and row.unless.search(shown[max(0, start - 60) : start]):
                continue
            if any(row.fact == other.fact and start < other.end and other.start < end for other in taken):
                continue
            value = row.value.format(n=one["n"]) if "{n}" in row.value else row.value
            taken.append(Said(row.fact, value, start, end, f"pattern:{row.fact}"))
    yield from taken


def _phrases(sentence: Sentence, language: Language) -> Iterator[Said]:
    shown = sentence.shown
    taken: list[Said] = []
    for row in _patterns(language, "phrases"):
        for one in _found(row, shown):
            if row.unless and row.unless.search(shown[max(0, one.start() - 60) : one.start()]):
                continue
            start, end = one.span("said")
            while end > start and shown[end - 1] in " ,”“":
                end -= 1
            if start == end or any(row.fact == o.fact and start < o.end and o.start < end for o in taken):
                continue
            subject = subject_of(sentence, one.start(), language) if row.by else ""
            kind = class_of(subject, language) if subject else ""
            if (row.by == "actor" and kind != "actor") or (row.by == "organ" and kind in ("staff", "actor")):
                continue
            by = (subject or "") if row.by == "organ" else ""
            taken.append(Said(row.fact, "", start, end, f"phrase:{row.fact}", row.modality, by))
    yield from taken


def _counts(shown: str, language: Language) -> Iterator[Said]:
    patterns, taken = _counting(language), list[tuple[int, int]]()
    headline = ("headline",) if shown.rstrip(" ”")[-1:] not in ".!?" else ()
    for name in ("number", "some", "one", "bare", *headline):
        for one in patterns[name].finditer(shown):
            if any(one.start() < end and start < one.end() for start, end in taken):
                continue
            taken.append(one.span())
            value = _how_many(one, language) if name == "number" else "1" if name in ("one", "headline") else "plural"
            if value and not (name in ("bare", "headline") and _definite(shown[: one.start()], language)):
                yield Said("actor.count", value, *one.span(), f"count:{name}")


def _definite(before: str, language: Language) -> bool:
    word = before.rsplit(maxsplit=1)[-1].lower() if before.split() else ""
    return word in language.tables["counts"]["not_before"] or word.endswith(("'s", "’s", "s'", "s’"))


def _how_many(one: re.Match[str], language: Language) -> str:
    said = one.groupdict()
    number = language.number(said["n"])
    if number is None:
        return ""
    if said.get("more"):
        return f">={number + 1}"
    return f">={number}" if said.get("least") else f"~{number}" if said.get("about") else str(number)


def _pursued(shown: str, language: Language) -> Iterator[Said]:
    for one in _counting(language)["pursued"].finditer(shown):
        value = _how_many(one, language)
        if value:
            yield Said("target.persons_pursued", value, one.start("n"), one.end(), "count:pursued")


def _of_agencies(shown: str, language: Language) -> Iterator[Said]:
    taken: list[tuple[int, int]] = []
    tables = ["people"] + (["institutions"] if _counting(language)["anaphor"].search(shown) else [])
    for table in tables:
        for name, pattern in _agencies(language, table):
            for one in pattern.finditer(shown):
                if not any(one.start() < end and start < one.end() for start, end in taken):
                    taken.append(one.span())
                    yield Said("actor.agency", name, *one.span(), f"agency:{table}")
