"""For whom the law waits that a note rests on: whoever reviews it reads that on their first page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop

from inviolable.counsel import record
from inviolable.diplomacy.drafting.writing import held
from inviolable.diplomacy.file import DRAFT, SUBMITTED, NoteFile
from inviolable.diplomacy.life.waiting import open_notes, question
from inviolable.diplomacy.versions import content_of
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.law.faults import Faulty
from inviolable.posts.actions import Refused
from inviolable.posts.models import User
from inviolable.posts.roles import can
from inviolable.posts.waiting import Question

ASKED = gettext_noop("A note rests on law that waits for your review, %(since)s: %(what)s (%(incident)s)")
#: Its page says which file of this home is at fault.
UNREADABLE = gettext_noop("A note cannot be read while a file of this home holds a fault: %(what)s (%(incident)s)")


def waiting(user: User, _now: datetime) -> Iterator[Question]:
    """The notes that are held up by provisions which nobody has reviewed, for whoever reviews them, and those of which
    nobody can tell."""
    for incident, file in open_notes(user) if can(user, "sign", "pack") else ():
        if file.state in (DRAFT, SUBMITTED):
            try:
                if _unreviewed(incident, file):
                    yield question(ASKED, incident, file, file.last.item, "diplomacy:review")
            except Faulty:
                yield question(UNREADABLE, incident, file, file.last.item)


def _unreviewed(incident: Incident, file: NoteFile) -> bool:
    """Whether a note rests on such provisions; worked out once for the same entries and the same law."""
    state, law = incident_state(incident.reference), record.decided(Path(settings.HOME)).mark
    name, now = f"unreviewed/{file.id}", (len(state.timeline), sha256(law.encode()).digest())
    known: tuple[object, bool] = state.beside.get(name, (None, False))
    if known[0] != now:
        with suppress(Refused):  # Its words are not kept here.
            known = now, bool(held(state, content_of(file.id, file.last.number)).unread)
            state.beside[name] = known
    return known[1]
