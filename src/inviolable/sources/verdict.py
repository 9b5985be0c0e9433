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

from .agreement import Statement
from .asking import Question, questions
from .goals import Goal
from .made_from import MadeFrom
from .readings import Readings, View, together
from .sets import LEVELS, Carried, carried, counting, standing

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

    def beside(self) -> Carried:
        """What sources carry, and beside it what the ministry knows itself, carried by no source."""
        return {
            fact: {value: self.carried.get(fact, {}).get(value, ()) for value in values}
            for fact, values in together(self.known, self.carried).items()
        }


def verdicts(
    frame: Case | None,
    told: Iterable[Statement],
    positions: Mapping[str, str] | None = None,
    own: Sequence[Pack] = (),
) -> dict[str, Verdict]:
    """Both levels, as of the frame's `as_of` ("" for all that has been said); see `verdict`. No frame is UNFRAMED."""
    frame = frame or read_case(UNFRAMED, "(no case file)")
    until, told = frame.as_of[:10], tuple(told)
    stands = standing(told, until)
    found = {level: verdict(frame, counting(stands, level), level, positions, own) for level in LEVELS}
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
    given = carried(told)
    values = {fact: tuple(by_value) for fact, by_value in given.items()}
    law = repr((frame, values, sorted((positions or {}).items()), [pack.hash for pack in own]))
    return Verdict(
        level=level,
        carried=given,
        known=frame.facts,
        voices=len({one.voice for one in told}),
        until=max((one.day for one in told), default=""),
        **_weighed(MadeFrom(law, (frame, values, positions, own))),
    )


@lru_cache(maxsize=64)
def _weighed(asked: MadeFrom) -> Mapping[str, Any]:
    """What the law makes of it. Who carries a value is not asked: one more voice for it, and the answer is the same.

    At 1,300 claims that is two thirds of the picture, which is made anew at each entry.
    """
    frame, values, positions, own = asked.it
    with ENGINE:
        readings = Readings(frame, values, positions, own)
        goals = tuple(readings.goal(module) for module in readings.goals())
        return {
            "goals": goals,
            "questions": tuple(questions(readings, goals)),
            "views": readings.views_taken(readings.goals()),
            "packs": readings.law.packs,
        }
