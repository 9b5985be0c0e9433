"""The matrix: facts down, voices across, in each cell what that voice says and where; and how each row stands.

Copies change nothing: a row stands or falls with which kinds of voice say what, never with how many pages do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import NamedTuple

from .records import Claim, Record
from .values import Value, normal, relation
from .vocabulary import Key, key_of, keys
from .voices import KINDS, ORGANS, Voice, is_primary, said_on, voice_of

#: agreed: at least two primary kinds of voice say it, and nobody otherwise. single_voice: fewer, and nobody
#: otherwise. divergent: it is told differently, and nothing said rules out the rest. conflict: not all of it can.
#: silent: nobody speaks of it.
STATUSES = ("agreed", "single_voice", "divergent", "conflict", "silent")
#: How a claim is put so that it says that the thing was so; what is demanded or imagined does not.
ACCOUNTS = ("stated", "alleged")
#: Where it is said what somebody demands, "demanded" is how it is put.
DEMANDS = "demand.words"
#: So many different values of one row are compared, those of most voices first; the rest is listed.
MOST_COMPARED = 100


class Statement(NamedTuple):
    """One claim with its value, whose statement it is, and the day on which that voice said it ("" if untold)."""

    record: Record
    claim: Claim
    value: Value
    voice: Voice
    day: str


@dataclass(frozen=True)
class Held:
    """One value of a row and every statement of it."""

    value: Value
    statements: tuple[Statement, ...]

    @cached_property
    def voices(self) -> tuple[Voice, ...]:
        return tuple(sorted({s.voice for s in self.statements}))

    @cached_property
    def records(self) -> tuple[str, ...]:
        return tuple(sorted({s.record.id for s in self.statements}))


@dataclass(frozen=True)
class Pair:
    """Two different values of a row: finer, compatible, variant, conflict, impossible or superseded (by `b`)."""

    a: Value
    b: Value
    relation: str


@dataclass(frozen=True)
class Row:
    """One fact: what is said of it, by whom, and how it stands together."""

    fact: str
    status: str
    values: tuple[Held, ...] = ()
    relations: tuple[Pair, ...] = ()

    def cell(self, voice: Voice) -> tuple[Statement, ...]:
        """What one voice says of this fact, in every record that tells it."""
        return tuple(s for held in self.values for s in held.statements if s.voice == voice)


@dataclass(frozen=True)
class Matrix:
    """Every fact that somebody speaks of, then those of facts.toml that nobody does."""

    rows: tuple[Row, ...]

    @cached_property
    def voices(self) -> Mapping[Voice, tuple[str, ...]]:
        """Each voice, organs first, and the records it speaks in."""
        speaks = defaultdict(set)
        for row in self.rows:
            for held in row.values:
                for statement in held.statements:
                    speaks[statement.voice].add(statement.record.id)
        order = sorted(speaks, key=lambda voice: (KINDS.index(voice.kind), voice.id))
        return {voice: tuple(sorted(speaks[voice])) for voice in order}


def statements(records: Iterable[Record], sending: str = "", receiving: str = "") -> list[Statement]:
    """Every claim that says how it was, by record. sending, receiving: the States of the case, where known."""
    return [
        Statement(
            record,
            claim,
            _value(record, claim),
            voice_of(record, claim, sending, receiving),
            said_on(record, claim),
        )
        for record in sorted(records, key=lambda record: record.id)
        for claim in record.claims
        if claim.polarity != "silent" and (claim.modality in ACCOUNTS or claim.fact == DEMANDS)
    ]


def _value(record: Record, claim: Claim) -> Value:
    """What a claim says; the passage can count more exactly than whoever noted it."""
    quote = claim.quote if key_of(claim.fact).type == "count" else ""
    return normal(claim.fact, claim.value, record.published, claim.polarity == "denies", quote)


def matrix(records: Iterable[Record], sending: str = "", receiving: str = "") -> Matrix:
    """What these records say, in no matter which order they come."""
    return arrange(statements(records, sending, receiving))


def arrange(told: Iterable[Statement]) -> Matrix:
    """The matrix of statements."""
    spoken: dict[str, list[Statement]] = defaultdict(list)
    for statement in told:
        spoken[statement.claim.fact].append(statement)
    order = {fact: number for number, fact in enumerate(keys())}
    rows = [_row(fact, spoken[fact]) for fact in sorted(spoken, key=lambda fact: (order.get(fact, len(order)), fact))]
    return Matrix((*rows, *(Row(fact, "silent") for fact in order if fact not in spoken)))


def _row(fact: str, said: list[Statement]) -> Row:
    key = key_of(fact)
    groups = defaultdict(list)
    for statement in said:
        groups[statement.value.type, statement.value.norm, statement.value.denied].append(statement)
    values = sorted((_held(group) for group in groups.values()), key=_most_first)
    relations = _relations(values[:MOST_COMPARED])
    return Row(fact, _status(key, values, relations), tuple(values), tuple(relations))


def _held(group: list[Statement]) -> Held:
    """One value; "about" as soon as anybody says about."""
    value = next((s.value for s in group if s.value.about), group[0].value)
    return Held(value, tuple(group))


def _most_first(held: Held) -> tuple[int, int, str, str]:
    """By primary voices, then by all voices; how many pages there are never counts."""
    primary = sum(is_primary(voice.kind) for voice in held.voices)
    return -primary, -len(held.voices), held.value.norm, f"{held.value.type} {held.value.denied}"


def _relations(values: list[Held]) -> list[Pair]:
    """How each two values stand to each other; of two that are only text nothing can be said."""
    found = []
    read = [held for held in values if held.value.type != "text"]
    unread = [held for held in values if held.value.type == "text"]
    for one, other in (*combinations(read, 2), *product(read, unread)):
        how = relation(one.value, other.value)
        if how == "conflict" and (older := _superseded(one, other)):
            newer = other if older is one else one
            found.append(Pair(older.value, newer.value, "superseded"))
        elif how != "same":
            found.append(Pair(one.value, other.value, how))
    return found


def apart(key: Key, how: str) -> bool:
    """Whether two values that stand so to each other tell the thing differently."""
    return how in ("conflict", "impossible", "variant", "superseded") or (how == "compatible" and not key.free)


def _superseded(one: Held, other: Held) -> Held | None:
    """The one that a State's organs said first and said otherwise on a later day, if nobody else says it."""
    for older, newer in ((one, other), (other, one)):
        sides = {s.voice.kind for s in older.statements}
        later = [s.day for s in newer.statements if s.voice.kind in sides and s.day]
        days = [s.day for s in older.statements if s.day]
        if len(sides) == 1 and sides < set(ORGANS) and days and later and min(days) < min(later):
            return older
    return None


