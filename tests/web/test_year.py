"""Remember and forget (scenario 40): what an archive keeps, what is erased when its time is over, a year's sheet."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest
from django.db import transaction
from pypdf import PdfReader
from tests.counsel.conftest import NOW, OFFICER, tell, words_of
from tests.diplomacy.demands.conftest import (
    COUNSELLOR,
    LAWYER,
    NUMBER,
    OUT,
    REF,
    deliver,
    home,
    identities,
    incident,
    ministry,
    open_at,
    reader,
)

from inviolable.alarm.models import Alarm
from inviolable.diplomacy.demands import actions as demands
from inviolable.diplomacy.demands.lookup import repeats
from inviolable.incidents.actions import close, record_person, write_lesson
from inviolable.incidents.desk import at_desk
from inviolable.incidents.export import Request, export_incident
from inviolable.incidents.facts import confirm, make_finding
from inviolable.incidents.lookup import find_incident, incident_state
from inviolable.ledger import erasure, sequencer, verifier
from inviolable.ledger.models import Cosignature, Subject
from inviolable.ledger.moments import written

__all__ = ["home", "identities", "incident", "ministry", "open_at", "reader", "tell"]

YEAR = OUT + timedelta(days=365)
WHO = {"actor": COUNSELLOR, "now": OUT}

pytestmark = pytest.mark.django_db


def a_clock_outside_says(now) -> None:
    head = sequencer.checkpoint(now) or sequencer.newest()
    Cosignature.objects.create(checkpoint=head, witness=f"w at {now}", line="", time=now)


def recorded(reference: str) -> str:
    """A national whose name is sealed; the subject."""
    return record_person(reference, "national", name="Rosa Quispe", **WHO)


@transaction.atomic
def answered(after: timedelta) -> None:
    desk = at_desk(REF, COUNSELLOR, OUT + after)
    told = {"reply": "r-1", "note": "note-1", "from": "the embassy", "came": written(OUT + after), "source": "s-1"}
    desk.append("reply.received", told)


@pytest.fixture
def forgetting(home, identities):
    """A home that keeps what is about people for a year."""
    witness = '[[witness]]\nurl = "http://127.0.0.1:9"\nkey = "w+0+0"\n'
    (home / "ledger.toml").write_text(f"{witness}[retention]\nperson = 365\n")


def test_a_closed_incident_is_kept_without_its_people_and_the_archive_opens_without_us(forgetting, open_at, tmp_path):
    for post, reference in {"minneapolis": REF, "chicago": "held"}.items():
        open_at(post, reference)
    gone, kept = recorded(REF), recorded("held")
    erasure.place_hold(find_incident("held").stream, "proceedings", actor=LAWYER, now=OUT)
    write_lesson(REF, "Show the sentence first", **WHO)
    export_incident(Request(REF, tmp_path / "closing"), **WHO)
    close(REF, "over", **WHO)

    a_clock_outside_says(YEAR + timedelta(days=1))
    assert erasure.retire(YEAR + timedelta(days=1)) == []
    assert Subject.objects.get(id=gone).erased
    assert Subject.objects.get(id=kept).erased is None, "a hold is stronger than retention"
    proof = [one for one in incident_state(REF).timeline if one.kind == "subject.erased"]
    assert [one.body["subject"] for one in proof] == [gone]
    export_incident(Request(REF, tmp_path / "archive"), actor=COUNSELLOR, now=YEAR + timedelta(days=2))
    assert verifier.verify(tmp_path / "archive").last_line == "consistent; origin not checked"
    everything = b"".join(path.read_bytes() for path in (tmp_path / "archive").rglob("*") if path.is_file())
    assert b"Rosa Quispe" not in everything


def test_the_sheet_of_the_year_counts_and_names_nobody(forgetting, incident, open_at, reader):
    client = reader("auditor")
    deliver(REF, "note-1", OUT + timedelta(days=1))
    page = words_of(client.get("/year/2026/").content.decode())
    assert f"Note verbale no. {NUMBER} unanswered for" in page
    answered(timedelta(days=13, hours=1))
    open_at("chicago", "again", OUT + timedelta(days=40))
    standing = [one.id for one in repeats(incident_state("again"))]
    demands.match("again", standing, actor=COUNSELLOR, now=OUT + timedelta(days=41))
    person = recorded(REF)
    erasure.erase(person, "she asked", actor=LAWYER, now=OUT + timedelta(days=42))
    held = {"danger": "entry", "exercise": True, "raiser": "user-1", "role": "officer", "steps": [], "score": {}}
    Alarm.objects.create(id="a drill", stream="x", post="chicago", raised=OUT, **held)
    page = words_of(client.get("/year/2026/").content.decode())
    for said in (
        "2 incidents closed: 0",
        f"Note verbale no. {NUMBER} answered after 12 days",
        "Attempted entry, chicago repeats Attempted entry, minneapolis",
        "chicago 1 drill",
        "people: 1 erased in this year, 0 still sealed",
    ):
        assert said in page, said
    assert "Rosa" not in page
    assert "None." in words_of(client.get("/year/2025/").content.decode())
    assert client.get("/year/2026.odt").status_code == 404
    made = client.get("/year/2026.pdf?lang=es")
    assert "El año 2026" in PdfReader(BytesIO(made.content)).pages[0].extract_text()
    word = docx.Document(BytesIO(client.get("/year/2026.docx?lang=en").content))
    assert any("answered after 12 days" in one.text for one in word.paragraphs)


def test_failures_under_article_36_come_from_the_findings(tell, reader):
    who = {"actor": OFFICER, "now": NOW}
    tell()
    make_finding("minneapolis-2026", **who)
    client = reader()
    year = f"/year/{NOW.year}/"
    assert "VCCR 36(1)(b)" not in words_of(client.get(year).content.decode())
    for key, value in {"national_detained": "yes", "told_rights": "no"}.items():
        confirm("minneapolis-2026", key, value, **who)
    make_finding("minneapolis-2026", **who)
    page = words_of(client.get(year).content.decode())
    assert "VCCR 36(1)(b)" in page.partition("Failures under article 36")[2]
