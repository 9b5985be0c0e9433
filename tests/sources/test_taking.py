"""Documents are brought as files or pasted; their bytes and their words are sealed; both versions are kept."""

from hashlib import sha256
from html import unescape
from io import BytesIO

import pyrage
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER, leave_behind
from tests.sources.documents import HOSTILE, PAGE, exploding_pdf, scanned_pdf

from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.ledger import erasure, exhibits, subjects
from inviolable.ledger.actions import objects, subject_keys
from inviolable.ledger.rebuild import rebuild
from inviolable.ledger.sandbox import sandbox_works
from inviolable.ledger.seal import open_stream
from inviolable.sources import actions, taking_views
from inviolable.sources.models import Text
from inviolable.sources.shelf import shelf
from inviolable.sources.terms import Read

REF = "minneapolis"
HOME = f"/incidents/{REF}/sources/"
ADDRESS = "https://diario.example/intento"
WORDS = "Un agente llamó a la puerta.\nEl personal no abrió."

pytestmark = pytest.mark.django_db
needs_sandbox = pytest.mark.skipif(not sandbox_works(), reason="no sandbox works here: apt-get install bubblewrap")


@pytest.fixture
def client(reader, incident, identities):
    return reader("press")


def sources():
    return shelf(incident_state(REF).timeline).sources


def post(client, page: str, status: int = 302, **given: object) -> str:
    last = {name: given.pop(name) for name in ("file",) if name in given}
    answer = client.post(HOME + page, {"kind": "press"} | given | last)
    said = unescape(answer.content.decode())
    assert answer.status_code == status, words_of(said)
    return said if status != 302 else answer.headers["Location"]


def file(data: bytes, name: str = "page.html", media: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, media)


def shown(client, source: int = 1, version: int = 0) -> str:
    answer = client.get(f"{HOME}{source}/" + (f"?version={version}" if version else ""))
    assert answer.status_code == 200
    return answer.content.decode()


def opened(exhibit: str, identity: pyrage.x25519.Identity) -> bytes:
    """What headquarters finds in an exhibit."""
    plain = BytesIO()
    with objects().read(exhibits.object_name(exhibit)) as sealed:
        open_stream(sealed, plain, [subjects.identity_of(subject_keys(), exhibit, [identity])])
    return plain.getvalue()


@needs_sandbox
def test_a_page_that_is_dropped_in_is_sealed_read_and_shown_beside_what_it_says_of_itself(client, identities):
    assert post(client, "add/", file=file(PAGE.encode()), address=ADDRESS) == f"{HOME}1/"
    version = sources()["1"].last
    assert opened(version.exhibit, identities[0]) == PAGE.encode()
    words = opened(version.copy, identities[1])
    assert sha256(words).hexdigest() == version.text
    page = shown(client)
    assert "intentó entrar en el consulado la mañana del martes" in page
    said = words_of(page)
    assert "Published 2026-01-27T22:15:00-06:00 read by the program, not confirmed" in said
    assert "Modified 2026-01-28T05:15:00+00:00" in said
    assert "Publisher Diario de Prueba read by the program, not confirmed" in said
    received = incident_state(REF).exhibits
    assert [one.body["copy"] for one in received.values()] == ["evidentiary", "working"]
    assert received[version.copy].body["derived_from"] == version.exhibit
    assert received[version.copy].body["derivation"]["tool"] == "trafilatura"
    assert {one.body["grade"] for one in received.values()} == {"D"}


@needs_sandbox
def test_what_the_program_read_counts_until_a_person_says_otherwise(client):
    post(client, "add/", file=file(PAGE.encode()))
    told = {name: sources()["1"].about(name) for name in ("publisher", "published", "title")}
    post(client, "1/describe/", **told | {"publisher": "Diario"})
    source = sources()["1"]
    assert source.about("publisher") == "Diario"
    assert source.about("language") == "", "taken away, and not read from the page again"
    assert not any(source.found_only(name) for name in told), "and the rest is now a person's word"


