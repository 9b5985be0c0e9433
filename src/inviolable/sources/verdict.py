"""The verdict: the entry and every finding under every reading, at two fixed levels, and what to find out first.

Robust means robust over the sources given: a verdict says over how many voices, and until when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from inviolable.law.assess import ENGINE
from inviolable.law.casefile import Case, read_case
from inviolable.law.lawfile import Pack
from inviolable.law.vocabulary import vocabulary

from .agreement import Statement
from .asking import Question, passages, questions, with_passages
from .goals import Goal
from .made_from import MadeFrom
from .readings import Readings, View, together
from .sets import LEVELS, Carried, allows, carried, counting, known_by, standing

#: Where nobody says whose post it is: a consular post under the Vienna Convention, and nothing else is known.
UNFRAMED = """
[case]
title = "A consular post"
occurred = "1967-03-19/9999-12-31"
[post]
class = "consulate"
[regime]
instruments = ["vccr"]
"""


@dataclass(frozen=True)
class Verdict:
    """One level. goals: the entry, then every finding. carried: who carries which value of which law fact.

    known: what the ministry knows itself. views: the same facts under each view on a disputed point of law. voices,
    until: over how many voices it is said, and the day of the last of them, "" where nobody tells. packs: whose rules.
    as_of: the day that is asked for, "" for all days; undated: statements that do not count then, as nobody dates them.
    """

    level: str
    goals: tuple[Goal, ...]
    carried: Carried
    known: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]
    views: tuple[View, ...]
    voices: int
    until: str
    packs: tuple[Pack, ...]
    as_of: str = ""
    undated: int = 0

    @property
    def entry(self) -> Goal:
        return self.goals[0]

    def spoken_of(self) -> tuple[str, ...]:
        """The law facts that a source or the ministry gives a value."""
        return tuple(together(self.known, self.carried))

    def answers(self, fact: str) -> dict[tuple[str, ...], list[Statement]]:
        """What is said of a law fact: the values that one statement leaves open together, and who says so.

        What the ministry knows itself is there as well, said by nobody.
        """
        found: dict[tuple[str, ...], list[Statement]] = {(value,): [] for value in self.known.get(fact, ())}
        for value, statements in self.carried.get(fact, {}).items():
            for one in statements:
                left = tuple(allows(one.value)[fact])
                if value == left[0]:
                    found.setdefault(left, []).append(one)
        order = vocabulary().facts[fact].values
        return dict(sorted(found.items(), key=lambda item: (len(item[0]), [order.index(value) for value in item[0]])))


def verdicts(
    frame: Case | None,
    told: Iterable[Statement],
    positions: Mapping[str, str] | None = None,
    own: Sequence[Pack] = (),
    heard: Iterable[Statement] | None = None,
) -> dict[str, Verdict]:
    """Both levels, as of the frame's `as_of` ("" for all that has been said); see `verdict`. No frame is UNFRAMED.

    heard: all that was said, also what was replaced since: whoever said it is one of the voices. Default told.
    """
    frame = frame or read_case(UNFRAMED, "(no case file)")
    until, told = frame.as_of[:10], tuple(told)
    stands, heard = standing(told, until), known_by(told if heard is None else heard, until)
    found = {
        level: replace(
            verdict(frame, counting(stands, level), level, positions, own),
            voices=len({one.voice for one in counting(heard, level)}),
        )
        for level in LEVELS
    }
    if not until:
        return found
    left_out = {level: sum(not one.day for one in counting(told, level)) for level in LEVELS}
    return {level: replace(one, as_of=until, undated=left_out[level]) for level, one in found.items()}


def verdict(
    frame: Case,
    told: Sequence[Statement],
    level: str = "all",
    positions: Mapping[str, str] | None = None,
    own: Sequence[Pack] = (),
) -> Verdict:
    """The law under every reading of what is told at one level. frame: the post, the States, what the ministry knows.

    positions: the ministry's; those in the frame come first. Raises Faulty where no law can be told to govern.
    """
    given, spoken = carried(told), passages(told)
    values = {fact: tuple(by_value) for fact, by_value in given.items()}
    law = repr((frame, values, sorted((positions or {}).items()), [pack.hash for pack in own], sorted(spoken)))
    weighed = _weighed(MadeFrom(law, (frame, values, positions, own, frozenset(spoken))))
    return Verdict(
        level=level,
        carried=given,
        known=frame.facts,
        voices=len({one.voice for one in told}),
        until=max((one.day for one in told), default=""),
        **weighed | {"questions": with_passages(weighed["questions"], spoken)},
    )


@lru_cache(maxsize=64)
def _weighed(asked: MadeFrom) -> dict[str, Any]:
    """What the law makes of it. Who carries a value is not asked: one more voice for it, and the answer is the same.
    Nor is it asked who speaks near a question: only of which somebody does.

    At 1,300 claims that is two thirds of the picture, which is made anew at each entry.
    """
    frame, values, positions, own, spoken = asked.it
    with ENGINE:
        readings = Readings(frame, values, positions, own)
        goals = tuple(readings.goal(module) for module in readings.goals())
        return {
            "goals": goals,
            "questions": tuple(questions(readings, goals, spoken)),
            "views": readings.views_taken(readings.goals()),
            "packs": readings.law.packs,
        }
