"""The release of a note: it takes the next number of its organ's yearly series, and nothing of it changes any more.

The documents bear the number, so they are made before the transaction that gives it; where somebody else took that
number meanwhile, they are made again. In one transaction the number, the frozen documents, the release and the demands
are recorded: whatever stops it, no number is lost and none is given twice.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from inviolable.diplomacy import content as contents
from inviolable.diplomacy.checks.standing import organ_of, wrote
from inviolable.diplomacy.demands.actions import open_demands
from inviolable.diplomacy.file import APPROVED, note_files
from inviolable.diplomacy.life.actions import behind, in_state, refuse_stops, refuse_who
from inviolable.diplomacy.models import Paper
from inviolable.diplomacy.paper import typeset
from inviolable.diplomacy.terms import Content
from inviolable.diplomacy.versions import content_of
from inviolable.diplomacy.words import marks
from inviolable.documents.pdf import CannotTypeset
from inviolable.incidents.desk import Desk, at_desk
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.paper import signed
from inviolable.ledger import exhibits
from inviolable.ledger.actions import Actor, append, lock_stream
from inviolable.ledger.exhibits import About
from inviolable.ledger.models import Entry
from inviolable.posts.actions import Refused, Told
from inviolable.posts.lookup import at_the_ministry

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: How often the documents are made again because somebody else took the number.
MOST_TRIES = 50


class Taken(Exception):
    """Somebody else took the number meanwhile."""


class Ready(NamedTuple):
    """A note as it will go out. place: of its number in the series."""

    content: Content
    stream: str
    place: int
    number: str
    pdf: bytes
    docx: bytes


def release(reference: str, note: str, *, actor: Actor, now: datetime, behalf: str = "") -> str:
    """Release an approved note; its number. behalf: the account for which the command line does it. Raises Refused."""
    for _again in range(MOST_TRIES):
        ready = _ready(reference, note, behind(actor, behalf), now)
        try:
            return _release(reference, note, ready, actor=actor, now=now, behalf=behalf)
        except Taken:
            continue
    raise Told(_("Too many notes of this series are released at this moment; try again."))


def _ready(reference: str, note: str, actor: Actor, now: datetime) -> Ready:
    """Its documents with the number that is next now."""
    from inviolable.diplomacy.paper import word  # With what it needs, it is loaded when somebody asks for it.

    state = incident_state(reference)
    found = note_files(state.timeline).get(note)
    if found:
        refuse_who(state, "release", found.organ, actor, now)
    if found is None or found.state != APPROVED:
        raise Told(_("Only a note that its whole chain has approved is released."))
    content, organ = content_of(note, found.last.number), organ_of(found.organ)
    year = at_the_ministry(now).year
    stream = f"series/{found.organ}/{year}"
    place = next_place(stream)
    number = organ.numbered(place, year, example=content.example)
    try:
        made = typeset.pdf(content, number, "released")
    except CannotTypeset as fault:
        raise Refused(str(fault)) from fault
    pdf = signed(made, _("Note %(number)s") % {"number": number}, now)
    return Ready(content, stream, place, number, pdf, word.docx(content, number, "released"))


def next_place(stream: str) -> int:
    """Which number of a series is next, from 1 on: its entries number themselves."""
    return Entry.objects.filter(stream=stream).count() + 1


@transaction.atomic
def _release(reference: str, note: str, ready: Ready, *, actor: Actor, now: datetime, behalf: str) -> str:
    desk = at_desk(reference, actor, now)
    found = in_state(desk, note, (APPROVED,))
    if wrote(found, actor) or wrote(found, behind(actor, behalf)):
        raise Told(_("Nobody releases what they wrote; somebody who wrote none of it does (four eyes)."))
    if refuse_stops(desk, found) != ready.content:
        raise Taken
    lock_stream(ready.stream)
    if next_place(ready.stream) != ready.place:
        raise Taken
    hashes = {"content": contents.digest(ready.content), "pdf": sha256(ready.pdf).hexdigest()}
    told = {"number": ready.number, "place": ready.place, "note": note, "incident": str(desk.incident.id), **hashes}
    append(ready.stream, "series.numbered", told, actor=actor, now=now)
    frozen = [_frozen(desk, note, data, media) for data, media in ((ready.pdf, PDF), (ready.docx, WORD))]
    body = {"note": note, "version": found.last.number, "number": ready.number, **hashes, "exhibits": frozen}
    desk.append("note.released", body | ({"for": behalf} if behalf else {}))
    open_demands(desk, note, ready.content, marks.plain(ready.content, ready.content.language))
    return ready.number


def _frozen(desk: Desk, note: str, data: bytes, media: str) -> str:
    """A document as an exhibit, and its working copy; the exhibit."""
    about = About("C", consent="not_needed", media=media, source="own organ", part="")
    recorded = exhibits.receive(desk.incident.stream, BytesIO(data), about, actor=desk.actor, now=desk.now)
    desk.state.take(recorded.entry)
    exhibit = str(recorded.body["exhibit"])
    Paper.objects.create(note=note, media=media, exhibit=exhibit, data=b64encode(data).decode())
    return exhibit


def released_papers(state: IncidentState) -> dict[str, bytes]:
    """Every released note of an incident as it went out, by file name: so it is in the dossier for who has no key.

    A series may number without the year, so that its numbers come again: the note itself is in the name, too."""
    ends = {PDF: "pdf", WORD: "docx"}
    return {
        f"note-{one.organ}-{number}-{one.id[:8]}.{ends[kept.media]}": b64decode(kept.data)
        for one in note_files(state.timeline).values()
        if one.released
        for number in [re.sub("[^A-Za-z0-9-]+", "-", one.number)]
        for kept in Paper.objects.filter(note=one.id)
    }


def released_paper(note: str, media: str) -> bytes | None:
    """The document as it went out, byte for byte; None where it is not kept here."""
    kept = Paper.objects.filter(note=note, media=media).first()
    return b64decode(kept.data) if kept else None