@needs_sandbox
def test_the_same_address_with_other_words_is_another_version_and_both_are_kept(client):
    """A paper changes its title from agents to an agent; what it said before can still be read."""
    post(client, "add/", file=file(PAGE.encode()), address=ADDRESS)
    changed = PAGE.replace("Un agente intentó", "Unos agentes intentaron")
    assert post(client, "add/", file=file(changed.encode()), address=ADDRESS) == f"{HOME}1/"
    source = sources()["1"]
    assert list(source.versions) == [1, 2]
    assert source.versions[1].text != source.versions[2].text
    assert "Unos agentes intentaron" in shown(client)
    assert "Un agente intentó" in shown(client, version=1)
    refused = post(client, "add/", 422, file=file(changed.encode()), address=ADDRESS)
    assert "source 1 holds these very words already, as version 2" in refused
    assert client.get(f"{HOME}1/?version=3").status_code == 404


def test_the_same_words_at_another_address_are_another_source_and_from_nowhere_none(client):
    post(client, "paste/", words=WORDS, address=ADDRESS)
    assert post(client, "paste/", words=WORDS, address="https://espejo.example/x") == f"{HOME}2/"
    assert "holds these very words already" in post(client, "paste/", 422, words=WORDS)


def test_a_text_that_is_pasted_is_kept_as_it_is_and_sealed(client, identities):
    post(client, "paste/", words=WORDS.replace("\n", "\r\n") + "\r\n  ", published="2026-01-27", language="es")
    version = sources()["1"].last
    assert opened(version.exhibit, identities[0]).decode() == WORDS
    assert version.exhibit == version.copy
    assert 'lang="es"' in shown(client)
    assert "2026-01-28T09:15-05:00" in post(client, "paste/", 422, words="x", published="2026-01-28T09:15")


def test_words_lie_in_the_database_encrypted_and_in_no_entry(client):
    post(client, "paste/", words=WORDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM sources_text")
        [(kept,)] = cursor.fetchall()
        cursor.execute("SELECT line FROM ledger_entry")
        lines = b"".join(bytes(line) for (line,) in cursor.fetchall())
    assert "agente" not in kept
    assert Text.objects.get().words == WORDS
    assert b"agente" not in lines


def test_words_go_when_their_exhibit_is_erased_and_do_not_come_back(client, identities):
    post(client, "paste/", words=WORDS)
    erasure.erase(sources()["1"].last.copy, "asked for", actor=OFFICER, now=NOW)
    assert not Text.objects.exists()
    rebuild()
    page = shown(client)
    assert "agente" not in page
    assert "Headquarters can open the sealed copy" in words_of(page)


def test_a_rebuild_keeps_the_words(client):
    post(client, "paste/", words=WORDS)
    rebuild()
    assert "agente" in shown(client)


@needs_sandbox
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (scanned_pdf(), "it may be a scan"),
        (exploding_pdf(), "more memory"),
        (b"%PDF-1.7 torn", "may be damaged"),
    ],
)
def test_what_cannot_be_read_is_sealed_all_the_same_and_somebody_pastes_its_text(client, identities, data, said):
    post(client, "add/", file=file(data, "x.pdf", "application/pdf"), publisher="Ministry")
    source = sources()["1"]
    assert source.last.text == ""
    assert opened(source.last.exhibit, identities[0]) == data
    assert said in words_of(shown(client))
    post(client, "1/words/", words=WORDS)
    assert sources()["1"].last.text == sha256(WORDS.encode()).hexdigest()
    assert "agente" in shown(client)
    assert incident_state(REF).exhibits[sources()["1"].last.copy].body["derived_from"] == source.last.exhibit
    assert "has its words already" in post(client, "1/words/", 422, words="other words")


def test_without_a_sandbox_the_page_says_so_and_takes_the_text(client, monkeypatch):
    monkeypatch.setattr("inviolable.ledger.sandbox.sandbox_works", lambda: "")
    post(client, "add/", file=file(PAGE.encode()))
    assert "no sandbox works here" in words_of(shown(client))
    assert 'href="/incidents/minneapolis/sources/1/words/"' in shown(client)


def test_a_file_that_is_too_large_leaves_nothing(client, monkeypatch):
    monkeypatch.setattr(taking_views, "MOST_BYTES", 100_000)
    before = set(objects().list())
    said = post(client, "add/", 422, file=file(b"a" * 100_001), publisher="Ministry")
    assert "larger than" in said
    assert set(objects().list()) == before
    assert sources() == {}


@needs_sandbox
def test_hostile_html_is_shown_as_letters(client):
    post(client, "add/", file=file(HOSTILE.encode()))
    page = shown(client)
    assert "&lt;img src=x onerror=alert(1)&gt; is written" in page
    assert "<img src=x" not in page
    assert "http://198.51.100.1" not in page


