"""What is done about demands. Each function is one transaction, or a part of the caller's; time is an argument.

All raise Refused for what cannot be done. A closed incident can still be written to here: demands outlive it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from inviolable.diplomacy.demands.book import Book, Demand, Reply, book
from inviolable.diplomacy.demands.lookup import repeats
from inviolable.diplomacy.demands.sentences import Sentence, sentences
from inviolable.diplomacy.terms import Content, Paragraph
from inviolable.incidents.desk import Desk, at_desk
from inviolable.incidents.models import Incident
from inviolable.law.faults import shown
from inviolable.ledger.actions import Actor
from inviolable.ledger.exhibits import Intake
from inviolable.ledger.moments import Happened, written
from inviolable.posts.actions import Refused
from inviolable.posts.roles import Role
from inviolable.sources import actions as sources
from inviolable.sources.models import Text
from inviolable.sources.terms import Read

#: Who answers for a demand, and who is told when it grows old, by the organ whose note makes it.
OWNERS: Mapping[str, tuple[str, str]] = {"ministry": ("legal", "minister_office")}
DEFAULT = ("head_of_post", "duty_officer")


def open_demands(desk: Desk, note: str, content: Content, texts: Mapping[str, str]) -> list[str]:
    """Record what a released note demands, in the transaction that releases it; the ids of the demands.

    texts: the words of each paragraph, by its id, as they went out in the authoritative language.
    """
    owner, superior = OWNERS.get(content.organ, DEFAULT)
    made = []
    for paragraph in _demanding(content):
        demand = str(uuid4())
        told = {
            "demand": demand,
            "note": note,
            "kind": paragraph.demand,
            "what": texts[paragraph.id],
            "part": content.part,
            "language": content.language,
        }
        desk.append("demand.made", {**told, "to": owner, "superior": superior})
        made.append(demand)
    return made


def _demanding(content: Content) -> Iterator[Paragraph]:
    return (one for one in content.paragraphs if one.demand)


def _at(reference: str, actor: Actor, now: datetime) -> tuple[Desk, Book]:
    closed = Incident.objects.filter(reference=reference, closed__isnull=False).exists()
    desk = at_desk(reference, actor, now, closed=closed)
    return desk, book(desk.state.timeline)


def _open(found: Book, demand: str) -> Demand:
    one = found.demands.get(demand)
    if one is None:
        raise Refused(f"demand: there is no {shown(demand)} in this incident.")
    if one.closed:
        raise Refused(f"demand {shown(demand)} is closed; its entry says on what proof.")
    return one


# ---- who answers for it, and how it ends -------------------------------------------------------


@transaction.atomic
def own(reference: str, demand: str, to: str, superior: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Somebody else answers for a demand from now on. to, superior: roles."""
    desk, found = _at(reference, actor, now)
    for name, role in {"to": to, "superior": superior}.items():
        if role not in Role.values:
            raise Refused(f"{name}: found {shown(role)}; expected one of {', '.join(Role.values)}.")
    body = {"demand": _open(found, demand).id, "to": to, "superior": superior, "why": why}
    desk.append("demand.owned", body)