def _status(key: Key, values: list[Held], relations: list[Pair]) -> str:
    found = {pair.relation for pair in relations}
    if found & {"conflict", "impossible"}:
        return "conflict"
    if any(apart(key, how) for how in found) or (not key.several and sum(v.value.type == "text" for v in values) > 1):
        return "divergent"
    return "agreed" if any(len(kinds) > 1 for kinds in _kinds(values, relations)) else "single_voice"


def _kinds(values: list[Held], relations: list[Pair]) -> Iterable[set[str]]:
    """For each value which primary kinds of voice say it, or something from which it follows."""
    say = {held.value: {voice.kind for voice in held.voices if is_primary(voice.kind)} for held in values}
    found = {value: set(kinds) for value, kinds in say.items()}
    for pair in relations:
        if pair.relation == "finer":
            wide, narrow = (pair.b, pair.a) if narrower(pair.a, pair.b) else (pair.a, pair.b)
            found[wide] |= say[narrow]
    return found.values()


def narrower(a: Value, b: Value) -> bool:
    """Of two values of which one implies the other: whether it is `a` that says more."""
    if a.type in ("enum", "words"):
        return (a.norm, b.norm) in key_of(a.fact).finer
    at_least = a.norm.startswith(">=") and b.norm == "plural"
    return a.high - a.low < b.high - b.low or at_least or (a.exact and not b.exact)


def follows(value: Value, other: Value) -> bool:
    """Whether who says `other` says `value` as well."""
    how = relation(value, other)
    return how == "same" or (how == "finer" and not narrower(value, other))