def test_a_source_of_which_nobody_has_the_text_is_recorded_by_what_is_said_of_it(client):
    assert "say at least who put it out" in post(client, "add/", 422)
    post(client, "add/", publisher="Radio", published="2026-01-27T08:00-05:00")
    assert "Nobody has given its text yet." in words_of(shown(client))


def test_a_document_that_is_refused_leaves_no_object(client, monkeypatch):
    before = set(objects().list())
    post(client, "paste/", words=WORDS)
    kept = set(objects().list())
    monkeypatch.setattr(taking_views, "read_document", lambda data: Read(WORDS))
    post(client, "add/", 422, file=file(b"<html>"))
    assert set(objects().list()) == kept > before


def test_with_fewer_than_two_keys_of_headquarters_nothing_is_taken_in(reader, incident):
    said = post(reader("press"), "paste/", 422, words=WORDS)
    assert "two keys of headquarters" in said
    assert not Text.objects.exists()


def test_a_closed_incident_takes_no_document(client):
    from inviolable.incidents.actions import close

    leave_behind(REF)
    close(REF, "over", actor=OFFICER, now=NOW)
    assert "closed" in post(client, "add/", 422, file=file(PAGE.encode()))
    assert "closed" in post(client, "paste/", 422, words=WORDS)
    assert Incident.objects.get().closed


def test_a_description_that_nobody_may_give_is_refused(incident):
    with pytest.raises(actions.Refused, match="is nothing that is said of a source"):
        actions.receive(REF, "press", {"colour": "red"}, Read(), actor=OFFICER, now=NOW)


SPANISH = (
    "Un agente intentó entrar en el consulado el martes a las 11:00. El personal no le abrió la puerta.\n"
    "La cancillería dijo que el agente fue rechazado por el personal del consulado."
)


def test_a_text_of_which_nobody_says_the_language_is_read_in_the_one_it_seems_to_be_in(reader, incident, identities):
    client = reader("officer")
    post(client, "paste/", words=SPANISH)
    page = words_of(unescape(shown(client)))
    assert "es read by the program, not confirmed" in page
    assert "wait for a decision" in page


def test_why_nothing_is_proposed_is_said(reader, incident, identities):
    client = reader("officer")
    post(client, "paste/", words="Consulado. Agente. Martes.")
    assert "it cannot tell the language of this text" in shown(client)
    post(client, "paste/", words="Der Beamte wollte das Konsulat betreten.", language="de")
    assert "this text is in another language (de)" in shown(client, 2)


def test_another_version_says_what_is_new_in_it_and_asks_nothing_twice(reader, incident, identities):
    client = reader("officer")
    post(client, "paste/", words=SPANISH, address=ADDRESS, language="es")
    first = shown(client)
    assert first.count("data-open") > 2
    actions.turn_down(REF, "1", place_of("actor.count"), actor=OFFICER, now=NOW)
    post(client, "paste/", words=SPANISH + "\nEl agente se fue a las 11:20.", address=ADDRESS, language="es")
    page = unescape(shown(client))
    assert '<ins><span class="unseen">new: </span>El agente se fue a las 11:20.</ins>' in page
    assert "<del>" not in page
    assert "actor.count" not in {one.fact for one in offered()}, "what was turned down is not asked again"


def offered():
    from inviolable.sources.page import sources_of, work_on

    found = sources_of(REF)
    source = found.shelf.sources["1"]
    return work_on(found, source, source.last).proposals(found.shelf)


def place_of(key):
    from inviolable.sources.page import sources_of, work_on

    found = sources_of(REF)
    source = found.shelf.sources["1"]
    work = work_on(found, source, source.last)
    return work.place(next(one for one in work.proposals(found.shelf) if one.fact == key))


@needs_sandbox
@pytest.mark.parametrize(
    ("data", "says"), [(b"", "The file is empty."), (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "It is no HTML")]
)
def test_what_nobody_can_read_is_refused_and_nothing_is_kept(client, data, says):
    said = post(client, "add/", 422, file=file(data, "picture.pdf", "application/pdf"))
    assert says in said
    assert "Nothing was kept." in said
    assert not sources()


def test_a_day_that_does_not_exist_is_told_so(client):
    assert "There is no such day" in post(client, "paste/", 422, words=WORDS, published="2026-02-31")
    assert "Write a day" in post(client, "paste/", 422, words=WORDS, published="31 February")
