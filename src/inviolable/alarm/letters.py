"""What an alarm sends: how its messages are named and filled, whom they went to, and which are not wanted any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from inviolable.alarm.links import link_to
from inviolable.alarm.models import Alarm, Escalation
from inviolable.alarm.plan import BROADCAST, Candidate, Phase, Run, Step
from inviolable.alarm.storm import TEMPLATE as STORM
from inviolable.alarm.terms import Danger
from inviolable.alarm.wording import FIRST
from inviolable.ledger.moments import written
from inviolable.outbox import actions as outbox
from inviolable.outbox.actions import Letter
from inviolable.outbox.models import Message


def letters_of_call(alarm: Alarm, run: Run, step: Step | None, one: Candidate) -> list[Letter]:
    """What somebody gets whom a step calls, or the broadcast where there is none."""
    asked = step is None or step.answers > 0
    role = step.tell if step else BROADCAST
    more = {"asked": "yes" if asked else "", "as": role}
    if asked:
        more["link"] = link_to(alarm.id, role, one.person)
    return letters(alarm, call_name(alarm, run), one, "alarm", more)


def call_name(alarm: Alarm, run: Run) -> str:
    """How the ids of all messages of one call begin: the same call is never another message."""
    return f"{alarm.id}/{run.step}/{(run.since - alarm.raised) // timedelta(milliseconds=1)}/{run.round}"


def letters(alarm: Alarm, name: str, one: Candidate, template: str, more: dict[str, str]) -> list[Letter]:
    """To one person, by each way. name: how their ids begin."""
    place, danger = alarm.place, alarm.danger
    context = {"post_name": place.name, "address": place.address, "zone": place.time_zone, "danger": danger}
    # Under a threat nobody calls on an open line what may be listened to; under duress nobody calls at all.
    context["telephone"] = "" if alarm.danger == Danger.THREAT and alarm.way != "silence" else place.telephone
    context |= {"raised": written(alarm.raised), "raised_by": alarm.role, "exercise": "yes" if alarm.exercise else ""}
    context["way"] = alarm.way
    # Where the way says more than the protocol, the message says it by itself.
    context |= {f"do_{language}": "" if alarm.way in FIRST else text for language, text in alarm.do.items()} | more
    return [Letter(f"{name}/{one.person}/{way}", one.person, way, template, context) for way in one.ways]


def called_by(alarm: Alarm) -> dict[str, tuple[str, ...]]:
    """Whom an alarm has called so far, and by which ways."""
    found: dict[str, tuple[str, ...]] = {}
    sent = Message.objects.filter(id__startswith=f"{alarm.id}/", template="alarm").order_by("queued", "id")
    for person, channel in sent.values_list("person", "channel"):
        found[person] = tuple(dict.fromkeys((*found.get(person, ()), channel)))
    return found


def unwanted(messages: Sequence[Message]) -> set[str]:
    """Those calls that are not to go out any more: the alarm is over, the step answered, or a later round calls."""
    calls = [one for one in messages if one.template == "alarm"]
    alarms = {one.id.partition("/")[0] for one in calls}
    rows = Escalation.objects.filter(alarm__in=alarms, alarm__ended=None).select_related("alarm") if calls else ()
    runs = {(one.alarm_id, one.step): one for one in rows}
    return {one.id for one in calls if not _is_wanted(one, runs)} | _answered_storms(messages)


def _answered_storms(messages: Sequence[Message]) -> set[str]:
    """Calls about many alarms of which none waits for anybody any more."""
    storms = {one.id: one.context["alarms"].split() for one in messages if one.template == STORM}
    names = {name for alarms in storms.values() for name in alarms}
    rows = Escalation.objects.filter(alarm__in=names, alarm__ended=None, phase=Phase.CALLING) if names else ()
    still = {one.alarm_id for one in rows}
    return {name for name, alarms in storms.items() if not still.intersection(alarms)}


def _is_wanted(message: Message, runs: Mapping[tuple[str, str], Escalation]) -> bool:
    name, step, *_ = message.id.split("/")
    run = runs.get((name, step))
    if run is None or (run.phase in (Phase.ANSWERED, Phase.TAKEN) and message.context.get("asked")):
        return False
    return run.step != BROADCAST or message.id.startswith(f"{call_name(run.alarm, run.as_run())}/")


outbox.when_due(unwanted)
