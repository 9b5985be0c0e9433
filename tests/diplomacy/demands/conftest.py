"""The ministry of the example, an incident in Minneapolis, and a note about it that went out."""

from collections.abc import Callable
from datetime import UTC, datetime

import pyrage
import pytest
from django.db import transaction
from tests.counsel.conftest import home, reader
from tests.ministry import found_ministry

from inviolable.diplomacy.demands.actions import open_demands
from inviolable.diplomacy.terms import Content, Paragraph
from inviolable.incidents.actions import open_at_post
from inviolable.incidents.desk import Desk, at_desk
from inviolable.incidents.models import Incident
from inviolable.ledger.actions import add_recipient
from inviolable.ledger.moments import Happened
from inviolable.posts.models import Post

__all__ = ["home", "reader"]

#: Eleven in Minneapolis on 27 January 2026; the note went out at four in the afternoon there.
NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
OUT = datetime(2026, 1, 27, 22, 0, tzinfo=UTC)
REF = "minneapolis"
NUMBER = "EX-MREMH-2026-0001"
COUNSELLOR = {"role": "duty_officer", "id": "user-1"}
LAWYER = {"role": "legal", "id": "user-2"}
OTHER_LAWYER = {"role": "legal", "id": "user-3"}
WORDS = {
    "explanation": "It requests an explanation of what happened.",
    "instructions": "It requests that instructions be given to all agencies.",
    "non_repetition": "It requests guarantees that it will not happen again at any consular office.",
}


def content(*kinds: str, organ: str = "ministry") -> Content:
    """A note that makes these demands."""
    english = {"en": "", "es": ""}
    paragraphs = [Paragraph("open", "opening", english), *(Paragraph(one, "demands", english, one) for one in kinds)]
    return Content(
        "note_verbale", "ministry_to_embassy", organ, "es", ("en",), english, english, english, "2026-01-27", "1", 0,
        tuple(paragraphs), {}, example=True,
    )  # fmt: skip


def release(
    desk: Desk, note: str, number: str, *kinds: str, form: str = "note_verbale", organ: str = "ministry"
) -> None:
    """What the release of a note records, and then its demands."""
    made, digest = content(*kinds, organ=organ), "0" * 64
    told = {"note": note, "form": form, "channel": made.channel, "organ": organ, "language": "es"}
    desk.append("note.drafted", told | {"version": 1, "content": digest})
    frozen = {"note": note, "version": 1, "number": number, "content": digest, "pdf": digest, "exhibits": []}
    desk.append("note.released", frozen)
    open_demands(desk, note, made, WORDS)


@transaction.atomic
def deliver(
    reference: str,
    note: str,
    now: datetime,
    outcome: str = "handed_over",
    at: datetime | None = None,
    way: str = "by_hand",
) -> None:
    body = {"note": note, "channel": way, "outcome": outcome}
    at_desk(reference, COUNSELLOR, now).append("note.delivered", body, Happened.at(at or now))


@pytest.fixture
def ministry(db, home):
    found_ministry(home, NOW)
    return home


@pytest.fixture
def identities(ministry) -> list[pyrage.x25519.Identity]:
    """What two people at headquarters keep; everything is sealed to both."""
    both = [pyrage.x25519.Identity.generate() for _ in range(2)]
    for name, identity in zip(("duty officer", "recovery"), both, strict=True):
        add_recipient(str(identity.to_public()), name, actor=COUNSELLOR, now=NOW)
    return both


@pytest.fixture
def open_at(ministry) -> Callable[..., Incident]:
    """Opens an incident at a post of the example."""

    def open_one(post: str, reference: str, now: datetime = NOW, status: str = "actual") -> Incident:
        place, title = Post.objects.get(slug=post), {"en": f"Attempted entry, {post}", "es": f"Intento, {post}"}
        return open_at_post(place, title["en"], title, actor=COUNSELLOR, now=now, reference=reference, status=status)

    return open_one


@pytest.fixture
def incident(open_at) -> Incident:
    """The knock at the door in Minneapolis, and the note about it with three demands, not delivered yet."""
    opened = open_at("minneapolis", REF)
    with transaction.atomic():
        release(at_desk(REF, COUNSELLOR, OUT), "note-1", NUMBER, *WORDS)
    return opened
