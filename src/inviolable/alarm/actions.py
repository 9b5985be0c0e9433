"""The only functions that write in this room. Each is one transaction; time is an argument.

Whatever happens to an alarm ends in `settle`, which asks the planner what is to be done now, records it and queues the
messages, in that same transaction: there is no moment at which somebody was called and nothing says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.db import connection, transaction

from inviolable.alarm.links import link_to
from inviolable.alarm.lookup import night_at, protocol_in_force, shipped_protocol
from inviolable.alarm.models import Alarm, Escalation, KeptProtocol, Reply
from inviolable.alarm.plan import BROADCAST, Candidate, Move, Phase, Run, Step, moves
from inviolable.alarm.protocols import FORMAT, Plan, Protocol, as_rows, roles_without_holders
from inviolable.alarm.terms import Danger, Whose
from inviolable.alarm.wording import own
from inviolable.incidents import actions as incidents
from inviolable.incidents.models import Incident
from inviolable.law.faults import shown
from inviolable.ledger.actions import INSTALLATION, SYSTEM, Actor, append, lock_stream
from inviolable.ledger.moments import written
from inviolable.outbox import actions as outbox
from inviolable.outbox.inbound import Told
from inviolable.outbox.models import Message
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import holdings_of, list_posts
from inviolable.posts.models import Post

#: Within this time a second alarm at the same post belongs to the same incident (DESIGN.md, section 6).
TOGETHER = timedelta(minutes=30)
#: How often it is recorded at most that an alarm is raised again while it is open.
AGAIN = timedelta(seconds=10)
#: What counts as an answer by text or by key.
YES, NO = frozenset({"1", "si", "sí", "yes", "ok"}), frozenset({"9", "no"})


@transaction.atomic
def import_protocol(protocol: Protocol, name: str, *, actor: Actor, now: datetime) -> None:
    """Take a protocol in; it counts from its day on. The same one again changes nothing. Raises Faulty.

    name: of its file, for what is refused. A role that nobody ever holds is refused before it is in force.
    """
    posts = list_posts()
    places = {post.slug: _whose(post) for post in posts}
    roles_without_holders(protocol, name, places, holdings_of(places))
    told = {"number": protocol.number, "date": protocol.signed.isoformat(), "in_force": protocol.in_force.isoformat()}
    if not KeptProtocol.objects.filter(sha256=protocol.sha256).exists():
        told |= {"sha256": protocol.sha256, "text": protocol.text}
        append(INSTALLATION, "protocol.imported", told, actor=actor, now=now)


def _whose(post: Post) -> str:
    return {"ministry": Whose.MINISTRY, "embassy": Whose.MISSION}.get(post.post_class, Whose.POST)


# ---- an alarm and what becomes of it ---------------------------------------------------------


@transaction.atomic
def raise_alarm(
    post: str,
    danger: str,
    *,
    way: str,
    actor: Actor,
    now: datetime,
    name: str = "",
    raiser: str = "",
    exercise: bool = False,
    apart: bool = False,
) -> Alarm:
    """Raise an alarm at a post: those whom the protocol calls first are called when this commits.

    name: an id made by whoever raises it; the same one again is the same alarm. raiser: the person, where known.
    apart: not the same incident as an alarm of a few minutes ago. Raises Refused.
    """
    now = _cut(now)
    place = Post.objects.filter(slug=post).first()
    if place is None or danger not in Danger.values:
        raise Refused(f"alarm: there is no {'post ' + shown(post) if place is None else 'danger ' + shown(danger)}.")
    lock_stream(place.stream)  # Two who press at once are one after the other.
    if name and (known := Alarm.objects.filter(id=name).first()):
        return known
    near = Alarm.objects.filter(post=post, exercise=exercise, raised__gt=now - TOGETHER).order_by("-raised")
    if not apart and (open_one := near.filter(danger=danger, ended=None).first()):
        return _repeat(open_one, way, actor, now)
    incident = None if apart else _joined(near)
    if incident is None:
        title = f"{Danger(danger).label}, {place.name}"
        status = "exercise" if exercise else "actual"
        incident = incidents.open_at_post(place, title, status=status, actor=actor, now=now)
    protocol = protocol_in_force(now.date())
    plan = (protocol or shipped_protocol()).plans[Danger(danger)]
    told = {
        "alarm": name or str(uuid4()),
        "post": post,
        "danger": danger,
        "way": way,
        "what": str(Danger(danger).label),
        "format": str(FORMAT),
        "steps": as_rows(plan.steps),
        "do": dict(plan.do),
        **({"protocol": protocol.sha256} if protocol else {}),
        **({"exercise": "yes"} if exercise else {}),
        **({"raiser": raiser} if raiser else {}),
    }
    append(incident.stream, "alarm.raised", told, actor=actor, now=now)
    alarm = Alarm.objects.get(id=told["alarm"])
    settle(alarm, now)
    _assign(incident, plan, actor, now)
    return alarm


def _repeat(alarm: Alarm, way: str, actor: Actor, now: datetime) -> Alarm:
    """Raised again: recorded, but not with each of a thousand presses."""
    if now - (alarm.repeated or alarm.raised) >= AGAIN:
        append(alarm.stream, "alarm.repeated", {"alarm": alarm.id, "way": way}, actor=actor, now=now)
    return alarm


def _joined(near: Iterable[Alarm]) -> Incident | None:
    """The open incident of an alarm of a few minutes ago at the same post."""
    streams = [one.stream for one in near]
    return Incident.objects.filter(stream__in=streams, closed=None).order_by("-opened").first() if streams else None


def _assign(incident: Incident, plan: Plan, actor: Actor, now: datetime) -> None:
    for task in plan.tasks:
        due = now + task.within
        incidents.assign(incident.reference, own(task.what), task.to, due=due, actor=actor, now=now)


@transaction.atomic
def acknowledge(name: str, role: str, person: str, *, way: str, actor: Actor, now: datetime) -> None:
    """Somebody says, as a role, that they have it. Raises Refused: whoever raised an alarm cannot answer it."""
    _reply(name, "alarm.acknowledged", {"role": role, "person": person, "way": way}, actor, now)


@transaction.atomic
def decline(name: str, role: str, person: str, why: str, *, way: str, actor: Actor, now: datetime) -> None:
    """Somebody says that they cannot, and why: the next is called at once. Raises Refused."""
    if not why.strip():
        raise Refused("why: say why you cannot; a few words are enough.")
    _reply(name, "alarm.declined", {"role": role, "person": person, "way": way, "why": why.strip()}, actor, now)


def _reply(name: str, kind: str, told: dict[str, str], actor: Actor, now: datetime) -> None:
    alarm = _locked(name)
    if told["person"] == alarm.raiser:
        raise Refused("whoever raised an alarm cannot answer it: somebody else must know.")
    append(alarm.stream, kind, {"alarm": alarm.id, **told}, actor=actor, now=_cut(now))
    settle(alarm, now)


@transaction.atomic
def stand_down(name: str, why: str, *, actor: Actor, now: datetime) -> None:
    """End an alarm; whoever was called is told. Raises Refused where it has ended already or no reason is given."""
    alarm = _locked(name)
    if not why.strip():
        raise Refused("why: say why it is over; a few words are enough.")
    told = called_by(alarm)
    append(alarm.stream, "alarm.stood_down", {"alarm": alarm.id, "why": why.strip()}, actor=actor, now=_cut(now))
    outbox.withdraw(f"{alarm.id}/", now)
    for person, ways in told.items():
        _send(alarm, f"{alarm.id}/over/{person}", Candidate(person, ways), "alarm_over", {"why": why.strip()}, now)


@transaction.atomic
def make_real(name: str, *, actor: Actor, now: datetime, way: str) -> Alarm:
    """A drill has become real: it ends, and the alarm is raised for its post, in an incident of its own."""
    drill = _locked(name)
    if not drill.exercise:
        raise Refused("this alarm is real already.")
    stand_down(name, "REAL", actor=actor, now=now)
    return raise_alarm(drill.post, drill.danger, way=way, actor=actor, now=now, raiser=drill.raiser)


def tick(now: datetime) -> int:
    """What is due in any alarm, done; how many alarms moved. Any number may tick at once: each alarm is one's alone."""
    moved = 0
    late = Escalation.objects.filter(due__lte=now, alarm__ended=None).order_by("due").values_list("alarm", flat=True)
    for name in dict.fromkeys(late):
        with transaction.atomic():
            free = Alarm.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            if alarm := free.filter(id=name, ended=None).first():
                moved += settle(alarm, now) > 0
    return moved


