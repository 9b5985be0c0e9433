"""A released note by e-mail of record: its frozen PDF, to the address that the ministry keeps for the other side.

That a server took it is "sent", never "delivered": that the other side has it, only they say, and what they say is an
exhibit. Whether it went may be unclear, as when a machine stops between sending and recording; then it is held, and a
person finds out and decides. Nothing of it goes out twice by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from inviolable.counsel.clocks import day_words
from inviolable.diplomacy.checks.standing import organ_of
from inviolable.diplomacy.file import MAIL, RELEASED, NoteFile, note_files
from inviolable.diplomacy.life.actions import in_state, refuse_who
from inviolable.diplomacy.life.series import PDF, released_paper
from inviolable.diplomacy.versions import content_of
from inviolable.incidents.desk import Desk, at_desk
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.lookup import incident_state, shown_to
from inviolable.incidents.models import Incident
from inviolable.ledger.actions import Actor
from inviolable.outbox import actions as outbox
from inviolable.outbox.channels import Enclosure, Refusal
from inviolable.outbox.loop import when_enclosed
from inviolable.outbox.models import OUTSIDE, Message
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import works_elsewhere
from inviolable.posts.models import User
from inviolable.posts.roles import can
from inviolable.posts.waiting import Question, when_asked

TEMPLATE = "note_of_record"
#: As long as a mail stands so, no other one goes out.
UNDER_WAY = ("queued", "released", "held")


def address_of_record(state: IncidentState, found: NoteFile) -> str:
    """Where a note goes by e-mail, "" where nobody said. Raises Faulty."""
    content = content_of(found.id, found.last.number)
    receiving = str(state.opened.get("receiving", ""))
    return organ_of(found.organ).address_for(content.addressee.values(), content.channel, receiving)


@transaction.atomic
def mail(reference: str, note: str, to: str, turn: int, *, actor: Actor, now: datetime) -> str:
    """Send it to its address of record; the id of the message. Raises Refused.

    to, turn: the address, and the how-manieth mail of this note it is, as whoever sends it was shown.
    """
    desk, found = _at_note(reference, note, actor, now, closed=False)
    if desk.incident.status == "exercise":
        raise Refused(_("this is a drill: nothing of it goes to another State."))
    known = address_of_record(desk.state, found)
    if not known:
        raise Refused(_("no address of record is known for whom it goes to; write it into notes/organs.toml."))
    if to != known:
        raise Refused(_("the address of record was changed meanwhile; look at it again."))
    if turn != len(found.mails) + 1:
        raise Refused(_("it was sent meanwhile; look at what became of it."))
    if any(one.state in UNDER_WAY for one in found.mails.values()):
        raise Refused(_("it is on its way, or may have gone out; wait, or decide on that first."))
    content, number = content_of(note, found.last.number), found.number
    message = f"{MAIL}{note}/{in_a_name(number)}/{turn}"
    pdf = str(found.released.body["pdf"]) if found.released else ""
    with override(content.language):
        told = {"number": number, "date": day_words(date.fromisoformat(content.date)), "pdf": pdf, "note": note}
    told |= {name: getattr(content, name).get(content.language, "") for name in ("sender", "addressee")}
    told |= {"address": to, "language": content.language, "answers": organ_of(found.organ).answers}
    desk.append("note.mailed", {"note": note, "message": message, "to": to, "pdf": pdf})
    letter = outbox.Letter(message, OUTSIDE, "mail", TEMPLATE, told)
    outbox.send_all([letter], stream=desk.incident.stream, crash="hold", actor=actor, now=now)
    return message


@transaction.atomic
def decide(reference: str, note: str, message: str, *, went: bool, actor: Actor, now: datetime) -> None:
    """Of a mail that may have gone out: it did, as somebody found out, or it is sent again. Raises Refused."""
    _desk, found = _at_note(reference, note, actor, now, closed=None)
    act = outbox.confirm if went else outbox.release
    if message not in found.mails or not act(message, actor=actor, now=now):
        raise Refused(_("that was decided meanwhile; look at what became of it."))


def _at_note(reference: str, note: str, actor: Actor, now: datetime, *, closed: bool | None) -> tuple[Desk, NoteFile]:
    desk = at_desk(reference, actor, now, closed=closed)
    found = in_state(desk, note, (RELEASED,))
    refuse_who(desk.state, "send", found.organ, actor, now)
    return desk, found


def _enclosed(message: Message) -> Sequence[Enclosure]:
    """The PDF as it was released, and nothing else."""
    data = released_paper(message.context["note"], PDF) or b""
    if sha256(data).hexdigest() != message.context["pdf"]:
        raise Refusal("paper", "the PDF that is kept here is not the one that was released")
    return [Enclosure(f"{in_a_name(message.context['number'])}.pdf", PDF, data)]


def in_a_name(number: str) -> str:
    """The number of a note in the name of a file."""
    return number.replace("/", "-")


def _held(user: User, now: datetime) -> Iterator[Question]:
    """Which mails wait for a decision, for whoever may take it and is shown the incident."""
    if not can(user, "send", "note"):
        return
    for one in Message.objects.filter(template=TEMPLATE, state=Message.State.HELD):
        incident = shown_to(user).filter(stream=one.stream).first()
        if incident and not works_elsewhere(user, _organ(incident, one.context["note"]), now):
            words = _("Note %(number)s may have gone out by e-mail, or not. Find out, and decide.")
            address = reverse("diplomacy:deliver", args=[incident.reference, one.context["note"]]) + "#mail"
            yield Question(words % {"number": one.context["number"]}, address, one.queued)


def _organ(incident: Incident, note: str) -> str:
    return note_files(incident_state(incident.reference).timeline)[note].organ


def join() -> None:
    """Tell the rooms below what goes with a mail, and what waits for whom."""
    when_enclosed(TEMPLATE, _enclosed)
    when_asked(_held)