@transaction.atomic
def met(reference: str, demand: str, proof: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Somebody says that a demand is met, and what proves it. It stays open until a legal adviser agrees.

    proof: an exhibit of this incident, or `reply/REPLY/SENTENCE` of a sentence that somebody linked to the demand.
    """
    desk, found = _at(reference, actor, now)
    one = _open(found, demand)
    linked = {f"reply/{link.reply}/{link.sentence}" for link in one.links if link.says in ("meets", "partly")}
    if proof not in desk.state.exhibits and proof not in linked:
        expected = "an exhibit of this incident, or a sentence of a reply that is linked as meeting it"
        raise Refused(f"proof: found {shown(proof)}; expected {expected}. A demand does not close on a word alone.")
    if not why.strip():
        raise Refused("why: is empty; say how this proves that the demand is met.")
    desk.append("demand.met", {"demand": demand, "proof": proof, "why": why.strip()})


@transaction.atomic
def agree(reference: str, demand: str, why: str, *, actor: Actor, now: datetime) -> None:
    """A legal adviser agrees that a demand is met, and it closes. Nobody agrees with themselves."""
    desk, found = _at(reference, actor, now)
    one = _waiting(found, demand, actor)
    if one.met and one.met.by == actor["id"]:
        raise Refused("you said yourself that it is met; another legal adviser must agree.")
    desk.append("demand.closed", {"demand": demand, "proof": one.met.proof if one.met else "", "why": why.strip()})


@transaction.atomic
def keep(reference: str, demand: str, why: str, *, actor: Actor, now: datetime) -> None:
    """A legal adviser does not agree that a demand is met: it stays open, and ages on."""
    desk, found = _at(reference, actor, now)
    _waiting(found, demand, actor)
    desk.append("demand.kept", {"demand": demand, "why": why.strip()})


def _waiting(found: Book, demand: str, actor: Actor) -> Demand:
    one = _open(found, demand)
    if actor["role"] != Role.LEGAL:
        raise Refused("only a legal adviser decides whether a demand is met.")
    if one.met is None:
        raise Refused("nobody has said, with proof, that this demand is met; that comes first.")
    return one


# ---- what came back ----------------------------------------------------------------------------


@transaction.atomic
def take_reply(
    reference: str,
    note: str,
    sender: str,
    came: datetime,
    read: Read,
    *,
    actor: Actor,
    now: datetime,
    number: str = "",
    document: Intake | None = None,
) -> str:
    """Record what came back to a note; its id. It is a source of the incident, so what it claims can be worked through.

    sender: the organ or role it came from. number: theirs. document: the paper's bytes, all come and not yet recorded.
    """
    desk, found = _at(reference, actor, now)
    if note not in found.notes or not found.notes[note].number:
        raise Refused(f"note: there is no released note {shown(note)} in this incident.")
    if came > now:
        raise Refused("came: that has not come yet.")
    if (released := found.notes[note].released) and came < released - timedelta(minutes=1):
        raise Refused("came: that is before the note went out; what came before it answers another one.")
    told = {"publisher": sender, "published": came.date().isoformat(), "title": number}
    more: dict[str, Any] = {"document": document, "seen_as": "reply", "actor": actor, "now": now}
    source = sources.receive(reference, "receiving_organ", told, read, **more)
    reply = str(uuid4())
    body = {"reply": reply, "note": note, "from": sender, "came": written(came), "source": source, "number": number}
    desk.append("reply.received", body | {"exhibit": document.id if document else ""}, Happened.at(came))
    return reply


def words_of(stream: str, reply: Reply) -> str:
    """The words of a reply; "" where nobody could read or give them, or they went with their exhibit."""
    kept = Text.objects.filter(stream=stream, source=reply.source).order_by("version").first()
    return str(kept.words) if kept else ""


def _sentence(desk: Desk, found: Book, reply: str, number: int) -> Sentence:
    one = found.replies.get(reply)
    if one is None:
        raise Refused(f"reply: there is no {shown(reply)} in this incident.")
    told = sentences(words_of(desk.incident.stream, one))
    if not 1 <= number <= len(told):
        raise Refused(f"sentence: found {number}; this reply has {len(told)}.")
    return told[number - 1]


def _place(reply: str, sentence: Sentence) -> dict[str, str | int]:
    return {"reply": reply, "sentence": sentence.number, "start": sentence.start, "end": sentence.end}


@transaction.atomic
def link(reference: str, reply: str, number: int, demand: str, says: str, *, actor: Actor, now: datetime) -> None:
    """Say what a sentence of a reply does with a demand; said again, the last word counts. says: of kinds.ANSWERS."""
    desk, found = _at(reference, actor, now)
    sentence = _sentence(desk, found, reply, number)
    desk.append("reply.linked", {**_place(reply, sentence), "demand": _open(found, demand).id, "says": says})


@transaction.atomic
def mark_assurance(reference: str, reply: str, number: int, why: str = "", *, actor: Actor, now: datetime) -> str:
    """A person reads a promise in a sentence of a reply; its id. From now on it is held against what happens."""
    desk, found = _at(reference, actor, now)
    sentence = _sentence(desk, found, reply, number)
    if any((one.reply, one.start) == (reply, sentence.start) for one in found.assurances.values()):
        raise Refused("this sentence is marked as an assurance already.")
    assurance = str(uuid4())
    body = {**_place(reply, sentence), "assurance": assurance, "words": sentence.words, "why": why}
    desk.append("assurance.marked", body)
    return assurance


# ---- it happened again, and what comes next ----------------------------------------------------


@transaction.atomic
def match(reference: str, chosen: Collection[str], why: str = "", *, actor: Actor, now: datetime) -> None:
    """A person says that an incident repeats these demands and assurances: an entry for each earlier incident."""
    desk, found = _at(reference, actor, now)
    known = {name for one in found.again for name in (*one.demands, *one.assurances)}
    offered = {one.id: one for one in repeats(desk.incident, desk.state) if one.id not in known}
    if not chosen or (strange := [name for name in chosen if name not in offered]):
        named = shown(strange[0]) if chosen else "nothing"
        raise Refused(f"found {named}; expected demands or assurances that stood when this happened, not matched yet.")
    by_stream: dict[str, list[str]] = {}
    for name in (one for one in offered if one in set(chosen)):
        by_stream.setdefault(offered[name].stream, []).append(name)
    for stream, names in by_stream.items():
        body = {
            "incident": str(Incident.objects.get(stream=stream).id),
            "demands": [name for name in names if offered[name].kind],
            "assurances": [name for name in names if not offered[name].kind],
        }
        desk.append("incident.matched", body | {"why": why})


@transaction.atomic
def reach(
    reference: str,
    rung: str,
    why: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    note: str = "",
) -> None:
    """A rung of the ladder was reached that no note of ours shows by itself, such as a summons."""
    desk, found = _at(reference, actor, now)
    if note and note not in found.notes:
        raise Refused(f"note: there is no {shown(note)} in this incident.")
    desk.append("rung.reached", {"rung": rung, "why": why, "note": note}, happened)


@transaction.atomic
def notify_dispute(
    reference: str, note: str, why: str, *, actor: Actor, now: datetime, happened: Happened | None = None
) -> None:
    """Record that a note told the other State that there is a dispute; periods of two months begin then."""
    desk, found = _at(reference, actor, now)
    if note not in found.notes or found.notes[note].delivered is None:
        raise Refused(f"note: {shown(note)} was not delivered; nothing begins before the other State has it.")
    desk.append("dispute.notified", {"note": note, "why": why}, happened)