# ---- what the planner says, done -------------------------------------------------------------


def settle(alarm: Alarm, now: datetime, lost: Collection[str] = ()) -> int:
    """Do everything that is due in an alarm, in the caller's transaction, which has it alone; how many moves."""
    now, steps, done = _cut(now), alarm.plan(), 0
    post = Post.objects.get(slug=alarm.post)
    night = replace(night_at(post, steps, now, without=alarm.raiser), lost=lost)
    heard = [one.as_answer() for one in Reply.objects.filter(alarm=alarm).order_by("at", "id")]
    by_name = {step.name: step for step in steps}
    while True:
        runs = {one.step: one.as_run() for one in Escalation.objects.filter(alarm=alarm)}
        found = moves(steps, runs, night, heard, now)
        for move in found:
            _record(alarm, move, now)
            for one in move.calls:
                _call(alarm, move.run, by_name.get(move.run.step), one, now)
        if not found:
            return done
        done += len(found)


def _record(alarm: Alarm, move: Move, now: datetime) -> None:
    run = move.run
    told = {"alarm": alarm.id, "step": run.step, "phase": str(run.phase), "since": written(run.since)}
    body = told | {"round": run.round, "called": list(run.called)}
    if run.due:
        body["due"] = written(run.due)
    if move.calls:
        body["calls"] = [one.person for one in move.calls]
    if move.why:
        body["why"] = str(move.why)
    append(alarm.stream, "alarm.stepped", body, actor=SYSTEM, now=now)


