"""The only functions that write in this room. Each is one transaction; time is an argument.

Whatever happens to an alarm ends in `settle`, which asks the planner what is to be done now, records it and queues the
messages, in that same transaction: there is no moment at which somebody was called and nothing says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.utils.translation import gettext as _

from inviolable.alarm.letters import call_name, called_by, letters, letters_of_call
from inviolable.alarm.lookup import night_at, not_asked, protocol_in_force, score_of, shipped_protocol, whose
from inviolable.alarm.models import Alarm, Escalation, Reply
from inviolable.alarm.plan import APART, Candidate, Move, Phase, moves, stands_too_late
from inviolable.alarm.protocols import FORMAT, Plan, Protocol, as_rows, roles_without_holders
from inviolable.alarm.score import as_body
from inviolable.alarm.storm import in_one_call
from inviolable.alarm.terms import DURESS, Danger
from inviolable.alarm.wording import alarm_called, own, under_duress
from inviolable.incidents import actions as incidents
from inviolable.incidents.models import Incident, Obligation
from inviolable.incidents.wording import in_each_language
from inviolable.law.faults import forging, shown
from inviolable.ledger.actions import INSTALLATION, SYSTEM, Actor, append, lock_stream
from inviolable.ledger.moments import Happened, written
from inviolable.outbox import actions as outbox
from inviolable.outbox.actions import Letter
from inviolable.outbox.models import Message
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import holdings_of, list_posts
from inviolable.posts.models import Post

#: Within this time a second alarm at the same post belongs to the same incident (DESIGN.md, section 6).
TOGETHER = timedelta(minutes=30)
#: How often it is recorded at most that an alarm is raised again while it is open.
AGAIN = timedelta(seconds=10)
#: What an alarm may be called by whoever raises it.
NAME = re.compile(r"[a-z0-9-]{1,64}")
#: The ways of an alarm that show nothing to whoever raised it.
BY_TELEPHONE = ("sms", "voice")
#: What an alarm cannot be called: pages have these addresses, and trial messages begin with the last.
ADDRESSES = frozenset({"raise", "simulate", "siren", "notifications", "drills", "try"})
#: After everybody has answered: how long ago, so that pressing again calls them anew.
NEWS = timedelta(minutes=2)
#: How many new alarms one program may raise at one post, within which time: each kind of danger once.
MOST, FLOOD = len(Danger), timedelta(minutes=10)


class TooMany(Refused):
    """A program raises more alarms than any day has. Those that it raised before go on."""


@transaction.atomic
def import_protocol(protocol: Protocol, name: str, *, actor: Actor, now: datetime) -> None:
    """Take a protocol in; it counts from its day on. What is in force then changes nothing. Raises Faulty.

    name: of its file, for what is refused. A role that nobody ever holds is refused before it is in force.
    """
    posts = list_posts()
    places = {post.slug: str(whose(post)) for post in posts}
    roles_without_holders(protocol, name, places, holdings_of(places))
    told = {"number": protocol.number, "date": protocol.signed.isoformat(), "in_force": protocol.in_force.isoformat()}
    in_force = protocol_in_force(protocol.in_force)
    if in_force is None or in_force.sha256 != protocol.sha256:
        told |= {"sha256": protocol.sha256, "text": protocol.text}
        append(INSTALLATION, "protocol.imported", told, actor=actor, now=now)


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
    late: Happened | None = None,
) -> Alarm:
    """Raise an alarm at a post: those whom the protocol calls first are called when this commits.

    name: an id made by whoever raises it; the same one again is the same alarm. raiser: the person, where known.
    apart: not the same incident as an alarm of a few minutes ago; under duress it never is. late: when it was raised,
    where it could not be recorded then (`straight.py`). Raises Refused, of a program also TooMany.
    """
    now = _cut(now)
    place = _place(post, danger, name)
    lock_stream(place.stream)  # Two who press at once are one after the other.
    same = Alarm.objects.filter(post=post, danger=danger, exercise=exercise, ended=None)
    if name and (known := same.filter(id=name).first()):
        return known
    # Nobody at the post sees what is raised under duress: whatever else happens there joins nothing of it.
    apart = apart or way == DURESS
    near = Alarm.objects.filter(post=post, exercise=exercise, raised__gt=now - TOGETHER).exclude(way=DURESS)
    near = near.order_by("-raised")
    # Whoever presses is heard apart from the alarm that nothing is heard from the post.
    others = near if way == "silence" else near.exclude(way="silence")
    open_one = others.filter(danger=danger, ended=None).first()
    if not apart and open_one and not _is_cared_for(open_one, now):
        return _repeat(open_one.id, way, actor, now, late)
    if way == "api" and not late:
        hold_back(post, actor, now)
    incident = None if apart else _joined(near)
    if incident is None:
        title = in_each_language(lambda: f"{alarm_called(danger, way)}, {place.name}")
        status = "exercise" if exercise else "actual"
        incident = incidents.open_at_post(place, own(title), title, status=status, actor=actor, now=now)
    # Where another alarm has this id: whoever is in danger is not turned away for that.
    own_name = name if name and not Alarm.objects.filter(id=name).exists() else str(uuid4())
    protocol = protocol_in_force(now.date())
    plan = (protocol or shipped_protocol()).plans[Danger(danger)]
    if way == DURESS:
        plan = under_duress(plan, at_post=whose(place))
    marks = {"protocol": protocol.sha256 if protocol else "", "exercise": "yes" if exercise else ""}
    marks |= {"raiser": raiser, "late": "yes" if late else ""}
    told = {"alarm": own_name, "post": post, "danger": str(danger), "way": way, "what": alarm_called(danger, way)}
    told |= {mark: said for mark, said in marks.items() if said}
    words = in_each_language(lambda: alarm_called(danger, way))
    snapshot = {"format": str(FORMAT), "steps": as_rows(plan.steps), "do": dict(plan.do), "words": words}
    append(incident.stream, "alarm.raised", told | snapshot, actor=actor, now=now, happened=late)
    alarm = Alarm.objects.get(id=own_name)
    _assign(incident, plan, actor, now)  # Before the calls, since it reads what the incident holds so far.
    settle(alarm, now)
    _tell_raiser(alarm, "alarm_received", {}, now)
    return alarm


def _place(post: str, danger: str, name: str) -> Post:
    """Where it is raised. Raises Refused for what is no alarm."""
    place = Post.objects.filter(slug=post).first()
    if place is None or danger not in Danger.values:
        raise Refused(f"alarm: there is no {'post ' + shown(post) if place is None else 'danger ' + shown(danger)}.")
    if name and (not NAME.fullmatch(name) or name in ADDRESSES):
        raise Refused(f"id: found {shown(name)}; 1 to 64 small letters, digits and hyphens are allowed.")
    return place


def hold_back(post: str, actor: Actor, now: datetime) -> None:
    """Somebody who has stolen a program's token, or a device, calls people a number of times, and not all night.

    Raises TooMany."""
    raised = Alarm.objects.filter(post=post, raiser=actor["id"], raised__gt=now - FLOOD)
    if raised.count() >= MOST:
        raise TooMany(f"{MOST} alarms came from {actor['id']} for {post} within {FLOOD.seconds // 60} minutes.")


def _is_cared_for(alarm: Alarm, now: datetime) -> bool:
    """Whether everybody who was asked had answered a while ago: then whoever presses again means something new."""
    phases = {one.phase for one in alarm.escalations.all()}
    last = alarm.replies.order_by("-at").first()
    return last is not None and now - last.at > NEWS and not phases & {Phase.CALLING, Phase.UNANSWERED}


def _repeat(name: str, way: str, actor: Actor, now: datetime, late: Happened | None) -> Alarm:
    """Raised again: recorded, but not with each of a thousand presses."""
    alarm = Alarm.objects.select_for_update().get(id=name)
    if now - (alarm.repeated or alarm.raised) >= AGAIN:
        append(alarm.stream, "alarm.repeated", {"alarm": alarm.id, "way": way}, actor=actor, now=now, happened=late)
    return alarm


def _joined(near: Iterable[Alarm]) -> Incident | None:
    """The open incident of an alarm of a few minutes ago at the same post; locked before its stream, as elsewhere."""
    streams = [one.stream for one in near]
    found = Incident.objects.select_for_update().filter(stream__in=streams, closed=None).order_by("-opened")
    return found.first() if streams else None


def _assign(incident: Incident, plan: Plan, actor: Actor, now: datetime) -> None:
    stands = set(Obligation.objects.filter(incident=incident, closed_by=None).values_list("what", flat=True))
    for task in plan.tasks:
        if not stands & set(task.what.values()):
            due = now + task.within
            what = own(task.what)
            incidents.assign(incident.reference, what, task.to, due=due, words=dict(task.what), actor=actor, now=now)


@transaction.atomic
def acknowledge(name: str, role: str, person: str, *, way: str, actor: Actor, now: datetime) -> None:
    """Somebody says, as a role, that they have it. Raises Refused: whoever raised an alarm cannot answer it."""
    _reply(name, "alarm.acknowledged", {"role": role, "person": person, "way": way}, actor, now)


@transaction.atomic
def decline(name: str, role: str, person: str, why: str, *, way: str, actor: Actor, now: datetime) -> None:
    """Somebody says that they cannot, and why: the next is called at once. Raises Refused."""
    if not (reason := _plain(why)):
        raise Refused(_("Say why you cannot; a few words are enough."))
    _reply(name, "alarm.declined", {"role": role, "person": person, "way": way, "why": reason}, actor, now)


def _reply(name: str, kind: str, told: dict[str, str], actor: Actor, now: datetime) -> None:
    alarm = _locked(name)
    if told["person"] == alarm.raiser:
        raise Refused(_("Whoever raised an alarm cannot answer it: somebody else must know."))
    last = alarm.replies.filter(role=told["role"], person=told["person"]).order_by("-at", "-id").first()
    same = last is not None and last.declined == (kind == "alarm.declined")
    if not (same and last and now - last.at < AGAIN):
        first = kind == "alarm.acknowledged" and not alarm.replies.filter(declined=False).exists()
        append(alarm.stream, kind, {"alarm": alarm.id, **told}, actor=actor, now=_cut(now))
        settle(alarm, now)
        if first:
            _tell_raiser(alarm, "alarm_seen", {"as": told["role"], "at": written(now)}, now)


@transaction.atomic
def stand_down(name: str, why: str, *, actor: Actor, now: datetime) -> None:
    """End an alarm; whoever was called is told, and of a drill it is kept how it went.

    Raises Refused where it has ended already or no reason is given.
    """
    alarm = _locked(name)
    if not (reason := _plain(why)):
        raise Refused(_("Say why it is over; a few words are enough."))
    _end(alarm, reason, actor, now)
    if alarm.exercise:
        body = as_body(score_of(alarm, _cut(now)))
        append(alarm.stream, "drill.scored", {"alarm": alarm.id, **body}, actor=SYSTEM, now=_cut(now))


def _end(alarm: Alarm, reason: str, actor: Actor, now: datetime) -> None:
    told = called_by(alarm)
    append(alarm.stream, "alarm.stood_down", {"alarm": alarm.id, "why": reason}, actor=actor, now=_cut(now))
    outbox.withdraw(f"{alarm.id}/", now)
    over = (
        letter
        for person, ways in told.items()
        for letter in letters(alarm, f"{alarm.id}/over", Candidate(person, ways), "alarm_over", {"why": reason})
    )
    _send(alarm, over, now, "ask")


@transaction.atomic
def make_real(name: str, *, actor: Actor, now: datetime, way: str) -> Alarm:
    """A drill has become real: it ends, and the alarm is raised for its post, in an incident of its own.

    How far the drill had come says nothing about those who were called, so it is not scored.
    """
    if known := Alarm.objects.filter(id=name).first():
        lock_stream(known.place.stream)  # First, as whoever raises it again does.
    drill = _locked(name)
    if not drill.exercise:
        raise Refused(_("This alarm is real already."))
    real = raise_alarm(drill.post, drill.danger, way=way, actor=actor, now=now, raiser=drill.raiser)
    _end(drill, "REAL", actor, now)
    return real


def tick(now: datetime, every: bool = False) -> int:
    """What is due in any alarm, done; how many alarms moved. Any number may tick at once: each alarm is one's alone.

    every: look too whether one waits for longer than it ever should: a clock may have been set back. An alarm that
    cannot be moved on does not stop the others; it is raised at the end.
    """
    rows = Escalation.objects.filter(alarm__ended=None, due__lte=now)
    late = [*rows.order_by("due").values_list("alarm", flat=True), *(_set_back(now) if every else ())]
    moved, faults = 0, []
    for name in dict.fromkeys(late):
        try:
            moved += _move_on(name, now)
        except Exception as fault:  # A fault of ours in one must not keep the others standing.
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} alarms cannot be moved on", faults)
    return moved


def _set_back(now: datetime) -> list[str]:
    rows = Escalation.objects.filter(alarm__ended=None, due__gt=now + APART).select_related("alarm").order_by("due")
    return [one.alarm_id for one in rows if stands_too_late(one.alarm.plan(), one.as_run(), now)]


@transaction.atomic
def _move_on(name: str, now: datetime) -> bool:
    free = Alarm.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    alarm = free.filter(id=name, ended=None).first()
    return alarm is not None and settle(alarm, now) > 0


# ---- what the planner says, done -------------------------------------------------------------


def settle(alarm: Alarm, now: datetime, lost: Collection[str] = ()) -> int:
    """Do everything that is due in an alarm, in the caller's transaction, which has it alone; how many moves."""
    now, steps, done = _cut(now), alarm.plan(), 0
    night = replace(night_at(alarm.place, steps, now, without=not_asked(alarm, now)), lost=lost)
    heard = [one.as_answer() for one in Reply.objects.filter(alarm=alarm).order_by("at", "id")]
    by_name = {step.name: step for step in steps}
    while True:
        runs = {one.step: one.as_run() for one in Escalation.objects.filter(alarm=alarm)}
        found = moves(steps, runs, night, heard, now)
        for move in found:
            _record(alarm, move, now)
            step = by_name.get(move.run.step)
            called = (letter for one in move.calls for letter in letters_of_call(alarm, move.run, step, one))
            _send(alarm, in_one_call(alarm, called, now), now)
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


