"""The only functions that write in this room. Each is one transaction or joins the caller's; time is an argument.

All raise Refused for what cannot be done, Faulty for facts that make no case, and BadEntry for what a kind of entry
does not allow; then nothing was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from inviolable.counsel import record
from inviolable.incidents import lawfiles
from inviolable.incidents.again import engine
from inviolable.incidents.case import case_of
from inviolable.incidents.closing import not_left, not_owned, owned
from inviolable.incidents.desk import Desk, at_desk, new_desk, when
from inviolable.incidents.findings import find
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.incidents.terms import FIRST, OTHERWISE_SAID_IN, Finding
from inviolable.law.casefile import Case
from inviolable.law.faults import forging, nearest, shown
from inviolable.law.vocabulary import vocabulary
from inviolable.ledger.actions import Actor, make_person
from inviolable.ledger.moments import Happened, written
from inviolable.posts.actions import Refused
from inviolable.posts.models import Post

#: Keys of the law are one word; those of sources have a dot, such as entry.outcome.
KEY = re.compile(r"(?=.{1,60}\Z)[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.DOTALL)


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
            _decide(desk, "fact.confirmed", FIRST, fact, value, {"claims": [told]}, known)
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


# ---- facts -----------------------------------------------------------------------------------


@transaction.atomic
def claim(
    reference: str,
    key: str,
    value: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    part: str = FIRST,
    raw: str = "",
    polarity: str = "affirms",
    voice: str = "",
    source: str = "",
    paper: datetime | None = None,
) -> str:
    """Record one attributed statement; its id. It counts for nothing until a person confirms a value.

    raw: the words said. voice: whose statement it is at the root. source: where it was found. happened: when it was
    said. paper: when it was written on paper, to be entered later.
    """
    desk, told = at_desk(reference, actor, now), {"raw": raw, "polarity": polarity, "voice": voice, "source": source}
    return claim_at(desk, part, key, value, happened=happened, paper=_written(paper), **told)


def claim_at(
    desk: Desk, part: str, key: str, value: str, *, happened: Happened | None, polarity: str = "affirms", **words: Any
) -> str:
    """The same at a desk, for whoever records many. words: the other fields of `fact.claimed`."""
    if not KEY.fullmatch(key):
        raise Refused(f"key: found {shown(key)}; 1 to 60 small letters, digits, underscores and dots are allowed.")
    for name, text in {"value": value, "voice": words.get("voice", ""), "source": words.get("source", "")}.items():
        if bad := forging(text):
            raise Refused(f"{name}: holds the character U+{ord(bad[0]):04X}; write one line of plain text.")
    name = str(len(desk.state.claims) + 1)
    body = {"claim": name, "part": desk.part(part), "key": key, "value": value, "polarity": polarity, **words}
    desk.append("fact.claimed", body, happened)
    return name


@transaction.atomic
def confirm(
    reference: str,
    key: str,
    value: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    part: str = FIRST,
    claims: Iterable[str] = (),
    why: str = "",
) -> None:
    """A person makes a value count. A second value of the same fact makes it contested; withdraw the one that is wrong.

    claims: the statements it rests on. happened: when it became known.
    """
    confirm_at(at_desk(reference, actor, now), key, value, happened=happened, part=part, claims=claims, why=why)


def confirm_at(
    desk: Desk,
    key: str,
    value: str,
    *,
    happened: Happened | None = None,
    part: str = FIRST,
    claims: Iterable[str] = (),
    why: str = "",
) -> None:
    """The same at a desk."""
    domain = vocabulary().facts[key].values if key in vocabulary().facts else (value,)
    if value not in domain:
        raise Refused(f"{key} cannot be {shown(value)}; {nearest(value, domain)}.")
    rests_on = list(claims)
    for name in rests_on:
        told = desk.state.claims.get(name)
        if told is None or told.key != key:
            raise Refused(
                f"claims: {name!r} is {'about ' + told.key if told else 'no claim'}; name claims about {key}."
            )
    _decide(desk, "fact.confirmed", part, key, value, {"claims": rests_on, "why": why}, happened)
    case_of(desk.state, part)


@transaction.atomic
def withdraw(
    reference: str,
    key: str,
    value: str,
    why: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    part: str = FIRST,
) -> None:
    """A confirmed value counts no more. happened: when it became known that it should not."""
    withdraw_at(at_desk(reference, actor, now), key, value, why, happened=happened, part=part)


def withdraw_at(
    desk: Desk, key: str, value: str, why: str, *, happened: Happened | None = None, part: str = FIRST
) -> None:
    """The same at a desk."""
    if value not in (stands := desk.state.confirmed(desk.part(part)).get(key, {})):
        raise Refused(f"{key} {shown(value)} is not confirmed; confirmed: {', '.join(stands) or 'nothing'}.")
    _decide(desk, "fact.withdrawn", part, key, value, {"why": why}, happened)
    case_of(desk.state, part)


def _decide(
    desk: Desk, kind: str, part: str, key: str, value: str, more: Mapping[str, Any], happened: Happened | None
) -> None:
    desk.append(kind, {"part": desk.part(part), "key": key, "value": value, **more}, happened)


def make_finding(reference: str, *, actor: Actor, now: datetime, part: str = FIRST, as_of: str = "") -> Finding:
    """Keep what the law says of a part as known by `as_of`; the last finding where it would say the same again."""
    try:
        case = case_of(incident_state(reference), part, as_of)
    except LookupError as fault:
        raise Refused(str(fault)) from None
    text, answer, packs = find(case, record.decided(Path(settings.HOME)))
    with transaction.atomic():
        desk = at_desk(reference, actor, now)
        last = desk.state.last_finding(part, as_of)
        if last and (last.case, last.answer, last.packs) == (text, answer, packs):
            return last
        lawfiles.keep(packs.values())
        body = {"part": part, "as_of": as_of, "case": text, "answer": answer, "engine": engine(), "packs": packs}
        desk.append("finding.made", body)
        return desk.state.findings[-1]


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
    body = {"subject": whose, "part": part and desk.part(part), "paper": _written(paper)}
    desk.append("note.added", body, happened, {"words": (whose, words)})
    return whose


def _written(moment: datetime | None) -> str:
    return written(moment) if moment else ""


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
    told = {"task": task, "what": what, "to": to, "due": _written(due), **({"words": words} if words else {})}
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
