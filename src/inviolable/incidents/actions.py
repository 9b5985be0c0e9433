"""The only functions that write in this room. Each is one transaction or joins the caller's; time is an argument.

All raise Refused for what cannot be done, Faulty for facts that make no case, and BadEntry for what a kind of entry
does not allow; then nothing was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from django.db import transaction

from inviolable.incidents.case import case_of
from inviolable.incidents.closing import not_left, not_owned, owned
from inviolable.incidents.desk import Desk, at_desk, new_desk, when, written_at
from inviolable.incidents.facts import claim_at, decide_at
from inviolable.incidents.models import Incident
from inviolable.incidents.terms import FIRST, OTHERWISE_SAID_IN
from inviolable.law.casefile import Case
from inviolable.law.faults import shown
from inviolable.law.vocabulary import vocabulary
from inviolable.ledger.actions import Actor, make_person
from inviolable.ledger.moments import Happened
from inviolable.posts.actions import Refused
from inviolable.posts.models import Post

# ---- an incident and its parts ---------------------------------------------------------------


@transaction.atomic
def open_incident(
    reference: str,
    title: str,
    *,
    post: Mapping[str, str | Sequence[str]],
    occurred: str,
    actor: Actor,
    now: datetime,
    sending: str = "",
    receiving: str = "",
    instruments: Sequence[str] = (),
    place: str = "",
    host_language: str = "",
    status: str = "actual",
    words: Mapping[str, str] | None = None,
) -> Incident:
    """Open an incident, with its first part. words: the title by language, where it is no person's own.

    post: its `class` and what is known of it before anybody knocks, such as `head`. occurred, sending, receiving,
    instruments, host_language: as in a case file. status: actual, exercise or test.
    """
    desk = new_desk(
        reference,
        {
            "title": title,
            "status": status,
            "post": {key: value if isinstance(value, str) else list(value) for key, value in post.items()},
            "occurred": occurred,
            "sending": sending,
            "receiving": receiving,
            "place": place,
            "host_language": host_language,
            **({"instruments": list(instruments)} if instruments else {}),
            **({"words": dict(words)} if words else {}),
        },
        actor,
        now,
    )
    case_of(desk.state)
    return desk.incident


@transaction.atomic
def open_at_post(
    post: Post,
    title: str,
    words: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
    reference: str = "",
    status: str = "actual",
) -> Incident:
    """Open an incident at a post of ours that begins now; nothing of the law is asked, so that help waits for nothing.

    words: the title by language. reference: default one made of the post and the day there.
    """
    here = now.astimezone(ZoneInfo(post.time_zone))
    profile = {"class": post.post_class, "head": post.head, "status": post.status}
    body = {
        "title": title,
        "status": status,
        "post": {key: value for key, value in profile.items() if value},
        "occurred": here.isoformat(timespec="seconds"),
        "sending": post.sending,
        "receiving": post.receiving,
        "place": post.city,
        "host_language": post.host_language or OTHERWISE_SAID_IN,
        "words": dict(words),
    }
    return new_desk(reference or _free_reference(f"{post.slug[:28]}-{here:%Y%m%d}"), body, actor, now).incident


def _free_reference(stem: str) -> str:
    taken = set(Incident.objects.filter(reference__startswith=stem).values_list("reference", flat=True))
    return next(name for number in count(1) if (name := f"{stem}-{number}") not in taken)


@transaction.atomic
def open_from_case(case: Case, reference: str, *, actor: Actor, now: datetime, status: str = "actual") -> Incident:
    """Make a case file an incident: each value that stands in it is claimed, with its source, and confirmed."""
    if case.positions:
        raise Refused("[positions]: an incident is judged by the ministry's positions; take them out of the case file.")
    words = vocabulary().facts
    profile = {fact: values for fact, values in case.facts.items() if words[fact].profile}
    first, last = case.occurred
    body = {
        "title": case.title,
        "status": status,
        "post": {"class": case.post_class, **{fact: _one_or_many(values) for fact, values in profile.items()}},
        "occurred": first if first == last else f"{first}/{last}",
        "sending": case.sending,
        "receiving": case.receiving,
        "place": case.place,
        "host_language": case.host_language,
        **({"instruments": list(case.instruments)} if case.instruments else {}),
    }
    desk = new_desk(reference, body, actor, now)
    known = when(case.as_of, now) if case.as_of else None
    for fact, values in case.facts.items():
        for value in values if fact not in profile else ():
            told = claim_at(desk, FIRST, fact, value, source=case.sources.get(fact, case.source), happened=known)
            decide_at(desk, "fact.confirmed", FIRST, fact, value, {"claims": [told]}, known)
    case_of(desk.state)
    return desk.incident


def _one_or_many(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


@transaction.atomic
def add_part(
    reference: str,
    title: str,
    *,
    occurred: str,
    actor: Actor,
    now: datetime,
    place: str = "",
    words: Mapping[str, str] | None = None,
) -> str:
    """Another place, group of actors or moment of the same event; its id. words: the title by language."""
    desk = at_desk(reference, actor, now)
    part = str(len(desk.state.parts) + 1)
    body = {"part": part, "title": title, "occurred": occurred, "place": place, **({"words": words} if words else {})}
    desk.append("part.added", body, when(occurred, now))
    case_of(desk.state, part)
    return part


@transaction.atomic
def close(reference: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Close an incident in which everything is done or owned, its dossier handed out, and what was learnt written."""
    desk = at_desk(reference, actor, now)
    if left := not_owned(desk.state):
        said = "; ".join(f"{one.name} ({one.what})" for one in left)
        raise Refused(f"{reference} cannot be closed while something is still to be done: {said}.")
    if missing := not_left(desk.state):
        raise Refused(f"{reference} cannot be closed before these are recorded: {', '.join(missing)}.")
    open_ones = [one.name for one in owned(desk.state)]
    desk.append("incident.closed", {"why": why, **({"open": open_ones} if open_ones else {})})


