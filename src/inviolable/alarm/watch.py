"""What the watchman asks of every open alarm: that it goes on by itself soon, or that somebody has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from inviolable.alarm.actions import settle
from inviolable.alarm.models import Alarm, Escalation, Reply
from inviolable.alarm.plan import BROADCAST, Phase
from inviolable.ledger.actions import SYSTEM, append
from inviolable.ledger.moments import written
from inviolable.outbox.models import Message

#: How late a step or a message may be before the loops are taken for dead.
PATIENCE = timedelta(seconds=5)


@dataclass(frozen=True)
class Found:
    """What is wrong: steps and messages that nobody does, and open alarms that would stand still for ever."""

    late: int
    unsent: int
    forgotten: list[str]

    def __bool__(self) -> bool:
        return bool(self.late or self.unsent or self.forgotten)


def look(now: datetime) -> Found:
    """Look at every open alarm. Three queries over what is open, however much is over."""
    late = Escalation.objects.filter(due__lt=now - PATIENCE, alarm__ended=None)
    cut = Q(state=Message.State.SENDING, leased__lt=now - PATIENCE)
    if not Message.objects.filter(state=Message.State.SENDING, leased__gte=now).exists():  # Else somebody is at it.
        cut |= Q(state=Message.State.WAITING, due__lt=now - PATIENCE)
    # Whoever waits for an answer that nobody asks for any more is not cared for by anybody.
    moving = Escalation.objects.filter(due__isnull=False).values("alarm")
    answered = Reply.objects.filter(declined=False).values("alarm")
    forgotten = Alarm.objects.filter(ended=None).exclude(id__in=moving).exclude(id__in=answered)
    names = list(forgotten.order_by("raised").values_list("id", flat=True))
    return Found(late.count(), Message.objects.filter(cut).count(), names)


@transaction.atomic
def cry(name: str, now: datetime) -> None:
    """Call everybody about an alarm that would stand still: the broadcast begins, whatever its steps say."""
    alarm = Alarm.objects.select_for_update().filter(id=name, ended=None).first()
    if alarm is None:
        return
    body = {"alarm": name, "step": BROADCAST, "phase": str(Phase.CALLING), "since": written(now), "round": 0}
    silent = alarm.escalations.exclude(step=BROADCAST).order_by("id").first()
    append(alarm.stream, "alarm.stepped", body | {"called": [], "due": written(now)}, actor=SYSTEM, now=now)
    if silent:
        run = silent.as_run()
        told = {"alarm": name, "step": run.step, "phase": str(Phase.UNANSWERED), "since": written(run.since)}
        called = list(run.called)
        append(alarm.stream, "alarm.stepped", told | {"round": run.round, "called": called}, actor=SYSTEM, now=now)
    settle(alarm, now)
