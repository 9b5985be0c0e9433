"""Who is called next, and when. Pure: the same step, run, roster, words heard and moment give the same move.

The engine asks it about real rosters, the simulation about imagined nights; nothing else decides. Times are absolute:
a call that is late never makes the one after it later (RESPONSE.md, C.3).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

#: By how much the clocks of two machines may differ, before one of them is taken for wrong.
APART = timedelta(minutes=1)


class Phase(StrEnum):
    """Where the run of a step stands. All but `waiting` and `calling` wait for nothing but an answer that expires.

    `taken`: nobody of the role answered, but somebody else took it over from the broadcast.
    """

    WAITING = "waiting"
    CALLING = "calling"
    ANSWERED = "answered"
    TAKEN = "taken"
    TOLD = "told"
    SKIPPED = "skipped"
    UNANSWERED = "unanswered"


class Why(StrEnum):
    """Why a step went unanswered."""

    NOBODY = "nobody"
    DECLINED = "declined"
    SILENCE = "silence"


@dataclass(frozen=True)
class Step:
    """One rung of a protocol.

    tell: a dated role; at: whose (post, mission or ministry). after: from the alarm, or from_answer: from the first
    acknowledgement, by whoever. unless: not taken where that role has acknowledged by then. ways: channels. pause:
    until the next person. rounds: how often through everybody who holds the role. answers: how many must acknowledge;
    0 tells everybody and asks nobody. again: after that long an acknowledgement counts no more.
    """

    name: str
    tell: str
    at: str
    ways: tuple[str, ...]
    after: timedelta = timedelta()
    pause: timedelta = timedelta(minutes=1)
    rounds: int = 2
    answers: int = 1
    again: timedelta | None = None
    from_answer: bool = False
    unless: str = ""


@dataclass(frozen=True)
class Run:
    """How far a step has come. due: when it moves by itself. since: answers before that do not count. called: whom this
    round has called, in order."""

    step: str
    phase: Phase
    due: datetime | None
    since: datetime
    round: int = 0
    called: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """Somebody who holds the role now, with the ways of the step that reach them."""

    person: str
    ways: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What somebody said: that they have it, or that they cannot (declined). role: as which."""

    role: str
    person: str
    at: datetime
    declined: bool = False


@dataclass(frozen=True)
class Move:
    """What a step does now. calls: who is called, with the ways. why: where it went unanswered."""

    run: Run
    calls: tuple[Candidate, ...] = ()
    why: Why | None = None


def begin(steps: Iterable[Step], raised: datetime) -> list[Run]:
    """The runs of an alarm at the moment it is raised. A step that waits for an acknowledgement has no time yet."""
    return [Run(step.name, Phase.WAITING, None if step.from_answer else raised + step.after, raised) for step in steps]


def advance(
    step: Step, run: Run, who: Sequence[Candidate], heard: Sequence[Answer], now: datetime, lost: Collection[str] = ()
) -> Move | None:
    """What the step does at this moment; None where it does nothing.

    who: whoever can be called, the first in front. lost: people whom no message reached for good: as if they had
    declined.
    """
    if (set_right := _after_a_wrong_clock(step, run, now)) != run:
        return Move(set_right)
    given = _acknowledged(step.tell, heard, run.since)
    if run.phase in (Phase.CALLING, Phase.UNANSWERED, Phase.TAKEN) and len(given) >= step.answers:
        return _answered(step, run, given)
    last = {one.person: one for one in heard if one.role == step.tell and one.at >= run.since}
    refused = {person for person, one in last.items() if one.declined}
    gone = refused.union(lost)
    left = [one for one in who if one.person not in gone and one.person not in given]
    match run.phase:
        case Phase.WAITING:
            begun = _begun(step, run, heard)
            if begun.due and now >= begun.due:
                return _start(step, begun, left if step.answers else who, heard, now)
            return Move(begun) if begun != run else None
        case Phase.CALLING if (run.due and now >= run.due) or (run.called and run.called[-1] in gone):
            return _call_next(step, run, left, now, Why.DECLINED if refused else Why.NOBODY)
        case Phase.ANSWERED if len(given) < step.answers:  # Somebody has thought better of it.
            return _call_next(step, replace(run, phase=Phase.CALLING, due=None), left, now, Why.DECLINED)
        case Phase.ANSWERED | Phase.TAKEN if run.due and now >= run.due:
            return _expire(step, run, run.due, who, heard, now)
    return None


def _after_a_wrong_clock(step: Step, run: Run, now: datetime) -> Run:
    """The run as it would be had the clock not stood later than it is: no pause is longer than its own."""
    longest = {Phase.WAITING: step.after, Phase.CALLING: step.pause}.get(run.phase, step.again or timedelta())
    if run.due is None or run.due <= now + longest + APART:
        return run
    return replace(run, due=now + longest, since=min(run.since, now))


def stands_too_late(steps: Iterable[Step], run: Run, now: datetime) -> bool:
    """Whether a run waits for longer than it ever does: a clock stood later then than it does now."""
    if run.step == BROADCAST:
        return run.due is not None and run.due > now + EVERY + APART
    return any(step.name == run.step and _after_a_wrong_clock(step, run, now) != run for step in steps)


def _acknowledged(role: str, heard: Iterable[Answer], since: datetime) -> dict[str, datetime]:
    """When each person acknowledged as that role, where that is their last word."""
    last = {one.person: one for one in heard if one.role == role and one.at >= since}
    return {person: one.at for person, one in last.items() if not one.declined}