@transaction.atomic
def reopen(reference: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Go on with a closed incident."""
    at_desk(reference, actor, now, closed=True).append("incident.reopened", {"why": why})


@transaction.atomic
def write_lesson(reference: str, what: str, *, actor: Actor, now: datetime) -> str:
    """Write down what was learnt; its id. An incident that is closed may teach something, too."""
    desk = at_desk(reference, actor, now, closed=None)
    lesson = str(1 + sum(item.kind == "lesson.written" for item in desk.state.timeline))
    desk.append("lesson.written", {"lesson": lesson, "what": what})
    return lesson


# ---- people and what they said ---------------------------------------------------------------


@transaction.atomic
def record_person(
    reference: str,
    capacity: str,
    *,
    actor: Actor,
    now: datetime,
    name: str = "",
    contact: str = "",
    asylum: str = "",
    refusal: str = "",
    subject: str = "",
    part: str = "",
) -> str:
    """Seal what is known of a national, visitor, witness or giver; the id they have from now on.

    asylum: whether they ask for it. refusal: whether they refuse that their consulate be told. Both `yes` or `no`.
    subject: the id of somebody recorded before, to add to what is known.
    """
    desk = at_desk(reference, actor, now)
    told = {"name": name, "contact": contact, "asylum": asylum, "refusal": refusal}
    if not any(told.values()):
        raise Refused("person: nothing to record; give a name, a contact, asylum or refusal.")
    for field in ("asylum", "refusal"):
        if told[field] not in ("", "yes", "no"):
            raise Refused(f"{field}: found another word; yes and no are allowed.")
    person = subject or _new_subject(desk)
    sealed = {field: (person, value) for field, value in told.items() if value}
    body = {"subject": person, "capacity": capacity, "part": part and desk.part(part)}
    desk.append("person.recorded", body, sealed=sealed)
    return person


@transaction.atomic
def add_note(
    reference: str,
    words: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    subject: str = "",
    part: str = "",
    paper: datetime | None = None,
) -> str:
    """Seal words that somebody spoke; the id of the subject they are sealed to, that person's where one is given.

    paper: when they were written on paper, to be entered later.
    """
    desk = at_desk(reference, actor, now)
    whose = subject or _new_subject(desk)
    body = {"subject": whose, "part": part and desk.part(part), "paper": written_at(paper)}
    desk.append("note.added", body, happened, {"words": (whose, words)})
    return whose


def _new_subject(desk: Desk) -> str:
    return make_person(desk.incident.stream, actor=desk.actor, now=desk.now)


# ---- what is to be done ----------------------------------------------------------------------


@transaction.atomic
def assign(
    reference: str,
    what: str,
    to: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    due: datetime | None = None,
    words: Mapping[str, str] | None = None,
) -> str:
    """Give somebody something to do; its id. to: a role or a person's id. The incident stays open until it is done.

    words: `what` by language, where it is no person's own words.
    """
    desk = at_desk(reference, actor, now)
    task = str(1 + sum(one.kind == "task.assigned" for one in desk.state.obligations.values()))
    told = {"task": task, "what": what, "to": to, "due": written_at(due), **({"words": words} if words else {})}
    desk.append("task.assigned", told, happened)
    return task


@transaction.atomic
def own(reference: str, obligation: str, to: str, superior: str, *, actor: Actor, now: datetime, why: str = "") -> None:
    """Somebody answers for what is still to be done, beyond the closing. to, superior: roles; not one and the same."""
    desk = at_desk(reference, actor, now, closed=None)
    if obligation not in {one.name for one in desk.state.still_open()}:
        raise Refused(f"obligation: {shown(obligation)} is not open.")
    if to == superior:
        raise Refused("superior: whoever does it cannot be the one who sees to it that it is done; name another role.")
    desk.append("obligation.owned", {"obligation": obligation, "to": to, "superior": superior, "why": why})


@transaction.atomic
def done(
    reference: str,
    task: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    result: str = "",
    words: Mapping[str, str] | None = None,
) -> None:
    """A task is done, perhaps after the incident was closed with an owner for it. words: `result` by language."""
    desk = at_desk(reference, actor, now, closed=None)
    found = desk.state.obligations.get(f"task/{task}")
    if found is None or found.closed_by is not None:
        raise Refused(f"task {shown(task)} is {'done already' if found else 'not known'}.")
    told = {"task": task, "result": result, **({"words": words} if words else {})}
    desk.append("task.done", told, happened)
