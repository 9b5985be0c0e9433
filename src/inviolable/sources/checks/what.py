"""Checks of what is told: in one document, in translation, of post and treaty, of demands, over time, of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from inviolable.sources.agreement import MOST_COMPARED, Statement, follows
from inviolable.sources.records import Record
from inviolable.sources.scene import Found, Read
from inviolable.sources.values import Value, normal, relation
from inviolable.sources.vocabulary import fold
from inviolable.sources.voices import ORGANS


def inside(read: Read) -> Found:
    """One document that tells a thing in two ways, in one voice or against the voice it quotes."""
    for said in read.by_record.values():
        by_fact = defaultdict(list)
        for statement in said:
            by_fact[statement.claim.fact].append(statement)
        for fact, told in by_fact.items():
            for a, b in combinations(_once(told), 2):
                page = a.voice == b.voice or "press" in (a.voice.kind, b.voice.kind)
                if page and _two_ways(a.value, b.value):
                    few, many = sorted((a, b), key=lambda s: (s.value.low, s.claim.value))
                    yield "inside", {"fact": fact, "a": _as_said(few), "b": _as_said(many)}, (a, b)


def _once(told: Iterable[Statement]) -> list[Statement]:
    """Of each value in each voice on each day the first statement, of as many as anybody compares."""
    found: dict[object, Statement] = {}
    for one in sorted(told, key=lambda s: (s.value.norm, s.voice.id, s.record.id, s.claim.place)):
        found.setdefault((one.value, one.voice, one.record.published), one)
    return list(found.values())[:MOST_COMPARED]


def _as_said(statement: Statement) -> str | Statement:
    return statement.claim.quote or statement


def _two_ways(a: Value, b: Value) -> bool:
    if "text" in (a.type, b.type):
        return False
    if a.type == "count":
        return a.high < b.low or b.high < a.low
    return relation(a, b) in ("conflict", "variant")


def place(read: Read) -> Found:
    """An embassy where the post is a consulate, or the other way round."""
    wrong = ("embassy", "mission") if read.scene.post == "consular" else ("consulate",)
    said = [s for s in read.statements if s.claim.fact == "place.type" and s.value.norm in wrong]
    for value in sorted({s.claim.value for s in said}):
        yield f"place_{read.scene.post}", {"said": value}, [s for s in said if s.claim.value == value]


def treaty(read: Read) -> Found:
    """The convention for the other kind of post: that of 1961 is for missions, that of 1963 for consular posts."""
    wrong = "vcdr" if read.scene.post == "consular" else "vccr"
    for statement in read.statements:
        if statement.claim.fact.startswith("legal.") and normal("legal.rule", statement.claim.value).norm == wrong:
            yield f"treaty_{read.scene.post}", {"said": statement.claim.value}, (statement,)


def quote(read: Read) -> Found:
    """Words in a translation that no source in the language they were said in has."""
    for fact in sorted({s.claim.fact for s in read.statements if s.value.type == "words"}):
        told = [s for s in read.statements if s.claim.fact == fact and s.value.type == "words"]
        languages = _said_in(told, read.scene.spoken)
        originals = {s.value for s in told if s.record.language in languages}
        for statement in told if originals else ():
            translated = statement.record.language and statement.record.language not in languages
            if translated and not any(follows(statement.value, one) for one in originals):
                filling = {"fact": fact, "said": _as_said(statement)}
                yield "quote", filling | {"languages": ", ".join(sorted(languages))}, (statement,)


def _said_in(told: Sequence[Statement], spoken: str) -> set[str]:
    """The languages of the statement itself, where it was handed in; else that of the door; else of most who quote."""
    own = {s.record.language for s in told if fold(s.record.lineage).startswith("primary:")}
    if own or spoken:
        return own or {spoken}
    quoted = [s.record.language for s in told if s.claim.quote and s.record.language]
    often = {language: quoted.count(language) for language in quoted}
    return {language for language, times in often.items() if times == max(often.values())}


def demand(read: Read) -> Found:
    """A demand that the note on file does not make. Without the note, the State's own statement stands for it."""
    said = [s for s in read.statements if s.claim.fact == "demand.words"]
    demands = [normal("demand.words", words) for words in read.scene.demands]
    if not demands:
        own = [s for s in said if s.voice.kind == "own_organ" and fold(s.record.lineage).startswith("primary:")]
        demands = list({s.value for s in own})
    for statement in said if demands else ():
        if not any(follows(statement.value, one) for one in demands):
            yield "demand", {"said": _as_said(statement)}, (statement,)


def change(read: Read) -> Found:
    """A source, or the organs of one State, that say what cannot be true with what they said before. Both stay."""
    for row in read.matrix.rows:
        held = {one.value: one.statements for one in row.values}
        for pair in row.relations:
            for kind in ORGANS if pair.relation in ("conflict", "superseded") else ():
                told = [[s for s in held[value] if s.voice.kind == kind and s.day] for value in (pair.a, pair.b)]
                early, late = sorted(told, key=lambda one: min((s.day for s in one), default=""))
                if early and _first(early) < _first(late):
                    filling = {"fact": row.fact, "a": early[0], "b": late[0]}
                    yield "organ_changed", filling, (*early, *late)
    pages = defaultdict(list)
    for statement in read.statements:
        if statement.record.published and _page(statement.record):
            pages[_page(statement.record), statement.claim.fact, statement.voice].append(statement)
    for (_, fact, _), all_told in pages.items():
        for one, other in combinations(_once(all_told), 2):
            if one.record.published != other.record.published and relation(one.value, other.value) == "conflict":
                first, then = sorted((one, other), key=lambda s: s.record.published)
                yield "page_changed", {"fact": fact, "a": first, "b": then}, (first, then)


def _first(told: Sequence[Statement]) -> str:
    return min(statement.day for statement in told)


def _page(record: Record) -> str:
    """What makes two records versions of one source: the address or, without one, the publisher."""
    return record.url or record.publisher


def name(read: Read) -> Found:
    """Spellings that are so alike that they may be one name."""
    for row in read.matrix.rows:
        held = {one.value: one for one in row.values}
        for pair in row.relations:
            if pair.relation in ("variant", "superseded") and pair.a.type == "name":
                a, b = held[pair.a].statements, held[pair.b].statements
                yield "name", {"a": a[0].claim.value, "b": b[0].claim.value}, (*a, *b)
