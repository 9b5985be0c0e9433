"""What an alarm would do on an imagined night: who would be told, when, by what, and where it would fail.

The planner decides here as it does on the day; only the people are imagined. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from inviolable.alarm.plan import BROADCAST, Answer, Candidate, Move, Night, Phase, Run, Step, begin, moves

#: Phases of a step that somebody has.
CARED_FOR = (Phase.ANSWERED, Phase.TAKEN)
#: How long an imagined night is followed at most.
HORIZON = timedelta(hours=2)


@dataclass(frozen=True)
class Habit:
    """What somebody does when called: after how long they say that they have it, or that they cannot."""

    after: timedelta
    declines: bool = False


@dataclass(frozen=True)
class Event:
    """One line of an imagined night: a step moves, or somebody says something (answer)."""

    at: datetime
    move: Move | None = None
    answer: Answer | None = None


def simulate(
    steps: Sequence[Step],
    raised: datetime,
    night: Callable[[datetime], Night],
    habits: Mapping[str, Habit],
    horizon: timedelta = HORIZON,
) -> Iterator[Event]:
    """Everything that happens until nothing is due any more but the broadcast, a second time; or until the horizon.

    night: whom the alarm could reach at a moment. habits: of each person; who has none never answers.
    """
    runs = {run.step: run for run in begin(steps, raised)}
    by_name = {step.name: step for step in steps}
    heard: list[Answer] = []
    coming: list[Answer] = []
    now: datetime | None = raised
    while now is not None and now <= raised + horizon and not _only_repeats(runs, coming):
        for answer in sorted((one for one in coming if one.at <= now), key=lambda one: one.at):
            coming.remove(answer)
            heard.append(answer)
            yield Event(now, answer=answer)
        for move in moves(steps, runs, night(now), heard, now):
            runs[move.run.step] = move.run
            yield Event(now, move=move)
            coming += _said(by_name.get(move.run.step), move.calls, habits, now)
        now = _next(runs.values(), coming)


def _only_repeats(runs: Mapping[str, Run], coming: Sequence[Answer]) -> bool:
    """Whether all that is still to come is the broadcast, which has gone out twice."""
    waiting = [run for run in runs.values() if run.due and (run.step == BROADCAST or run.phase not in CARED_FOR)]
    return [run.step for run in waiting] == [BROADCAST] and runs[BROADCAST].round >= 2 and not coming


def _said(
    step: Step | None, calls: Iterable[Candidate], habits: Mapping[str, Habit], now: datetime
) -> Iterator[Answer]:
    """What those who are called now will say. Whoever is only told is asked nothing."""
    for one in calls if step is None or step.answers else ():
        if habit := habits.get(one.person):
            yield Answer(step.tell if step else "", one.person, now + habit.after, habit.declines)


def _next(runs: Iterable[Run], coming: Iterable[Answer]) -> datetime | None:
    return min([run.due for run in runs if run.due] + [one.at for one in coming], default=None)


class Weakness(StrEnum):
    """Where an imagined night fails. The words are in `wording.py`."""

    NOBODY = "nobody"
    ALONE = "alone"
    ONE_WAY = "one_way"
    OTHER_WAYS = "other_ways"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Weak:
    """One weakness of a step. about: a person, or the role where it concerns all."""

    step: str
    weakness: Weakness
    about: str


def weaknesses(steps: Iterable[Step], holders: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Weak]:
    """What would fail before anybody is slow. holders: of each step, each person who holds the role, with all ways."""
    for step in steps:
        people = holders[step.name]
        if not people:
            yield Weak(step.name, Weakness.NOBODY, step.tell)
        elif len(people) == 1 and step.answers:
            yield Weak(step.name, Weakness.ALONE, step.tell)
        for person, ways in people.items():
            usable = [way for way in step.ways if way in ways]
            if not ways:
                yield Weak(step.name, Weakness.UNREACHABLE, person)
            elif not usable:
                yield Weak(step.name, Weakness.OTHER_WAYS, person)
            elif len(usable) == 1:
                yield Weak(step.name, Weakness.ONE_WAY, person)


def unanswered(events: Iterable[Event]) -> list[str]:
    """The steps that nobody answered."""
    return [event.move.run.step for event in events if event.move and event.move.run.phase is Phase.UNANSWERED]
