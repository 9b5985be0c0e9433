"""What to find out first: the facts on which the law turns, and who could answer (asking.toml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from inviolable.law.vocabulary import vocabulary

from .goals import Goal
from .readings import Readings
from .vocabulary import read_toml


@dataclass(frozen=True)
class Who:
    """Somebody who could answer, and of which kind that voice would be."""

    id: str
    kind: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One fact to find out. state: `contested` or `silent` (nobody speaks of it). goals: what turns on it."""

    fact: str
    state: str
    values: tuple[str, ...]
    goals: tuple[str, ...]
    who: tuple[Who, ...]


def questions(readings: Readings, goals: Sequence[Goal]) -> list[Question]:
    """First what decides among accounts, then what nobody speaks of; the entry before findings, of these the ones that
    something is already known of, and a goal that waits for few facts before one that waits for many."""
    contested = {goal.id: _contested(readings, goal) for goal in goals}
    silent = {goal.id: readings.silent(goal.id) for goal in goals}
    return [*_asked(readings, "contested", contested), *_asked(readings, "silent", silent)]


def _contested(readings: Readings, goal: Goal) -> tuple[str, ...]:
    """What decides a goal; where its readings were not walked, every contested fact that can still matter."""
    if goal.walked or goal.robust == "yes":
        return goal.deciding
    return tuple(fact for fact in readings.deciding(goal.id) if fact in readings.contested)


def _asked(readings: Readings, state: str, waiting: Mapping[str, Sequence[str]]) -> list[Question]:
    facts = vocabulary().facts
    turning = {
        fact: tuple(goal for goal, awaited in waiting.items() if fact in awaited)
        for fact in facts
        if any(fact in awaited for awaited in waiting.values())
    }

    def urgency(fact: str) -> tuple[tuple[bool, bool, int], int, int]:
        goals = turning[fact]
        nearest = min((goal != "entry", not _begun(readings, goal), len(waiting[goal])) for goal in goals)
        return nearest, -len(goals), facts[fact].cost

    return [
        Question(fact, state, readings.facts.get(fact, facts[fact].values), turning[fact], who_could_answer(fact))
        for fact in sorted(turning, key=urgency)
    ]


def _begun(readings: Readings, goal: str) -> bool:
    """Whether anything is known of a goal beside what the entry asks for too."""
    return bool(readings.facts.keys() & set(readings.law.cone(goal)) - set(readings.law.cone("entry")))


def who_could_answer(fact: str) -> tuple[Who, ...]:
    """Whom to ask about a law fact, the one who should know best first."""
    everybody, data = _data()
    return tuple(everybody[who] for who in data[fact])


def whom_to_ask(fact: str, language: str) -> str:
    """The same in words, "" for what nobody is known to answer."""
    known = _data()[1]
    return ", ".join(one.words[language] for one in who_could_answer(fact)) if fact in known else ""


@cache
def _data() -> tuple[Mapping[str, Who], Mapping[str, Sequence[str]]]:
    data = read_toml("asking.toml")
    everybody = {
        who: Who(who, row["kind"], {key: words for key, words in row.items() if key != "kind"})
        for who, row in data["who"].items()
    }
    return everybody, data["facts"]
