"""What came back to a note, sentence by sentence. Each function is one transaction; time is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from inviolable.diplomacy.demands.actions import at_book, open_one
from inviolable.diplomacy.demands.book import Book, Reply
from inviolable.diplomacy.demands.sentences import Sentence, sentences
from inviolable.incidents.desk import Desk
from inviolable.law.faults import shown
from inviolable.ledger.actions import Actor
from inviolable.ledger.exhibits import Intake
from inviolable.ledger.moments import Happened, written
from inviolable.posts.actions import Refused
from inviolable.sources import actions as sources
from inviolable.sources.models import Text
from inviolable.sources.terms import Read


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
    zone: str = "",
    document: Intake | None = None,
) -> str:
    """Record what came back to a note; its id. It is a source of the incident, so what it claims can be worked through.

    sender: the organ or role it came from. number: theirs. zone: on whose clock it came. document: the bytes, all
    come and not yet recorded.
    """
    desk, found = at_book(reference, actor, now)
    if note not in found.notes or not found.notes[note].number:
        raise Refused(f"note: there is no released note {shown(note)} in this incident.")
    if came > now:
        raise Refused("came: that has not come yet.")
    if (released := found.notes[note].released) and came < released - timedelta(minutes=1):
        raise Refused("came: that is before the note went out; what came before it answers another one.")
    if (had := found.notes[note].delivered) and came < had - timedelta(minutes=1):
        raise Refused("came: that is before the note was delivered.")
    told = {
        "publisher": sender,
        "published": came.astimezone(ZoneInfo(zone or "UTC")).date().isoformat(),
        "title": number,
    }
    more: dict[str, Any] = {"document": document, "seen_as": "reply", "actor": actor, "now": now}
    source = sources.receive(reference, "receiving_organ", told, read, **more)
    reply = str(uuid4())
    body = {"reply": reply, "note": note, "from": sender, "came": written(came), "source": source, "number": number}
    desk.append("reply.received", body | {"exhibit": document.id if document else ""}, Happened.at(came, zone))
    return reply


def words_of(stream: str, reply: Reply) -> str:
    """The words of a reply; "" where nobody could read or give them, or they went with their exhibit."""
    return texts_of(stream, [reply])[reply.id]


def texts_of(stream: str, replies: Iterable[Reply]) -> dict[str, str]:
    """The same of several, by their ids."""
    sources = {one.id: one.source for one in replies}
    texts = Text.objects.filter(stream=stream, source__in=sources.values()).order_by("-version") if sources else ()
    first = {one.source: str(one.words) for one in texts}  # The first version comes last.
    return {name: first.get(source, "") for name, source in sources.items()}


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
    desk, found = at_book(reference, actor, now)
    sentence = _sentence(desk, found, reply, number)
    desk.append("reply.linked", {**_place(reply, sentence), "demand": open_one(found, demand).id, "says": says})


@transaction.atomic
def mark_assurance(reference: str, reply: str, number: int, why: str = "", *, actor: Actor, now: datetime) -> str:
    """A person reads a promise in a sentence of a reply; its id. From now on it is held against what happens."""
    desk, found = at_book(reference, actor, now)
    sentence = _sentence(desk, found, reply, number)
    if any((one.reply, one.start) == (reply, sentence.start) for one in found.assurances.values()):
        raise Refused("this sentence is marked as an assurance already.")
    assurance = str(uuid4())
    body = {**_place(reply, sentence), "assurance": assurance, "words": sentence.words, "why": why}
    desk.append("assurance.marked", body)
    return assurance


@transaction.atomic
def take_back_assurance(reference: str, assurance: str, why: str = "", *, actor: Actor, now: datetime) -> None:
    """It was none after all: nothing is held against it any more, and what was recorded stays."""
    desk, found = at_book(reference, actor, now)
    if assurance not in found.assurances:
        raise Refused(f"assurance: there is no {shown(assurance)} in this incident.")
    desk.append("assurance.taken_back", {"assurance": assurance, "why": why})