def _send(alarm: Alarm, found: Iterable[Letter], now: datetime, crash: str = "resend") -> None:
    """A way that is gone since says nothing: whoever cannot be reached by it is by the others.

    crash: who is called is rather called twice; of what only tells, the provider is asked whether it has it (`ask`).
    """
    outbox.send_all(list(found), stream=alarm.stream, crash=crash, actor=SYSTEM, now=now)


def _tell_raiser(alarm: Alarm, template: str, more: dict[str, str], now: datetime) -> None:
    """By text to whoever raised it by telephone, since they have no page that says so (RESPONSE.md, A.4, row 5)."""
    if alarm.way in BY_TELEPHONE:
        raiser = Candidate(alarm.raiser, ("sms",))
        _send(alarm, letters(alarm, f"{alarm.id}/{template}", raiser, template, more), now, "ask")


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


outbox.when_given_up(unreached)


def _locked(name: str) -> Alarm:
    """An open alarm, for this transaction alone."""
    alarm = Alarm.objects.select_for_update().filter(id=name).first()
    if alarm is None:
        raise Refused(_("There is no alarm %(name)s.") % {"name": shown(name)})
    if alarm.ended:
        raise Refused(_("This alarm was stood down at %(at)s.") % {"at": written(alarm.ended)})
    return alarm


def _plain(words: str) -> str:
    """What somebody wrote, on one line and without what could forge it."""
    return "".join(" " if one in forging(words) else one for one in words).strip()


def _cut(now: datetime) -> datetime:
    """To the millisecond, as entries keep it: what is compared with them must not be later than they are."""
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