def _call(alarm: Alarm, run: Run, step: Step | None, one: Candidate, now: datetime) -> None:
    asked = step is None or step.answers > 0
    role = step.tell if step else BROADCAST
    context = {"asked": "yes" if asked else "", "as": role}
    if asked:
        context["link"] = link_to(alarm.id, role, one.person)
    _send(alarm, f"{call_name(alarm, run)}/{one.person}", one, "alarm", context, now)


def call_name(alarm: Alarm, run: Run) -> str:
    """How the ids of all messages of one call begin: the same call is never another message."""
    return f"{alarm.id}/{run.step}/{int((run.since - alarm.raised).total_seconds())}/{run.round}"


def _send(alarm: Alarm, name: str, one: Candidate, template: str, more: dict[str, str], now: datetime) -> None:
    post = Post.objects.get(slug=alarm.post)
    context = {"post_name": post.name, "address": post.address, "zone": post.time_zone, "danger": alarm.danger}
    context |= {"raised": written(alarm.raised), "raised_by": alarm.role, "exercise": "yes" if alarm.exercise else ""}
    context |= {f"do_{language}": text for language, text in alarm.do.items()} | more
    send = partial(outbox.send, stream=alarm.stream, crash="resend", actor=SYSTEM, now=now)
    for way in one.ways:
        send(f"{name}/{way}", one.person, way, template, context)


def called_by(alarm: Alarm) -> dict[str, tuple[str, ...]]:
    """Whom an alarm has called so far, and by which ways."""
    found: dict[str, tuple[str, ...]] = {}
    sent = Message.objects.filter(id__startswith=f"{alarm.id}/", template="alarm").order_by("queued", "id")
    for person, channel in sent.values_list("person", "channel"):
        found[person] = tuple(dict.fromkeys((*found.get(person, ()), channel)))
    return found


def unreached(message: Message, now: datetime) -> None:
    """A message was given up. Where it was the last way to somebody who is being called, the next is called at once."""
    alarm = Alarm.objects.select_for_update().filter(id=message.id.partition("/")[0], ended=None).first()
    if alarm is None:
        return
    for run in (one.as_run() for one in alarm.escalations.filter(phase=Phase.CALLING)):
        call = f"{call_name(alarm, run)}/{message.person}/"
        others = Message.objects.filter(id__startswith=call).exclude(state=Message.State.FAILED)
        if message.id.startswith(call) and not others.exists():
            settle(alarm, now, lost=(message.person,))
            return


def answered(person: str, message: Message | None, told: Told, now: datetime) -> None:
    """A key on the telephone or a reply by text: 1 or yes, 9 or no. What says neither, or nobody is asked, is nothing.

    A reply counts for the newest call that is still open.
    """
    said = (told.words.split() or [""])[0].strip(".,!").casefold()
    if said not in YES | NO:
        return
    calls = Message.objects.filter(person=person, template="alarm").order_by("-queued")
    for call in [message] if message else calls[:20]:
        alarm = call.id.partition("/")[0]
        if call.context.get("asked") and Alarm.objects.filter(id=alarm, ended=None).exists():
            role, who = call.context["as"], {"role": call.context["as"], "id": person}
            with suppress(Refused):  # Nobody is there who could be told.
                if said in YES:
                    acknowledge(alarm, role, person, way=told.channel, actor=who, now=now)
                else:
                    decline(alarm, role, person, told.words, way=told.channel, actor=who, now=now)
            return


outbox.when_given_up(unreached)
outbox.when_answered(answered)


def _locked(name: str) -> Alarm:
    """An open alarm, for this transaction alone."""
    alarm = Alarm.objects.select_for_update().filter(id=name).first()
    if alarm is None:
        raise Refused(f"alarm: there is no alarm {shown(name)}.")
    if alarm.ended:
        raise Refused(f"alarm: it was stood down at {written(alarm.ended)}.")
    return alarm


def _cut(now: datetime) -> datetime:
    """To the millisecond, as entries keep it: what is compared with them must not be later than they are."""
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
