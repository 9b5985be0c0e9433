"""A home of its own, headquarters with two keys, and an incident to work on."""

from datetime import UTC, datetime

import pyrage
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.counsel.conftest import reader, tell
from tests.incidents.pages import BYTES, CANARY, HOME, done

from inviolable.incidents.actions import open_incident, write_lesson
from inviolable.incidents.lookup import find_incident
from inviolable.ledger import dossier
from inviolable.ledger.actions import add_recipient

__all__ = ["reader", "tell"]

#: Eleven in Minneapolis on 27 January 2026.
NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
OFFICER = {"role": "officer", "id": "user-7"}


def leave_behind(reference: str, now: datetime = NOW) -> None:
    """What a real incident must leave before it is closed: a lesson, and its dossier handed out."""
    write_lesson(reference, "Show the sentence first", actor=OFFICER, now=now)
    told = {"to": "archive", "reason": "closing", "actor": OFFICER, "now": now}
    dossier.record_export(find_incident(reference).stream, dossier.Contents(), **told)


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def identities(db, home) -> list[pyrage.x25519.Identity]:
    """What two people at headquarters keep; everything is sealed to both."""
    both = [pyrage.x25519.Identity.generate() for _ in range(2)]
    for name, identity in zip(("duty officer", "recovery"), both, strict=True):
        add_recipient(str(identity.to_public()), name, actor=OFFICER, now=NOW)
    return both


@pytest.fixture
def incident(db, home):
    """The knock at the door has just been reported."""
    return open_incident(
        "minneapolis",
        "Attempted entry, Consulate of Ecuador",
        post={"class": "consulate", "head": "career", "status": "open"},
        occurred="2026-01-27T11:00-06:00",
        sending="EC",
        receiving="US",
        place="Minneapolis",
        host_language="en",
        actor=OFFICER,
        now=NOW,
    )


@pytest.fixture
def exhibit(reader, incident, identities) -> str:
    """Somebody at reception adds a video that a passer-by gave; where it can be seen."""
    file = SimpleUploadedFile(f"{CANARY}.mp4", BYTES, "video/mp4")
    return done(
        reader("reception"),
        "exhibits/add/",
        part="1",
        grade="C",
        source="passer-by",
        giver=CANARY,
        consent="given",
        description=f"{CANARY} at the door",
        file=file,
    ).removeprefix(HOME)
