"""The pages of an incident: who may do what there, which of them lead where, and what none of them shows."""

import re
from collections import deque
from html import unescape
from pathlib import Path

import pytest
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER
from tests.incidents.pages import CANARY, HOME, REF, kinds, page, refused, state

from inviolable.incidents.actions import add_note, record_person
from inviolable.incidents.facts import make_finding
from inviolable.ledger import erasure, exhibits, sequencer
from inviolable.ledger.exhibits import About
from inviolable.posts.roles import Role

pytestmark = pytest.mark.django_db


# ---- who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("reception", {"Add an exhibit", "Add a note"}),
        (
            "duty_officer",
            {
                "Record what somebody said",
                "Add an exhibit",
                "Add a note",
                "Assign a task",
                "Write a lesson",
                "Close the incident",
                "Ask a visitor for a clip",
                "Add a source",
                "Draft a note",
            },
        ),
        ("legal", {"Place a legal hold", "Add a source", "Add an exhibit", "Draft a note", "Write a lesson"}),
        ("press", {"Add a source", "Draft a note", "Write a lesson"}),
        ("auditor", set()),
    ],
)
def test_everybody_is_offered_what_they_may_do_and_nothing_else(reader, incident, role, offered):
    client = reader(role)
    shown = re.search(r'<ul class="acts">(.*?)</ul>', page(client))
    links = re.findall(r'href="([^"]+)">([^<]+)<', shown[1]) if shown else []
    assert {words for _, words in links} == offered
    for address, _ in links:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("role", sorted(set(Role) - {"officer", "head_of_post", "duty_officer", "device"}))
def test_nobody_else_says_what_happened(reader, incident, role):
    client = reader(role)
    for address in ("facts/claim/", "facts/confirm/", "facts/withdraw/", "tasks/assign/", "close/"):
        assert client.post(HOME + address, {"key": "actor", "value": "officer", "part": "1"}).status_code == 403
    assert kinds() == ["incident.opened"]


def test_an_auditor_reads_everything_and_writes_nothing(reader, incident, identities):
    exhibits.receive_file(Path(__file__), incident.stream, About("C"), actor=OFFICER, now=NOW)
    client = reader("auditor")
    for address in ("", "law/", "law.json", "facts/", "exhibits/", "timeline/", "entries/0/", "entries/0/entry.json"):
        assert client.get(HOME + address).status_code == 200
    assert 'method="post"' not in page(client, "facts/").partition("<main")[2]
    assert client.post(HOME + "tasks/done/", {"task": "1"}).status_code == 403


def test_every_page_of_an_incident_leads_to_every_other(reader, incident):
    client = reader()
    for address in ("", "law/", "facts/", "exhibits/", "timeline/", "entries/0/"):
        tabs = re.search(r'<nav class="tabs".*?</nav>', page(client, address), re.DOTALL)[0]
        ends = ["", "law/", "facts/", "exhibits/", "timeline/", "sources/", "accounts/", "theirs/"]
        ends += ["notes/", "demands/", "readership/"]
        assert re.findall(r'href="([^"]*)"', tabs) == [HOME + end for end in ends]
        assert tabs.count("aria-current") == 1


# ---- people, languages, secrets ---------------------------------------------------------------------


def test_people_are_counted_and_never_named(reader, incident, identities):
    for capacity in ("national", "national", "witness"):
        record_person(REF, capacity, name=CANARY, contact=CANARY, actor=OFFICER, now=NOW)
    gone = record_person(REF, "visitor", name=CANARY, actor=OFFICER, now=NOW)
    erasure.erase(gone, "asked", actor=OFFICER, now=NOW)
    shown = words_of(page(reader()))
    assert "People 2 nationals, 1 witness · 1 erased" in shown


@pytest.mark.long
@pytest.mark.parametrize("role", ["reception", "legal", "administrator"])
def test_no_page_ever_shows_what_is_sealed(reader, incident, identities, exhibit, role):
    record_person(REF, "national", name=CANARY, contact=CANARY, asylum="yes", actor=OFFICER, now=NOW)
    add_note(REF, CANARY, actor=OFFICER, now=NOW)
    make_finding(REF, actor=OFFICER, now=NOW)
    sequencer.checkpoint(NOW)
    client = reader(role)
    seen, waiting = set(), deque(["/incidents/"])
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        assert answer.status_code in (200, 302), address
        assert CANARY.encode() not in answer.content, address
        page = answer.content.decode(errors="ignore")  # Some are documents.
        found = (unescape(link) for link in re.findall(r'href="(/incidents/[^"#]*)', page))
        for link in found:
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    assert {f"{HOME}entries/{seq}/" for seq in range(len(state().timeline))} <= seen
    assert HOME + exhibit in seen


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "¿Pueden entrar?"),
        ("", "Verificado hasta la anotación 0"),
        ("law/", "Conclusiones conservadas"),
        ("facts/", "Registrar lo que alguien dijo"),
        ("exhibits/", "Añadir una prueba"),
        ("timeline/", "Ocurrió, según se afirma"),
        ("entries/0/", "La anotación, byte por byte"),
        ("facts/claim/?key=actor", "¿Quién quiere entrar?"),
        ("notes/add/", "Se sella para la sede central"),
        ("tasks/assign/", "Oficial de guardia"),
        ("exhibits/add/", "recibida de un tercero conocido"),
        ("close/", "Cerrar el incidente"),
    ],
)
def test_everything_is_there_in_spanish(reader, incident, address, says):
    sequencer.checkpoint(NOW)
    shown = page(reader("duty_officer", "es"), address)
    assert says in shown
    assert '<html lang="es">' in shown


def test_a_fault_is_said_in_spanish_too(reader, incident):
    shown = refused(reader("head_of_post", "es"), "lessons/write/", what="")
    assert "Escriba algo aquí; no puede quedar vacío." in shown
    assert "Todavía no se registró nada." in shown


def test_nothing_is_said_in_a_language_that_a_screen_reader_cannot_tell(reader, incident):
    """What the rooms below refuse in English is marked as English on a Spanish page."""
    shown = refused(reader("head_of_post", "es"), "reopen/", why="x")
    assert re.search(r'<p lang="en">[^<]*is not closed', shown)
