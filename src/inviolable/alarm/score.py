"""How an alarm went, told from its steps, calls and answers: who was called when, who had it, how long that took. Pure.

It adds no points up. A step is in time when as many had answered as must before its own time had run out: the pause,
for each person who held the role, as many rounds as the protocol says (RESPONSE.md, A.4, row 30).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from inviolable.alarm.plan import Answer, Phase, Run, Step
from inviolable.ledger.moments import written


class Verdict(StrEnum):
    """How a step went, or the whole alarm. `told`: nobody was asked. `not_due`: it ended first, or had no need."""

    IN_TIME = "in_time"
    LATE = "late"
    NOBODY = "nobody"
    TOLD = "told"
    NOT_DUE = "not_due"


class Missed(StrEnum):
    """Why nobody of a role had answered by the end, or was told."""

    UNHELD = "unheld"
    UNREACHABLE = "unreachable"
    DECLINED = "declined"
    SILENT = "silent"


@dataclass(frozen=True)
class Call:
    """One message of a step. at: when it was queued; sent: handed to its channel; delivered: as the provider says."""

    step: str
    person: str
    way: str
    at: datetime
    sent: datetime | None = None
    delivered: datetime | None = None


@dataclass(frozen=True)
class Timed:
    """One step. called, sent, delivered: the first of its calls. answered, by: when it was had for good, and whose word
    made it so; rank: their place on the roster, from 1. seconds, allowed: from the alarm on, rounded down."""

    step: str
    role: str
    verdict: Verdict
    ways: tuple[str, ...] = ()
    due: datetime | None = None
    called: datetime | None = None
    sent: datetime | None = None
    delivered: datetime | None = None
    answered: datetime | None = None
    by: str | None = None
    rank: int | None = None
    seconds: int | None = None
    allowed: int | None = None
    missed: Missed | None = None


@dataclass(frozen=True)
class Score:
    """The whole alarm. first: seconds to the first word of anybody that they had it."""

    steps: tuple[Timed, ...]
    first: int | None

    @property
    def missed(self) -> tuple[str, ...]:
        """The roles as which nobody answered, or was told."""
        return self._roles(Verdict.NOBODY)

    @property
    def late(self) -> tuple[str, ...]:
        """The roles that answered after their time."""
        return self._roles(Verdict.LATE)

    def _roles(self, verdict: Verdict) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.role for one in self.steps if one.verdict is verdict))

    @property
    def verdict(self) -> Verdict:
        """The worst of its steps'."""
        return Verdict.NOBODY if self.missed else Verdict.LATE if self.late else Verdict.IN_TIME

    @property
    def full(self) -> int | None:
        """Seconds until everybody had answered who was asked; None where somebody never did."""
        return (
            None if self.missed else max((one.seconds for one in self.steps if one.seconds is not None), default=None)
        )


def score(
    steps: Iterable[Step],
    runs: Mapping[str, Run],
    roster: Mapping[str, Sequence[str]],
    calls: Sequence[Call],
    heard: Sequence[Answer],
    raised: datetime,
) -> Score:
    """How it went. roster: of each step, who held its role when it was raised, without whoever raised it, in order."""
    first = min((one.at for one in heard if not one.declined), default=None)
    timed = tuple(
        _timed(step, runs[step.name].phase, roster[step.name], _of(step, calls), heard, raised, first) for step in steps
    )
    return Score(timed, _seconds(first, raised))


def _of(step: Step, calls: Iterable[Call]) -> list[Call]:
    return sorted((one for one in calls if one.step == step.name), key=lambda one: one.at)


def _timed(
    step: Step,
    phase: Phase,
    roster: Sequence[str],
    calls: Sequence[Call],
    heard: Sequence[Answer],
    raised: datetime,
    first: datetime | None,
) -> Timed:
    people = list(dict.fromkeys((*roster, *(one.person for one in calls))))
    start = first if step.from_answer else raised
    due = start + step.after if start else None
    end = due + step.pause * step.rounds * max(1, len(people)) if due and step.answers else None
    had = _had(step, heard) if step.answers else None
    verdict = _verdict(step, phase, calls, had, end)
    return Timed(
        step.name,
        step.tell,
        verdict,
        tuple(dict.fromkeys(one.way for one in calls)),
        due,
        calls[0].at if calls else None,
        min((one.sent for one in calls if one.sent), default=None),
        min((one.delivered for one in calls if one.delivered), default=None),
        had.at if had else None,
        had.person if had else None,
        people.index(had.person) + 1 if had and had.person in people else None,
        _seconds(had.at if had else None, raised),
        _seconds(end, raised),
        _why(step, people, calls, heard) if verdict is Verdict.NOBODY else None,
    )


def _had(step: Step, heard: Iterable[Answer]) -> Answer | None:
    """The word that made it enough; where somebody thought better of it, the one after that."""
    given: set[str] = set()
    enough = None
    for one in heard:
        if one.role == step.tell:
            given = given - {one.person} if one.declined else given | {one.person}
            enough = (enough or one) if len(given) >= step.answers else None
    return enough


def _verdict(step: Step, phase: Phase, calls: Sequence[Call], had: Answer | None, end: datetime | None) -> Verdict:
    if phase is Phase.SKIPPED:
        return Verdict.NOT_DUE
    if had:
        return Verdict.LATE if end and had.at > end else Verdict.IN_TIME
    if phase is Phase.WAITING:
        return Verdict.NOT_DUE
    told = step.answers == 0 and any(one.sent for one in calls)
    return Verdict.TOLD if told else Verdict.NOBODY


def _why(step: Step, people: Iterable[str], calls: Iterable[Call], heard: Iterable[Answer]) -> Missed:
    if not people:
        return Missed.UNHELD
    if not any(one.sent for one in calls):
        return Missed.UNREACHABLE
    last = {one.person: one for one in heard if one.role == step.tell}
    cannot = all(one.person in last and last[one.person].declined for one in calls)
    return Missed.DECLINED if cannot else Missed.SILENT


def _seconds(moment: datetime | None, raised: datetime) -> int | None:
    """Never below zero: of two machines one may be behind."""
    return None if moment is None else max(moment - raised, timedelta()) // timedelta(seconds=1)


def as_body(found: Score) -> dict[str, Any]:
    """As an entry keeps it and a page shows it: what is not known is absent."""
    numbers = {"first": found.first, "full": found.full}
    return {
        "verdict": str(found.verdict),
        "missed": list(found.missed),
        "late": list(found.late),
        "steps": [dict(_plain(asdict(one))) for one in found.steps],
    } | {name: value for name, value in numbers.items() if value is not None}


def _plain(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        match value:
            case None:
                pass
            case datetime():
                yield name, written(value)
            case tuple():
                yield name, list(value)
            case _:
                yield name, str(value) if isinstance(value, StrEnum) else value
