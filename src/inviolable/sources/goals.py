"""What the readings of one goal come to: one answer or several, what decides among them, the worst for one's own State.

A goal is the entry or one finding. Each reading leaves a set of results possible, because what nobody says is unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from inviolable.law.assess import ADVERSITY

from .vocabulary import read_toml

#: For each choice among the contested facts that matter, the results it leaves possible.
Left = Mapping[tuple[str, ...], frozenset[str]]


@dataclass(frozen=True)
class Adverse:
    """The reading worst for one's own State, and what it answers."""

    facts: Mapping[str, str]
    answer: str


@dataclass(frozen=True)
class Goal:
    """The entry or one finding under every reading.

    answer: the one result that all readings leave, `open` where there are several. robust: `yes` where every reading
    leaves the same set of results, `no`, or `undecided` where there are too many to walk and one pass leaves several.
    readings: how many there are. deciding: facts of which one value, changed alone, changes what is left; where no fact
    does so alone, the fewest that do so together. walked: whether readings were walked one by one. cites, tag: the
    provisions that some reading rests on, and the weakest evidence for them.
    """

    id: str
    answer: str
    possible: tuple[str, ...]
    robust: str
    readings: int
    deciding: tuple[str, ...]
    adverse: Adverse
    walked: bool
    cites: tuple[str, ...] = ()
    tag: str = ""


def answer_of(results: Collection[str]) -> str:
    """The one result, `open` where there are several or none."""
    return next(iter(results)) if len(results) == 1 else "open"


def deciding_facts(facts: Sequence[str], left: Left) -> tuple[str, ...]:
    """The facts that decide: of which one value, changed alone, changes what is left; else the fewest together."""
    if len(set(left.values())) <= 1:
        return ()
    for size in range(1, len(facts) + 1):
        found = [places for places in combinations(range(len(facts)), size) if _differ(places, left)]
        if found:
            return tuple(fact for place, fact in enumerate(facts) if any(place in places for places in found))
    return ()


def _differ(places: Collection[int], left: Left) -> bool:
    """Whether two readings that differ in these places alone leave different sets."""
    by_rest: dict[tuple[str, ...], frozenset[str]] = {}
    for choice, results in left.items():
        rest = tuple(value for place, value in enumerate(choice) if place not in places)
        if by_rest.setdefault(rest, results) != results:
            return True
    return False


def adversity(module: str, answer: str) -> int:
    """How bad an answer is for the sending State: the higher the worse."""
    if module == "entry":
        return ADVERSITY.index(answer)
    data = _adversity()
    order: list[str] = data["best_to_worst"]
    return -order.index(answer) if module in data["against_the_sending_state"] else order.index(answer)


def how_bad(module: str, results: Collection[str]) -> tuple[int, list[int]]:
    """How bad it is for the sending State that these results are left: by their answer, then by the worst of them."""
    return adversity(module, answer_of(results)), sorted((adversity(module, one) for one in results), reverse=True)


@cache
def _adversity() -> Mapping[str, Any]:
    findings: dict[str, Any] = read_toml("readings.toml")["findings"]
    return findings
