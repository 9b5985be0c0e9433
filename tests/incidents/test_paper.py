"""The record as a document: in both languages, signed, stamped, and with no name that is sealed."""

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.conf import settings
from django.db import transaction
from tests.server import COMMAND

from inviolable.documents.signature import check_pdf
from inviolable.incidents.actions import add_note, assign
from inviolable.incidents.example import load_example, load_exhibits
from inviolable.incidents.export import Request, export_incident
from inviolable.incidents.facts import claim, confirm
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.paper import papers
from inviolable.ledger import verifier
from inviolable.ledger.actions import SYSTEM, append, configured, objects
from inviolable.ledger.example import prepare
from inviolable.ledger.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.fixture
def incident(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "HOME", home)
    prepare(home, datetime.now(UTC))
    incident = load_example(NOW)
    load_exhibits(NOW)
    return incident


def text_of(pdf, tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is missing: apt-get install poppler-utils")
    (tmp_path / "it.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "it.pdf", "-"], capture_output=True, text=True, check=True
    )
    return " ".join(done.stdout.split())


def test_a_sign_that_no_font_has_over_a_letter_keeps_no_incident_from_its_dossier(incident, tmp_path):
    assign(incident.reference, "Ask the guard what he saw s\u20dd on 1\ufe0f\u20e3", "officer", actor=SYSTEM, now=NOW)
    assert export_incident(Request(incident.reference, tmp_path / "d"), actor=SYSTEM, now=datetime.now(UTC)) == []
    [record] = (tmp_path / "d").rglob("record-en.pdf")
    text = text_of(record.read_bytes(), tmp_path)
    assert "Ask the guard what he saw s[U+20DD] on 1" in text
    assert "[U+0031" not in text
    assert "2026-11-26" in text


def test_it_says_in_both_languages_what_was_recorded_and_names_nobody(incident, tmp_path):
    add_note(incident.reference, "CANARY said so", actor=SYSTEM, now=NOW)
    found = papers(incident, incident_state(incident.reference), now=datetime.now(UTC))
    english, spanish = (text_of(found[f"record-{one}.pdf"], tmp_path) for one in ("en", "es"))
    assert "Facts confirmed" in english
    assert "Hechos confirmados" in spanish
    assert "Fact claimed" in english
    assert "Hecho afirmado" in spanish
    assert incident.title in english
    assert "CANARY" not in english + spanish


def test_it_is_signed_and_stamped_and_one_altered_byte_shows(incident):
    now = datetime.now(UTC)
    found = papers(incident, incident_state(incident.reference), now=now)
    roots = found["documents.pem"] + b"".join(pem for _, _, pem in configured().authorities)
    pdf = bytearray(found["record-es.pdf"])
    good = check_pdf(bytes(pdf), roots, now)
    assert (good.intact, good.trusted, good.covers_whole_file) == (True, True, True)
    assert good.stamped_at
    pdf[len(pdf) // 3] ^= 1
    assert not check_pdf(bytes(pdf), roots, now).intact


def test_words_that_no_font_can_show_are_printed_as_numbers(incident, tmp_path):
    claim(incident.reference, "agency", "ICE 🚓", actor=SYSTEM, now=NOW)
    confirm(incident.reference, "agency", "ICE 🚓", actor=SYSTEM, now=NOW)
    found = papers(incident, incident_state(incident.reference), now=datetime.now(UTC))
    assert "[U+1F693]" in text_of(found["record-en.pdf"], tmp_path)


def test_the_example_exports_a_dossier_with_everything_that_its_findings_need(incident, tmp_path):
    request = Request(incident.reference, tmp_path / "dossier", recipient="the court", reason="case 12/2026")
    assert export_incident(request, actor=SYSTEM, now=datetime.now(UTC)) == []
    outcome = verifier.verify(request.to)
    assert outcome.last_line == "consistent; origin not checked"
    assert {path.name for path in (request.to / "data/packs").iterdir()} == {"arsiwa", "vccr"}
    said = Entry.objects.filter(stream=incident.stream, kind="dossier.exported").get()
    assert b"case 12/2026" in bytes(said.line)


def test_a_law_that_was_mended_between_two_findings_is_handed_out_in_both_versions(incident, tmp_path):
    mended = b"the law, mended\n"
    digest = sha256(mended).hexdigest()
    with objects().write(f"packs/{digest}.md") as file:
        file.write(mended)
    first = incident_state(incident.reference).findings[0]
    body = {"part": first.part, "case": first.case, "answer": dict(first.answer), "engine": first.engine}
    append(incident.stream, "finding.made", body | {"packs": {"vccr": digest}}, actor=SYSTEM, now=NOW)
    request = Request(incident.reference, tmp_path / "dossier")
    export_incident(request, actor=SYSTEM, now=datetime.now(UTC))
    verifier.verify(request.to)
    given = {sha256(path.read_bytes()).hexdigest(): path for path in (request.to / "data/packs").rglob("vccr")}
    assert given.keys() == {digest, first.packs["vccr"]}


def cli(*words):
    command = [COMMAND, *map(str, words)]
    bare = {name: value for name, value in os.environ.items() if not name.startswith("INVIOLABLE")}
    return subprocess.run(command, capture_output=True, text=True, cwd="/", env=bare, check=False)


def test_whoever_verifies_a_dossier_works_its_findings_out_again_without_an_installation(incident, tmp_path):
    good, bad = (Request(incident.reference, tmp_path / name) for name in ("good", "bad"))
    export_incident(good, actor=SYSTEM, now=datetime.now(UTC))
    found = cli("verify", good.to)
    assert found.returncode == 0, found.stderr
    assert "14 findings: ok (2 findings worked out again)" in found.stdout

    first = incident_state(incident.reference).findings[0]
    told = {"part": first.part, "case": first.case, "engine": first.engine, "packs": dict(first.packs)}
    with transaction.atomic():
        answer = {**first.answer, "unknown": []}
        append(incident.stream, "finding.made", told | {"answer": answer}, actor=SYSTEM, now=NOW)
    export_incident(bad, actor=SYSTEM, now=datetime.now(UTC))
    found = cli("verify", bad.to)
    assert found.returncode == 1
    assert re.search(
        r"NOT VERIFIED: 14 findings: data/entries.jsonl line \d+: the finding is not what the law says", found.stderr
    )


def test_what_cannot_be_made_records_no_export(incident, tmp_path, monkeypatch):
    monkeypatch.setattr("inviolable.incidents.export.papers", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export_incident(Request(incident.reference, tmp_path / "dossier"), actor=SYSTEM, now=NOW)
    assert not Entry.objects.filter(kind="dossier.exported").exists()
    assert not (tmp_path / "dossier").exists()


def test_what_was_written_on_paper_is_marked_so(incident, tmp_path):
    claim(incident.reference, "adults", "23", actor=SYSTEM, now=NOW, paper=datetime(2026, 1, 27, 17, 20, tzinfo=UTC))
    found = papers(incident, incident_state(incident.reference), now=datetime.now(UTC))
    assert "on paper at 27 January 2026, 11:20 (UTC−06:00), 17:20 UTC, entered at" in text_of(
        found["record-en.pdf"], tmp_path
    )
    assert "en papel el 27 de enero de 2026, 11:20 (UTC−06:00), 17:20 UTC, ingresado el" in text_of(
        found["record-es.pdf"], tmp_path
    )
