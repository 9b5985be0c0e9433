"""The list of incidents: what is looked for is found, by whoever may see it, and handed out without people."""

import csv
import io
import zipfile

import pytest
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER, leave_behind
from tests.questions import questions

from inviolable.incidents import lookup
from inviolable.incidents.actions import assign, close, open_incident
from inviolable.incidents.facts import confirm
from inviolable.incidents.models import Incident

WHO = {"actor": OFFICER, "now": NOW}
#: What the law needs to know to answer at the door.
DOOR = {"actor": "officer", "zone": "work", "consent_by": "none", "emergency": "none"}

pytestmark = pytest.mark.django_db


def an_incident(reference: str, title: str, **more):
    post = {"class": "consulate", "head": "career", "status": "open"}
    place = {"sending": "EC", "receiving": "US", "place": "Minneapolis", "occurred": "2026-01-27"}
    return open_incident(reference, title, post=post, **place, **more, **WHO)


@pytest.fixture
def three(db, home):
    an_incident("the-first", "=HYPERLINK of the first")
    an_incident("a-drill", "Practice", status="exercise")
    an_incident("the-closed", "Long ago")
    assign("the-first", "Fetch the video", "officer", due=NOW, **WHO)


def listed(client, query="") -> str:
    answer = looked_for(client, f"/incidents/{query}")
    assert answer.status_code == 200
    return words_of(answer.content.decode())


def looked_for(client, address: str):
    """What is answered once it is said why it is looked for."""
    client.post("/searches/why/", {"reason": "it is asked for by the minister", "next": address})
    return client.get(address)


def test_it_is_narrowed_by_words_and_by_how_they_stand(reader, three):
    client = reader("duty_officer")
    assert "3 incidents" in listed(client)
    found = listed(client, "?q=video")
    assert "1 incident " in found
    assert "entry 1 Task assigned: Fetch the video" in found
    assert "Practice" not in found
    assert "Practice" in listed(client, "?real=practice")
    assert "Practice" not in listed(client, "?real=real")
    assert "0 incidents" in listed(client, "?state=closed")
    assert "No incident was found." in listed(client, "?q=nobody+wrote+this")


def test_the_answer_at_the_door_follows_the_facts_though_it_is_kept(reader, three):
    client = reader("duty_officer")
    assert "Refuse: they may not enter" not in listed(client, "?q=hyperlink")
    for key, value in DOOR.items():
        confirm("the-first", key, value, **WHO)
    assert "Refuse: they may not enter" in listed(client, "?q=hyperlink")


def test_what_a_reader_is_not_shown_is_not_found_either(reader, three, monkeypatch):
    hidden = Incident.objects.get(reference="the-first").stream
    monkeypatch.setattr(lookup, "_HIDING", [lambda user: {hidden} if user.role == "officer" else set()])
    assert "Fetch the video" not in listed(reader("officer"), "?q=video")
    assert "Fetch the video" in listed(reader("duty_officer"), "?q=video")
    assert b"the-first" not in reader("officer").get("/incidents.csv").content


def test_as_a_table_for_other_programs(reader, three):
    client = reader("minister_office", "es")
    answer = looked_for(client, "/incidents.csv?q=video")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1
    assert rows[0]["Referencia"] == "the-first"
    assert rows[0]["Título"] == "'=HYPERLINK of the first", "no spreadsheet takes it for a formula"
    assert rows[0]["Por hacer"] == "1"
    book = zipfile.ZipFile(io.BytesIO(client.get("/incidents.xlsx").content))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert b"=HYPERLINK of the first" in book.read("xl/sharedStrings.xml")


def test_wrong_input_is_said_and_finds_nothing_more(reader, three):
    client = reader()
    assert client.get("/incidents/?state=perhaps").status_code == 422
    assert looked_for(client, "/incidents/?q=" + "x" * 300).status_code == 422
    assert client.get("/incidents.ods").status_code == 404


def test_twenty_fit_on_a_page_and_the_next_keeps_the_question(reader, db, home):
    for number in range(21):
        an_incident(f"number-{number:02}", "Another")
    leave_behind("number-20")
    close("number-20", "over", **WHO)
    answer = reader().get("/incidents/?q=another&state=open")
    assert b"?q=another&amp;state=open&amp;page=2" not in answer.content
    answer = reader().get("/incidents/?q=another")
    assert b'href="?q=another&amp;page=2"' in answer.content


def test_thirty_incidents_ask_the_database_no_more_than_one(reader, db, home):
    client, asked = reader(), []
    for number in range(30):
        an_incident(f"number-{number:02}", "Another")
        assign(f"number-{number:02}", "Fetch the video", "officer", **WHO)
        if number in (0, 29):
            looked_for(client, "/incidents/?q=video")
            asked.append(questions(client.get, "/incidents/?q=video"))
    assert asked[0] == asked[1]
