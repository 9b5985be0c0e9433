"""Whoever looks for what may be a person says why first, and that is recorded with the words."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from inviolable.incidents.actions import open_incident
from inviolable.incidents.searching import terms
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.posts.actions import add_user
from inviolable.posts.models import Search
from inviolable.web.searches import may_be_a_person

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def incident(tmp_path, settings):
    settings.HOME = tmp_path
    return open_incident(
        "minneapolis-2026",
        "Attempted entry at the door",
        post={"class": "consulate"},
        occurred="2026-01-27",
        sending="EC",
        receiving="US",
        actor={"role": "officer", "id": "user-7"},
        now=NOW,
    )


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(add_user("clerk", "officer", now=NOW))
    return client


def searched() -> list[dict]:
    rows = Entry.objects.filter(kind="search.made").order_by("pk")
    return [canonical.decode(bytes(one.line))["body"] for one in rows]


def test_a_clerk_who_looks_for_a_name_says_why_and_the_auditor_reads_it(clerk):
    """Hostile scenario 9: our own side."""
    address = "/incidents/?q=Rosa+Quispe"
    asked = clerk.get(address)
    assert b"Why do you look for this?" in asked.content
    assert b"<strong>rosa, quispe</strong>" in asked.content, "why it is asked"
    assert b"Attempted entry" not in asked.content, "nothing is found before"
    assert searched() == []
    assert clerk.post("/searches/why/", {"reason": " ", "next": address}).status_code == 422
    on = clerk.post("/searches/why/", {"reason": "her sister called the post", "next": address})
    assert on.headers["Location"] == address
    assert b"<h1>Incidents" in clerk.get(address).content
    assert [(one["where"], one["reason"]) for one in searched()] == [("incidents:list", "her sister called the post")]

    assert clerk.get("/searches/").status_code == 403
    auditor = Client()
    auditor.force_login(add_user("auditor", "auditor", now=NOW))
    page = auditor.get("/searches/").content.decode()
    assert "Rosa Quispe" in page
    assert "her sister called the post" in page
    assert "clerk" in page


def test_a_reason_holds_for_half_an_hour_and_each_search_is_recorded(clerk):
    clerk.post("/searches/why/", {"reason": "roll of the day", "next": "/"})
    for name in ("quispe", "quispe", "mamani"):
        clerk.get("/incidents/", {"q": name})
    assert [one.words for one in Search.objects.all()] == ["quispe", "mamani"], "the second page is no other search"
    session = clerk.session
    session["reason to search"] = session["reason to search"] | {"at": session["reason to search"]["at"] - 30 * 60}
    session.save()
    assert b"Why do you look for this?" in clerk.get("/incidents/?q=mamani").content


def test_the_words_lie_apart_and_encrypted_so_that_they_can_be_taken_away(clerk):
    clerk.post("/searches/why/", {"reason": "roll of the day", "next": "/"})
    clerk.get("/incidents/?q=quispe")
    assert "quispe" not in str(searched())
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM posts_search")
        assert "quispe" not in str(cursor.fetchall())
    Search.objects.all().delete()
    auditor = Client()
    auditor.force_login(add_user("auditor", "auditor", now=NOW))
    assert b"words taken away" in auditor.get("/searches/").content


@pytest.mark.parametrize(
    "said",
    [
        "",
        "door",
        "Minneapolis",
        "minneapolis-2026",
        "ATTEMPTED entry",
        "consulado",
        "court",
        "orden judicial",
        "ICE",
        "inmigración",
        "nueva york",
        "agentes encapuchados en camioneta",
        "Immigration raid, San Antonio",
        "27 de enero de 2026",
        "27 January 2026",
        "Consulado General del Ecuador en Los Ángeles",
    ],
)
def test_the_words_of_the_house_need_no_reason(clerk, said):
    assert not may_be_a_person(said)
    assert b"<h1>Incidents" in clerk.get("/incidents/", {"q": said}).content
    assert searched() == []


@pytest.mark.parametrize("said", ["Quispe", "door Quispe", "minneapolis 555 0100", "MN 4KX", "q’uispe", "Минск", "ana",
                                  "Antonio", "Ángeles", "Julio", "May Church", "Flores", "agent Smith", "de la Cruz",
                                  "0912345678", "1234"])  # fmt: skip
def test_whatever_else_may_be_a_person(said):
    assert may_be_a_person(said)


def test_what_cannot_be_recorded_finds_nothing(clerk, monkeypatch):
    clerk.post("/searches/why/", {"reason": "roll of the day", "next": "/"})
    clerk.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE posts_search")
    answer = clerk.get("/incidents/?q=quispe")
    assert answer.status_code == 500
    assert b"Attempted entry" not in answer.content


@pytest.mark.parametrize("trap", ["https://evil.example/", "//evil.example"])
def test_a_reason_leads_to_no_other_site(clerk, trap):
    assert clerk.post("/searches/why/", {"reason": "x", "next": trap}).headers["Location"] == "/"


@given(st.text())
def test_a_text_says_the_same_in_capitals_and_without_accents(text):
    assert terms(text) == terms(" ".join(terms(text)))
