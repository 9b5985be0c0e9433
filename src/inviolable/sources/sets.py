"""From what sources say to what the law reads: for each law fact the values that they carry, and who carries them.

What speaks of which law fact is in law.toml; what is not there is kept and never reaches the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from inviolable.law.vocabulary import vocabulary

from .agreement import Statement
from .clocks import day_in
from .values import Value
from .vocabulary import fold, read_toml
from .voices import ORGANS, is_primary

#: Every confirmed claim; only values that at least one primary voice carries.
LEVELS = ("all", "primary")

#: Law fact → value → the statements that carry it.
Carried = Mapping[str, Mapping[str, tuple[Statement, ...]]]


def counting(told: Iterable[Statement], level: str) -> tuple[Statement, ...]:
    """The statements that count at a level."""
    return tuple(one for one in told if level == "all" or is_primary(one.voice.kind))


def carried(told: Iterable[Statement]) -> Carried:
    """For each law fact its values and the statements that carry them, in the order of law/facts.toml."""
    found: dict[str, dict[str, list[Statement]]] = {}
    for one in told:
        for fact, values in allows(one.value).items():
            for value in values:
                found.setdefault(fact, {}).setdefault(value, []).append(one)
    return {
        name: {value: tuple(found[name][value]) for value in fact.values if value in found[name]}
        for name, fact in vocabulary().facts.items()
        if name in found
    }


def known_by(told: Iterable[Statement], until: str) -> list[Statement]:
    """What was said by a day; what nobody dates was not. "" is every day."""
    return [one for one in told if not until or "" < one.day <= until]


def standing(told: Iterable[Statement], until: str = "") -> tuple[Statement, ...]:
    """What stands on a day (2026-01-29; "" for all days): said by then, and not taken back by the State that said it.

    What nobody dates does not count on a day that is asked for. A State takes back what it said when one of its organs
    later says what leaves a law fact no value in common, or fewer of those it left open. A page that repeats an old
    statement does not renew it: the first day counts; and what takes its place must tell its own day, so that no page
    does so by its date alone. What our own State said only a document of its own takes back: it has them all, and no
    page can do it by an attribution.
    """
    known = known_by(told, until)
    first: dict[tuple[str, Value], str] = {}
    last: dict[tuple[str, Value], str] = {}
    for one in known:
        said, day = (state_of(one), one.value), one.day
        if said[0] and day:
            first[said] = min(day, first.get(said, day))
            if _takes_back(one):
                last[said] = max(day, last.get(said, day))
    taken_back = {
        (state, value)
        for (state, value), day in first.items()
        for (other, instead), later in last.items()
        if state == other and day < later and replaces(instead, value)
    }
    return tuple(one for one in known if (state_of(one), one.value) not in taken_back)


def _takes_back(one: Statement) -> bool:
    record, claim = one.record, one.claim
    if one.voice.kind == "own_organ":
        itself = record.publisher or record.title or record.id
        return claim.attributed_to in ("", itself) or fold(record.lineage).startswith("primary:")
    return bool(claim.as_of or day_in(claim.attributed_to))


def state_of(one: Statement) -> str:
    """The State whose organ says it, "" for every other voice."""
    return (one.voice.state or one.voice.id) if one.voice.kind in ORGANS else ""


def replaces(later: Value, earlier: Value) -> bool:
    """Whether the later value leaves a law fact none of the values that the earlier left open, or fewer of them."""
    new, old = allows(later), allows(earlier)
    both = ((set(new[fact]), set(old[fact])) for fact in new.keys() & old.keys())
    return any(not a & b or a < b for a, b in both)


@cache
def allows(value: Value) -> Mapping[str, Sequence[str]]:
    """The law facts of which a value speaks, each with the values that it leaves open; none for most."""
    if fact := vocabulary().facts.get(value.fact):
        left = tuple(one for one in fact.values if (one == value.norm) != value.denied)
        return {value.fact: left} if value.norm in fact.values else {}
    rows = _rows().get(value.fact, {})
    return next((rows[name] for name in _names(value) if name in rows), {})


def read_from(fact: str) -> frozenset[str]:
    """The keys of claims of which the law reads some value as a value of this fact."""
    return frozenset(key for key, rows in _rows().items() if any(fact in row for row in rows.values()))


def _names(value: Value) -> tuple[str, ...]:
    """Under which names law.toml may have a value, the most exact first; none where its words could not be read."""
    if value.type == "text":
        return ()
    if value.denied:
        return (f"not {value.norm}",)
    counted = ("one" if value.high == 1 else "several") if value.type == "count" else value.norm
    return value.norm, counted, "any"


@cache
def _rows() -> Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]:
    return read_toml("law.toml")