def _answered(step: Step, run: Run, given: dict[str, datetime]) -> Move:
    """As many have answered as must. It holds until the first of those that are needed runs out."""
    needed = sorted(given.values(), reverse=True)[: step.answers]
    due = needed[-1] + step.again if step.again and needed else None
    return Move(replace(run, phase=Phase.ANSWERED, due=due))


def _expire(
    step: Step, run: Run, due: datetime, who: Sequence[Candidate], heard: Sequence[Answer], now: datetime
) -> Move:
    """An acknowledgement has run out: asked again from the first person on, unless it was renewed."""
    given = _acknowledged(step.tell, heard, run.since)
    renewed = _answered(step, run, given)
    if len(given) >= step.answers and renewed.run.due and renewed.run.due > now:
        return renewed
    return _call_next(step, Run(run.step, Phase.CALLING, due, since=now, round=1), who, now)


def _begun(step: Step, run: Run, heard: Iterable[Answer]) -> Run:
    """The run with the moment at which it starts, once that is known: it may wait for somebody's acknowledgement."""
    first = min((one.at for one in heard if not one.declined), default=None)
    return replace(run, due=first + step.after) if first and run.due is None else run


def _start(step: Step, run: Run, who: Sequence[Candidate], heard: Sequence[Answer], now: datetime) -> Move:
    if step.unless and _acknowledged(step.unless, heard, run.since):
        return Move(replace(run, phase=Phase.SKIPPED, due=None))
    if step.answers == 0:
        told = tuple(one.person for one in who)
        told_all = replace(run, phase=Phase.TOLD, due=None, round=1, called=told)
        return Move(told_all, tuple(who), None if who else Why.NOBODY)
    if len(given := _acknowledged(step.tell, heard, run.since)) >= step.answers:
        return _answered(step, run, given)
    return _call_next(step, replace(run, phase=Phase.CALLING, round=1), who, now)


def _call_next(step: Step, run: Run, who: Sequence[Candidate], now: datetime, without: Why = Why.NOBODY) -> Move:
    """The next who was not called in this round; then the next round; then nobody any more.

    without: why nobody answers where `who` is empty.
    """
    left = [one for one in who if one.person not in run.called]
    if not left and who and run.round < step.rounds:
        run, left = replace(run, round=run.round + 1, called=()), list(who)
    if not left:
        return Move(replace(run, phase=Phase.UNANSWERED, due=None), why=Why.SILENCE if who else without)
    run = replace(run, due=_on_time(run.due, step.pause, now), called=(*run.called, left[0].person))
    return Move(run, (left[0],))


def _on_time(due: datetime | None, pause: timedelta, now: datetime) -> datetime:
    """A pause after when it was due, not after when it was done; but whoever was just called has the whole pause where
    everything had stood still for longer than that, or where it moves early."""
    planned = (due or now) + pause
    return planned if due and due <= now < planned else now + pause


# ---- when nobody answers -----------------------------------------------------------------------

#: The step that no protocol holds and nobody can switch off: everybody at once, again and again, until somebody
#: answers.
BROADCAST = "broadcast"
EVERY = timedelta(minutes=2)


def broadcast(
    run: Run | None, silent: bool, everybody: Sequence[Candidate], heard: Sequence[Answer], now: datetime
) -> Move | None:
    """What it does while a step stays unanswered. Any acknowledgement since it began, by whoever, ends it."""
    if run is None or run.phase is Phase.ANSWERED:
        if not silent:
            return None
        run = Run(BROADCAST, Phase.CALLING, now, now)
    elif stands_too_late((), run, now):
        return Move(replace(run, due=now + EVERY, since=min(run.since, now)))
    elif not silent or any(not one.declined and one.at >= run.since for one in heard):
        return Move(replace(run, phase=Phase.ANSWERED, due=None))
    if run.due and now < run.due:
        return None
    called = tuple(one.person for one in everybody)
    run = replace(run, round=run.round + 1, called=called, due=_on_time(run.due, EVERY, now))
    return Move(run, tuple(everybody), None if everybody else Why.NOBODY)


@dataclass(frozen=True)
class Night:
    """Whom an alarm can reach now. who: of each step by its name; everybody: for the broadcast; lost: see `advance`."""

    who: Mapping[str, Sequence[Candidate]]
    everybody: Sequence[Candidate]
    lost: Collection[str] = ()


def moves(
    steps: Sequence[Step], runs: Mapping[str, Run], night: Night, heard: Sequence[Answer], now: datetime
) -> list[Move]:
    """Everything that an alarm does at this moment, the broadcast included: each run that changes, once."""
    found = {}
    for step in steps:
        if move := advance(step, runs[step.name], night.who[step.name], heard, now, night.lost):
            found[step.name] = move
    after = {**runs, **{name: move.run for name, move in found.items()}}
    silent = [name for name, run in after.items() if run.phase is Phase.UNANSWERED]
    if move := broadcast(runs.get(BROADCAST), bool(silent), night.everybody, heard, now):
        found[BROADCAST] = move
        if move.run.phase is Phase.ANSWERED:  # Whoever answered it has taken over what nobody had.
            again = {step.name: step.again for step in steps}
            for name in silent:
                due = now + length if (length := again[name]) else None
                found[name] = Move(replace(after[name], phase=Phase.TAKEN, due=due))
    return list(found.values())
