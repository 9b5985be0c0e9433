"""Erasing an exhibit takes two people: one asks, another does it. What was recorded of it stays in any case.

Retention and what somebody asks for of themselves go on without them (ledger/erasure.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from inviolable.incidents.desk import at_desk
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Item
from inviolable.ledger import erasure
from inviolable.ledger.actions import Actor
from inviolable.posts.lookup import same_person

#: For how long what was asked for waits for a second person.
WAITS = timedelta(days=30)


def asked_for(state: IncidentState, exhibit: str, now: datetime) -> Item | None:
    """The newest entry that asks to erase it, where it is not too old."""
    asked = (one for one in reversed(state.timeline) if one.kind == "erasure.asked")
    return next((one for one in asked if one.body["subject"] == exhibit and now - one.recorded < WAITS), None)


def erase_exhibit(reference: str, exhibit: str, reason: str, *, actor: Actor, now: datetime) -> bool:
    """Erase it, where another person has asked for that; else ask. Whether it is erased. Raises Refused, BadEntry."""
    with transaction.atomic():
        desk = at_desk(reference, actor, now, closed=None)
        erasure.find_subject(exhibit)
        asked = asked_for(desk.state, exhibit, now)
        if asked is None or same_person(asked.actor, actor):
            desk.append("erasure.asked", {"subject": exhibit, "reason": reason})
            return False
    erasure.erase(exhibit, reason, actor=actor, now=now)
    return True
