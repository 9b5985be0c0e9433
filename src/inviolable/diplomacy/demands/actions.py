"""What is done about demands. Each function is one transaction, or a part of the caller's; time is an argument.

All raise Refused for what cannot be done. A closed incident can still be written to here: demands outlive it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from inviolable.diplomacy.demands.book import Book, Demand, book
from inviolable.diplomacy.demands.lookup import repeats
from inviolable.diplomacy.file import proofs
from inviolable.diplomacy.terms import Content, Paragraph
from inviolable.diplomacy.words import marks
from inviolable.incidents.desk import Desk, at_desk
from inviolable.incidents.models import Incident
from inviolable.law.faults import shown
from inviolable.ledger.actions import Actor
from inviolable.ledger.moments import Happened
from inviolable.posts.actions import Refused
from inviolable.posts.roles import Role

#: Who answers for a demand, and who is told when it grows old, by the organ whose note makes it.
OWNERS: Mapping[str, tuple[str, str]] = {"ministry": ("legal", "minister_office")}
DEFAULT = ("head_of_post", "duty_officer")


def open_demands(desk: Desk, note: str, content: Content, texts: Mapping[str, str]) -> list[str]:
    """Record what a released note demands, in the transaction that releases it; the ids of the demands.

    texts: the words of each paragraph, by its id, as they went out in the authoritative language; those of its
    translations are filled here.
    """
    owner, superior = OWNERS.get(content.organ, DEFAULT)
    made = []
    for paragraph in _demanding(content):
        demand = str(uuid4())
        others = {one: marks.plain(content, one).get(paragraph.id, "") for one in content.courtesy}
        said = {content.language: texts[paragraph.id]} | {one: words for one, words in others.items() if words}
        told = {
            "demand": demand,
            "note": note,
            "kind": paragraph.demand,
            "what": texts[paragraph.id],
            "part": content.part,
            "language": content.language,
        } | ({"words": said} if len(said) > 1 else {})
        desk.append("demand.made", {**told, "to": owner, "superior": superior})
        made.append(demand)
    return made


def _demanding(content: Content) -> Iterator[Paragraph]:
    return (one for one in content.paragraphs if one.demand)


def at_book(reference: str, actor: Actor, now: datetime) -> tuple[Desk, Book]:
    """The desk of an incident, closed or not, and what was demanded in it. Raises Refused."""
    desk = at_desk(reference, actor, now, closed=None)
    return desk, book(desk.state.timeline)


def open_one(found: Book, demand: str) -> Demand:
    """A demand that is not closed. Raises Refused."""
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
    desk, found = at_book(reference, actor, now)
    for name, role in {"to": to, "superior": superior}.items():
        if role not in Role.values:
            raise Refused(f"{name}: found {shown(role)}; expected one of {', '.join(Role.values)}.")
    if to == superior:
        raise Refused(_("superior: answers for it already; choose somebody else, who is told when it grows old."))
    body = {"demand": open_one(found, demand).id, "to": to, "superior": superior, "why": why}
    desk.append("demand.owned", body)


@transaction.atomic
def met(reference: str, demand: str, proof: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Somebody says that a demand is met, and what proves it. It stays open until a legal adviser agrees.

    proof: an exhibit that came since (file.proofs), or `reply/REPLY/SENTENCE` of a sentence that somebody linked to
    the demand.
    """
    desk, found = at_book(reference, actor, now)
    one = open_one(found, demand)
    linked = {f"reply/{link.reply}/{link.sentence}" for link in one.links if link.says in ("meets", "partly")}
    if proof not in proofs(desk.state, one.seq) and proof not in linked:
        expected = "an exhibit that came after the release and is no note of ours, or a sentence linked as meeting it"
        raise Refused(f"proof: found {shown(proof)}; expected {expected}. A demand does not close on a word alone.")
    if not why.strip():
        raise Refused("why: is empty; say how this proves that the demand is met.")
    desk.append("demand.met", {"demand": demand, "proof": proof, "why": why.strip()})


@transaction.atomic
def agree(reference: str, demand: str, why: str, *, actor: Actor, now: datetime) -> None:
    """A legal adviser agrees that a demand is met, and it closes. Nobody agrees with themselves."""
    desk, found = at_book(reference, actor, now)
    one = _waiting(found, demand, actor)
    if one.met and one.met.by == actor["id"]:
        raise Refused("you said yourself that it is met; another legal adviser must agree.")
    desk.append("demand.closed", {"demand": demand, "proof": one.met.proof if one.met else "", "why": why.strip()})


@transaction.atomic
def keep(reference: str, demand: str, why: str, *, actor: Actor, now: datetime) -> None:
    """A legal adviser does not agree that a demand is met: it stays open, and ages on."""
    desk, found = at_book(reference, actor, now)
    _waiting(found, demand, actor)
    desk.append("demand.kept", {"demand": demand, "why": why.strip()})


def _waiting(found: Book, demand: str, actor: Actor) -> Demand:
    one = open_one(found, demand)
    if actor["role"] != Role.LEGAL:
        raise Refused("only a legal adviser decides whether a demand is met.")
    if one.met is None:
        raise Refused("nobody has said, with proof, that this demand is met; that comes first.")
    return one


# ---- it happened again, and what comes next ----------------------------------------------------


@transaction.atomic
def match(reference: str, chosen: Collection[str], why: str = "", *, actor: Actor, now: datetime) -> None:
    """A person says that an incident repeats these demands and assurances: an entry for each earlier incident."""
    desk, found = at_book(reference, actor, now)
    known = {name for one in found.again for name in (*one.demands, *one.assurances)}
    offered = {one.id: one for one in repeats(desk.state) if one.id not in known}
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
    desk, found = at_book(reference, actor, now)
    if note and note not in found.notes:
        raise Refused(f"note: there is no {shown(note)} in this incident.")
    desk.append("rung.reached", {"rung": rung, "why": why, "note": note}, happened)


@transaction.atomic
def notify_dispute(
    reference: str, note: str, why: str, *, actor: Actor, now: datetime, happened: Happened | None = None
) -> None:
    """Record that a note told the other State that there is a dispute; periods of two months begin then."""
    desk, found = at_book(reference, actor, now)
    if note not in found.notes or found.notes[note].delivered is None:
        raise Refused(f"note: {shown(note)} was not delivered; nothing begins before the other State has it.")
    desk.append("dispute.notified", {"note": note, "why": why}, happened)
