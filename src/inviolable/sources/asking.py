"""What to find out first: the facts on which the law turns, what sources say near them, and who could answer.

Who could answer, and which claims speak of a law fact without giving the law a value of it, is in asking.toml.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from inviolable.law.vocabulary import vocabulary

from .agreement import Statement
from .goals import Goal
from .readings import Readings
from .sets import read_from
from .vocabulary import read_toml


@dataclass(frozen=True)
class Who:
    """Somebody who could answer, and of which kind that voice would be."""

    id: str
    kind: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One fact to find out. goals: what turns on it.

    state: `contested`; `partly`, where sources speak of it and give the law no value, in these passages; or `silent`,
    where no passage speaks of it. touched: sources speak of it, or the entry or a finding that something is known of
    waits for it.
    """

    fact: str
    state: str
    values: tuple[str, ...]
    goals: tuple[str, ...]
    who: tuple[Who, ...]
    touched: bool
    passages: tuple[Statement, ...] = ()


def questions(readings: Readings, goals: Sequence[Goal], spoken: Collection[str] = ()) -> list[Question]:
    """First what decides among accounts, then what they leave open; the entry before findings, of these the ones that
    something is already known of, and a goal that waits for few facts before one that waits for many.

    spoken: the law facts that a passage speaks of; which passages, `with_passages` adds.
    """
    contested = {goal.id: _contested(readings, goal) for goal in goals}
    silent = {goal.id: readings.silent(goal.id) for goal in goals}
    return [*_asked(readings, contested, spoken), *_asked(readings, silent, spoken)]


def passages(told: Iterable[Statement]) -> Mapping[str, tuple[Statement, ...]]:
    """For each law fact what speaks of it, also where the law reads no value of it there; nothing where nobody does."""
    found: dict[str, list[Statement]] = {}
    for one in told:
        for fact in spoken_by(one.claim.fact):
            found.setdefault(fact, []).append(one)
    return {fact: tuple(statements) for fact, statements in found.items()}


def with_passages(asked: Iterable[Question], spoken: Mapping[str, tuple[Statement, ...]]) -> tuple[Question, ...]:
    """The questions, with what sources say near those that they leave open."""
    return tuple(replace(one, passages=spoken[one.fact]) if one.state == "partly" else one for one in asked)


def _contested(readings: Readings, goal: Goal) -> tuple[str, ...]:
    """What decides a goal; where its readings were not walked, every contested fact that can still matter."""
    if goal.walked or goal.robust == "yes":
        return goal.deciding
    return tuple(fact for fact in readings.deciding(goal.id) if fact in readings.contested)


def _asked(readings: Readings, waiting: Mapping[str, Sequence[str]], spoken: Collection[str]) -> list[Question]:
    facts = vocabulary().facts
    turning = {
        fact: tuple(goal for goal, awaited in waiting.items() if fact in awaited)
        for fact in facts
        if any(fact in awaited for awaited in waiting.values())
    }
    begun = {goal: goal == "entry" or _begun(readings, goal) for goal in waiting}
    touched = {fact: fact in spoken or any(begun[goal] for goal in goals) for fact, goals in turning.items()}

    def urgency(fact: str) -> tuple[bool, tuple[bool, bool, int], int, int]:
        goals = turning[fact]
        nearest = min((goal != "entry", not begun[goal], len(waiting[goal])) for goal in goals)
        return not touched[fact], nearest, -len(goals), facts[fact].cost

    def state(fact: str) -> str:
        return "contested" if fact in readings.contested else "partly" if fact in spoken else "silent"

    return [
        Question(
            fact,
            state(fact),
            readings.facts.get(fact, facts[fact].values),
            turning[fact],
            who_could_answer(fact),
            touched[fact],
        )
        for fact in sorted(turning, key=urgency)
    ]


def _begun(readings: Readings, goal: str) -> bool:
    """Whether anything is known of a goal beside what the entry asks for too, and what is known of the post itself."""
    facts = vocabulary().facts
    known = {fact for fact in readings.facts if not facts[fact].profile}
    return bool(known & set(readings.law.cone(goal)) - set(readings.law.cone("entry")))


@cache
def spoken_by(key: str) -> tuple[str, ...]:
    """The law facts that claims with this key speak of."""
    return tuple(fact for fact in vocabulary().facts if key in speaking_of(fact))


@cache
def speaking_of(fact: str) -> frozenset[str]:
    """The keys of claims that speak of a law fact."""
    return frozenset({fact, *read_from(fact), *read_toml("asking.toml")["near"].get(fact, ())})


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
