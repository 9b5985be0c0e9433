"""An alarm as its pages and the command line show it: who was called, by what, what they said, what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inviolable.alarm.models import Alarm, Reply
from inviolable.alarm.plan import BROADCAST, Phase, Run
from inviolable.outbox.models import Message
from inviolable.posts.models import Person, Post


@dataclass(frozen=True)
class Rung:
    """One step. asks: whether an answer is wanted. calls: the messages of this step so far, the newest first."""

    run: Run
    role: str
    asks: bool
    calls: list[Message]

    def seconds(self, now: datetime) -> int | None:
        """Until it moves by itself; None where it does not, or waits for an answer that may run out."""
        if self.run.due is None or self.run.phase in (Phase.ANSWERED, Phase.TAKEN):
            return None
        return max(0, round((self.run.due - now).total_seconds()))


@dataclass(frozen=True)
class Picture:
    """One alarm, whole. names: of everybody in it, by their id."""

    alarm: Alarm
    post: Post
    rungs: list[Rung]
    replies: list[Reply]
    names: dict[str, str]

    @property
    def seen(self) -> Reply | None:
        """Who had it first, of those whose last word it is."""
        return first_seen(self.replies)

    def roles_of(self, person: str) -> list[str]:
        """As which roles somebody has been called so far and may answer."""
        called = [one for one in self.rungs if one.asks and any(call.person == person for call in one.calls)]
        return list(dict.fromkeys(one.role for one in called))


def first_seen(replies: Sequence[Reply]) -> Reply | None:
    """Who had it first, of those whose last word it is."""
    return next(iter(accepted(replies)), None)


def accepted(replies: Sequence[Reply]) -> list[Reply]:
    """Those by which somebody has it, where that is their last word; replies in their order."""
    last = {(one.person, one.role): one for one in replies}
    return [one for one in replies if not one.declined and not last[one.person, one.role].declined]


def picture_of(alarm: Alarm) -> Picture:
    """Read all of it."""
    steps = {step.name: step for step in alarm.plan()}
    order = [*steps, BROADCAST]
    runs = sorted((one.as_run() for one in alarm.escalations.all()), key=lambda run: order.index(run.step))
    if alarm.ended:  # Nothing of it moves any more.
        runs = [replace(run, due=None) for run in runs]
    sent = list(Message.objects.filter(id__startswith=f"{alarm.id}/").order_by("-queued", "id"))
    rungs = [
        Rung(
            run,
            steps[run.step].tell if run.step in steps else BROADCAST,
            run.step not in steps or steps[run.step].answers > 0,
            [one for one in sent if one.id.split("/")[1] == run.step],
        )
        for run in runs
    ]
    replies = list(alarm.replies.order_by("at", "id"))
    people = {one.person for one in sent} | {one.person for one in replies} | {alarm.raiser}
    names = dict(Person.objects.filter(id__in=people).values_list("id", "name"))
    return Picture(alarm, alarm.place, rungs, replies, names)
