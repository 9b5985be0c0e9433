"""What is sealed is handed out in plain only when two people want it: one asks, for whom and why; another agrees.

A dossier in which nothing is open needs one person: without a key of headquarters nobody reads what is sealed in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from inviolable.incidents.desk import at_desk
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Item
from inviolable.law.faults import shown
from inviolable.ledger.actions import Actor
from inviolable.ledger.registry import BadEntry
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import same_person
from inviolable.posts.roles import MAY

#: For how long an agreement holds.
HOLDS = timedelta(days=7)


@dataclass(frozen=True)
class Handout:
    """What somebody asks to hand out. items: exhibits and recordings by id, sealed fields by commitment; decided: the
    entry of whoever agreed or did not, None while nobody has."""

    id: str
    items: tuple[str, ...]
    recipient: str
    reason: str
    asked: Item
    decided: Item | None = None

    def holds(self, now: datetime) -> bool:
        """Whether a second person agreed, not too long ago."""
        decided = self.decided
        return bool(decided and decided.kind == "handout.agreed" and now - decided.recorded < HOLDS)


def handouts(timeline: Iterable[Item]) -> dict[str, Handout]:
    """All that was asked for in an incident, by id, in order."""
    found: dict[str, Handout] = {}
    for item in timeline:
        body = item.body
        match item.kind:
            case "handout.asked":
                told = (body["handout"], tuple(body["items"]), body["for"], body["reason"], item)
                found[body["handout"]] = Handout(*told)
            case "handout.agreed" | "handout.declined":
                found[body["handout"]] = replace(found[body["handout"]], decided=item)
    return found


def sealed_fields(timeline: Iterable[Item]) -> Iterator[tuple[str, str, Item]]:
    """Every sealed field of an incident: its commitment, its name, its entry."""
    return ((commitment, name, item) for item in timeline for name, commitment in item.sealed.items())


@transaction.atomic
def ask(reference: str, items: Collection[str], recipient: str, reason: str, *, actor: Actor, now: datetime) -> str:
    """Ask to hand these out in plain; its id. recipient: a role or an office. Raises Refused."""
    desk = at_desk(reference, actor, now, closed=None)
    known = {*desk.state.exhibits, *desk.state.recordings, *(one for one, *_ in sealed_fields(desk.state.timeline))}
    if not items or (strange := [one for one in items if one not in known]):
        found = shown(strange[0]) if items else "nothing"
        raise Refused(f"items: found {found}; expected exhibits, recordings or sealed fields of this incident.")
    handout = str(uuid4())
    body = {"handout": handout, "items": list(items), "for": recipient, "reason": reason}
    desk.append("handout.asked", body)
    return handout


@transaction.atomic
def decide(reference: str, handout: str, *, agrees: bool, why: str, actor: Actor, now: datetime) -> None:
    """A second person agrees, or does not. Raises Refused: for whoever asked, also by another account of theirs."""
    desk = at_desk(reference, actor, now, closed=None)
    one = handouts(desk.state.timeline).get(handout)
    if one is None or one.decided:
        raise Refused(f"handout: {shown(handout)} waits for nobody.")
    if actor["role"] not in MAY["agree", "handout"]:
        raise Refused(f"{actor['role']} may not agree to it; {', '.join(sorted(MAY['agree', 'handout']))} may.")
    if same_person(one.asked.actor, actor):
        raise Refused(_("Whoever asked cannot agree as well; another person does (two-person rule)."))
    if not agrees and not why.strip():
        raise Refused(_("Say why you do not agree."))
    desk.append("handout.agreed" if agrees else "handout.declined", {"handout": handout, "why": why.strip()})


def refuse_alone(state: IncidentState, items: Collection[str], recipient: str, now: datetime) -> None:
    """Raise BadEntry unless two people want each of these handed out in plain to that recipient."""
    agreed = [one for one in handouts(state.timeline).values() if one.holds(now)]
    theirs = {name for one in agreed if _plain(one.recipient) == _plain(recipient) for name in one.items}
    if alone := [one for one in items if one not in theirs]:
        others = {one.recipient for one in agreed if alone[0] in one.items}
        raise BadEntry(
            f"{alone[0]} is sealed, and leaves in plain only when two people want it: ask for it on the incident's page"
            f" (Hand something out in plain), and have somebody else agree within the last {HOLDS.days} days."
            + (f" It was agreed to for: {', '.join(sorted(others))}; found: {recipient}." if others else "")
        )


def _plain(recipient: str) -> str:
    return " ".join(recipient.split()).casefold()
