"""The pages of an incident: each thing that people read or write there, as they do it."""

import re
import shutil
import subprocess
from collections import deque
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER, leave_behind

from inviolable.incidents.actions import (
    add_note,
    add_part,
    assign,
    claim,
    confirm,
    make_finding,
    open_incident,
    record_person,
)
from inviolable.incidents.lookup import entries_of, first_break, incident_state
from inviolable.incidents.models import Incident
from inviolable.incidents.proof import standing
from inviolable.incidents.wording import happened_words, interval_words
from inviolable.ledger import erasure, exhibits, sequencer
from inviolable.ledger.actions import append
from inviolable.ledger.bounds import Bound, Interval
from inviolable.ledger.exhibits import About
from inviolable.ledger.models import Checkpoint, Entry
from inviolable.ledger.moments import Happened
from inviolable.ledger.prooffile import parse_proof_file
from inviolable.ledger.registry import Recorded
from inviolable.ledger.tree import leaf_hash, verify_inclusion
from inviolable.posts.actions import add_user
from inviolable.posts.example import load_example_posts
from inviolable.posts.models import User
from inviolable.posts.roles import Role

REF = "minneapolis"
HOME = f"/incidents/{REF}/"
CANARY = "Zoila-Canaria-4711"

pytestmark = pytest.mark.django_db


def state():
    return incident_state(REF)


def kinds() -> list[str]:
    return [item.kind for item in state().timeline]


def page(client: Client, address: str = "") -> str:
    answer = client.get(HOME + address)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode())


def done(client: Client, address: str, **given: object) -> str:
    """Send a form that is right; where it leads to."""
    answer = client.post(HOME + address, given)
    assert answer.status_code == 302, words_of(answer.content.decode())
    return answer.headers["Location"]


def refused(client: Client, address: str, **given: object) -> str:
    """Send a form that is wrong; what the page says. Nothing was recorded."""
    before = Entry.objects.count()
    answer = client.post(HOME + address, given)
    assert answer.status_code == 422
    assert Entry.objects.count() == before
    assert 'role="alert"' in answer.content.decode()
    return unescape(answer.content.decode())


# ---- who may -----------------------------------------------------------------------------------


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


# ---- facts -------------------------------------------------------------------------------------


def test_what_somebody_said_is_claimed_confirmed_contested_and_withdrawn(reader, incident):
    client = reader("duty_officer")
    answer = client.get(HOME + "facts/claim/", {"key": "actor", "other": ""})
    assert answer.headers["Location"] == f"{HOME}facts/claim/?part=&key=actor"
    assert "Who wants to come in?" in page(client, "facts/claim/?key=actor")

    told = {"part": "1", "key": "actor", "polarity": "affirms", "raw": "ICE! Open the door!", "source": "Video"}
    done(client, "facts/claim/", value="officer", voice="Staff", at="2026-01-27T10:59", zone="America/Chicago", **told)
    shown = words_of(page(client, "facts/"))
    assert "Claimed, not confirmed" in shown
    assert "police or another authority of this country claimed Staff: Video ICE! Open the door! · 27 January" in shown
    assert "10:59 (UTC−06:00), 16:59 UTC entry 1" in shown
    happened = state().timeline[1].happened
    assert (happened.start, happened.zone) == (datetime(2026, 1, 27, 16, 59, tzinfo=UTC), "America/Chicago")
    assert "Find out next: Who wants to come in?" in words_of(page(client, "law/"))

    confirming = page(client, "facts/confirm/?part=1&key=actor&value=officer")
    assert "Who wants to come in? police or another authority of this country" in confirming
    assert re.search(r'name="claims" value="1"[^>]*checked', confirming)
    leads_to = done(client, "facts/confirm/", part="1", key="actor", value="officer", claims=["1"], why="It is on film")
    assert leads_to == f"{HOME}facts/?recorded=2"
    assert "Find out next: Who wants to come in?" not in words_of(page(client, "law/"))

    done(client, "facts/claim/", part="1", key="actor", polarity="affirms", value="private", voice="Their spokesman")
    done(client, "facts/confirm/", part="1", key="actor", value="private", claims=["2"])
    shown = words_of(page(client, "facts/"))
    assert shown.index("Contested") < shown.index("police or another authority") < shown.index("private persons")
    assert "confirmed: It is on film" in shown
    assert "Who wants to come in? police or another authority of this country private persons" in words_of(
        page(client, "law/")
    )

    assert "Why" in refused(client, "facts/withdraw/", part="1", key="actor", value="private", why="")
    done(client, "facts/withdraw/", part="1", key="actor", value="private", why="He says he misspoke")
    shown = words_of(page(client, "facts/"))
    assert "Contested" not in shown
    assert "private persons withdrawn" in shown
    assert "withdrawn: He says he misspoke" in shown
    who = {(item.actor["role"], item.actor["id"]) for item in state().timeline[1:]}
    [(role, name)] = who
    assert role == "duty_officer"
    assert re.fullmatch(r"user-\d+", name)


def test_a_fact_that_the_law_does_not_ask_is_kept_beside_the_others(reader, incident):
    client = reader()
    assert client.get(HOME + "facts/claim/", {"key": "", "other": "agency"}).status_code == 302
    done(client, "facts/claim/", part="1", key="agency", value="ICE", polarity="denies", voice="DHS")
    shown = words_of(page(client, "facts/"))
    assert "Agency not asked by the law ICE claimed denied by DHS" in shown
    done(client, "facts/confirm/", part="1", key="agency", value="ICE", why="Seen on the jacket")
    assert "agency" not in page(client, "law/")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"key": "", "other": ""}, "Choose a fact of the list, or name another one"),
        ({"key": "actor", "other": "agency"}, "not both"),
        ({"key": "", "other": "Ag-Ency"}, "Write small letters"),
        ({"key": "wizard", "other": ""}, "wizard"),
    ],
)
def test_a_choice_of_a_fact_that_is_none_says_why(reader, incident, query, says):
    answer = reader().get(HOME + "facts/claim/", query)
    assert answer.status_code == 422
    assert says in unescape(answer.content.decode())


def plainly(shown: str) -> str:
    """With plain spaces, as people type them."""
    return shown.replace("\N{NO-BREAK SPACE}", " ")


GOOD = {"part": "1", "key": "agency", "value": "ICE", "polarity": "affirms", "voice": "Staff", "raw": "as they said"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"value": ""}, "may not stay empty"),
        ({"key": "actor", "value": "wizard"}, "wizard"),
        ({"part": "9"}, "Select a valid choice. 9"),
        ({"polarity": "perhaps"}, "perhaps"),
        ({"voice": "Staff\u202eevil"}, "U+202E"),
        ({"voice": "x" * 301}, "at most 300"),
        ({"key": "Agency"}, "1 to 60 small letters"),
        ({"at": "tomorrow"}, "Enter a valid date/time"),
        ({"at": "2026-01-27T12:00", "zone": "America/Chicago"}, "That has not come yet"),
        ({"at": "0001-01-01T00:00"}, "between 1900 and 2200"),
        ({"at": "2026-01-27T10:00", "zone": "Mars/Olympus"}, "Mars/Olympus"),
    ],
)
def test_a_claim_that_cannot_be_recorded_says_why_at_its_field_and_keeps_the_rest(
    reader, incident, monkeypatch, wrong, says
):
    monkeypatch.setattr("inviolable.web.clock.timezone.now", lambda: NOW)
    shown = refused(reader(), "facts/claim/", **GOOD | wrong)
    assert says in shown
    assert "as they said" in shown
    assert wrong.keys() & {"key", "part"} or 'aria-invalid="true"' in shown


def test_confirming_what_nobody_said_or_what_the_law_does_not_know_is_refused(reader, incident):
    client = reader()
    assert "Select a valid choice" in refused(client, "facts/confirm/", part="1", key="actor", value="officer")
    done(client, "facts/claim/", part="1", key="zone", value="work", polarity="affirms")
    assert "wizardry" in refused(client, "facts/confirm/", part="1", key="zone", value="wizardry")
    assert "is not confirmed" in refused(client, "facts/withdraw/", part="1", key="zone", value="work", why="Because")


def test_a_value_rests_on_statements_about_its_own_part(reader, incident):
    add_part(REF, "In the street", occurred="2026-01-27", actor=OFFICER, now=NOW)
    claim(REF, "actor", "officer", voice="Staff", actor=OFFICER, now=NOW)
    claim(REF, "actor", "officer", part="2", voice="A passer-by", actor=OFFICER, now=NOW)
    client = reader()
    assert "A passer-by" not in page(client, "facts/confirm/?part=1&key=actor&value=officer")
    assert "A passer-by" in page(client, "facts/confirm/?part=2&key=actor&value=officer")
    leads_to = done(client, "facts/confirm/", part="2", key="actor", value="officer", claims=["2"])
    assert leads_to == f"{HOME}facts/?part=2&recorded=4"
    assert "counts A passer-by" in words_of(unescape(client.get(leads_to).content.decode()))


def test_facts_that_contradict_each_other_are_refused_with_the_reason_of_the_law(reader, incident):
    for key, value in (("attempted", "no"), ("entered", "yes")):
        claim(REF, key, value, actor=OFFICER, now=NOW)
    client = reader()
    done(client, "facts/confirm/", part="1", key="attempted", value="no")
    shown = refused(client, "facts/confirm/", part="1", key="entered", value="yes")
    assert "entered" in words_of(shown)


# ---- notes, tasks, closing ---------------------------------------------------------------------


def test_a_note_is_sealed_and_nobody_here_can_read_it(reader, incident, identities):
    client = reader("reception")
    done(client, "notes/add/", part="1", words=f"{CANARY} asked for a lawyer")
    assert kinds()[-1] == "note.added"
    assert CANARY.encode() not in b"".join(bytes(line) for line in Entry.objects.values_list("line", flat=True))
    assert "Note added (sealed)" in page(client)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "on paper at 27 January 2026, 11:20 (UTC−06:00), 17:20 UTC, entered at "),
        ("es", "en papel el 27 de enero de 2026, 11:20 (UTC−06:00), 17:20 UTC, ingresado el "),
    ],
)
def test_what_was_written_on_paper_is_entered_later_and_marked_so(reader, incident, identities, language, said):
    """Scenario 32: the log without power, typed in once there is some."""
    paper = {"zone": "America/Chicago", "paper": "2026-01-27T11:20"}
    client = reader("officer", language)
    done(client, "notes/add/", part="1", words="He said he would come back", **paper)
    done(client, "facts/claim/", part="1", key="adults", value="23", polarity="affirms", voice="reception", **paper)
    for item in state().timeline[-2:]:
        assert item.body["paper"] == "2026-01-27T17:20:00.000Z"
        assert item.happened.start == datetime(2026, 1, 27, 17, 20, tzinfo=UTC), "where nobody says another time"
        assert plainly(page(client, f"entries/{item.seq}/")).count(said) == 1
    assert plainly(page(client, "timeline/")).count(said) == 2
    done(client, "notes/add/", part="1", words="Not from paper")
    assert plainly(page(client, "timeline/")).count(said) == 2


def test_nothing_was_written_on_paper_tomorrow(reader, incident, identities):
    shown = refused(reader(), "notes/add/", part="1", words="x", zone="UTC", paper="2199-01-01T00:00")
    assert "That has not come yet." in words_of(shown)


def test_without_two_keys_of_headquarters_nothing_is_sealed_and_the_page_says_so(reader, incident):
    client = reader("reception")
    shown = refused(client, "notes/add/", part="1", words=CANARY)
    assert "it must be sealed to two keys of headquarters at least" in shown
    # It is the writer's own page: what was written is not lost.
    assert CANARY in shown
    file = SimpleUploadedFile("video.mp4", b"pictures", "video/mp4")
    shown = refused(client, "exhibits/add/", part="1", grade="C", consent="given", source="press", file=file)
    assert "it must be sealed to two keys of headquarters at least" in shown
    assert 'value="press"' in shown


def test_an_incident_is_closed_only_when_nothing_is_left_to_be_done(reader, incident):
    client = reader("head_of_post")
    done(client, "tasks/assign/", what="Write to the embassy", to="legal", due="2026-01-28T09:00", zone="America/Lima")
    shown = words_of(page(client))
    assert "Write to the embassy Legal adviser · due 28 January 2026, 08:00 (UTC−06:00), 14:00 UTC overdue" in shown
    assert "1 thing still to be done" in words_of(unescape(client.get("/incidents/").content.decode()))
    assert "still to be done: Write to the embassy" in refused(client, "close/", why="It is over")
    assert "Still missing: Write to the embassy; its dossier was not handed out" in words_of(page(client, "close/"))

    done(reader("legal"), "tasks/done/", task="1", result="Delivered")
    leave_behind(REF)
    done(client, "close/", why="It is over")
    assert "Closed" in words_of(page(client))
    assert re.findall(r'class="button secondary" href="[^"]+">([^<]+)<', page(client)) == [
        "Write a lesson",
        "Reopen the incident",
    ]
    for address in ("facts/claim/", "facts/claim/?key=agency", "notes/add/", "tasks/assign/"):
        assert client.get(HOME + address).headers["Location"] == HOME
    assert client.get(f"{HOME}exhibits/add/").headers["Location"] == f"{HOME}exhibits/"
    assert client.get(f"{HOME}reopen/").status_code == 200
    assert "closed; reopen it first" in refused(client, "facts/claim/", **GOOD)
    file = SimpleUploadedFile("late.jpg", b"late", "image/jpeg")
    assert "reopen it first" in refused(client, "exhibits/add/", part="1", grade="C", consent="given", file=file)

    done(client, "reopen/", why="A new witness")
    assert kinds()[-4:] == ["lesson.written", "dossier.exported", "incident.closed", "incident.reopened"]


@pytest.mark.parametrize(
    ("address", "given", "says"),
    [
        ("tasks/assign/", {"what": "", "to": "legal"}, "Write something here"),
        ("tasks/assign/", {"what": "x", "to": "emperor"}, "emperor"),
        ("tasks/assign/", {"what": "x", "to": "device"}, "device"),
        ("tasks/assign/", {"what": "x", "to": "legal", "due": "soon"}, "Enter a valid date/time"),
        ("tasks/done/", {"task": "7"}, "Select a valid choice. 7"),
        ("close/", {"why": ""}, "its dossier was not handed out"),
        (
            "tasks/own/",
            {"obligation": "task/7", "to": "legal", "superior": "minister_office"},
            "Select a valid choice. t",
        ),
        ("tasks/own/", {"obligation": "", "to": "legal", "superior": "legal"}, "Choose another role"),
        ("lessons/write/", {"what": " "}, "Write something here"),
        ("reopen/", {"why": "x"}, "is not closed"),
        ("notes/add/", {"part": "1", "words": "  "}, "Write something here"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(reader, incident, address, given, says):
    assert says in refused(reader("head_of_post"), address, **given)


def test_legal_keeps_findings_and_places_and_lifts_holds(reader, incident):
    confirm(REF, "actor", "officer", actor=OFFICER, now=NOW)
    client = reader("legal")
    assert done(client, "law/keep/", part="1", as_of="") == f"{HOME}law/"
    assert "Recomputed: the same" in page(client, "law/")
    assert "Select a valid choice. 2020-01-01" in refused(client, "law/keep/", part="1", as_of="2020-01-01")
    done(client, "holds/place/", reason="Proceedings in court")
    assert "Legal hold Proceedings in court" in words_of(page(client))
    [hold] = state().holds
    assert "Write something here" in refused(client, "holds/lift/", hold=hold, reason="")
    done(client, "holds/lift/", hold=hold, reason="The case is settled")
    assert state().holds == {}
    assert kinds()[-3:] == ["finding.made", "hold.placed", "hold.lifted"]


# ---- opening -----------------------------------------------------------------------------------

NEW = {
    "title": "Fire in the lobby", "reference": "lobby-fire", "day": "2026-01-26", "time": "09:30",
    "zone": "America/Lima", "place": "Lima", "post": "embassy", "head": "career", "status": "open",
    "sending": "EC", "receiving": "PE", "host": "es",
}  # fmt: skip


def test_an_incident_is_opened_with_what_is_known_and_a_drill_is_marked(reader):
    client = reader("duty_officer")
    answer = client.post("/open-incident/", NEW | {"drill": "on"})
    assert answer.headers["Location"] == "/incidents/lobby-fire/"
    told = incident_state("lobby-fire").opened
    assert (told["occurred"], told["post"]["class"], told["status"]) == (
        "2026-01-26T09:30-05:00",
        "embassy",
        "exercise",
    )
    shown = words_of(client.get("/incidents/lobby-fire/").content.decode())
    assert "DRILL" in shown
    assert "26 January 2026, 09:30 (UTC−05:00)" in unescape(shown)
    assert "Embassy · Ecuador in Peru" in shown
    assert "DRILL" in words_of(client.get("/incidents/").content.decode())


def test_an_incident_of_which_only_the_day_is_known_is_opened_too(reader):
    reader().post("/open-incident/", NEW | {"time": "", "head": "", "status": "", "place": "", "host": ""})
    told = incident_state("lobby-fire").opened
    assert (told["occurred"], told["post"]) == ("2026-01-26", {"class": "embassy"})


ON_FILE = {name: NEW[name] for name in ("title", "reference", "day", "time")} | {"ours": "minneapolis"}


def test_an_incident_at_a_post_on_file_takes_from_there_what_is_known_of_it(reader):
    load_example_posts(NOW)
    client = reader("officer")
    User.objects.filter(role="officer").update(person="minneapolis-deputy")
    page = client.get("/open-incident/").content.decode()
    assert '<option value="minneapolis" selected>EXAMPLE Consulate of Ecuador, Minneapolis</option>' in page
    assert "<details><summary>The post, where it is not on file" in page
    assert client.post("/open-incident/", ON_FILE).status_code == 302
    told = incident_state("lobby-fire").opened
    assert (told["occurred"], told["place"], told["host_language"]) == ("2026-01-26T09:30-06:00", "Minneapolis", "en")
    assert told["post"] == {"class": "consulate", "head": "career", "status": "open"}
    assert (told["sending"], told["receiving"]) == ("EC", "US")


def test_a_post_that_is_not_on_file_is_told_of_or_asked_for(reader):
    load_example_posts(NOW)
    client = reader("officer")
    refused = client.post("/open-incident/", ON_FILE | {"ours": "", "zone": "America/Lima"})
    assert refused.status_code == 422
    shown = words_of(refused.content.decode())
    assert shown.count("Choose a post above, or say it of the one that is not on file") == 3
    assert "<details open>" in refused.content.decode()
    told = {"ours": "", "zone": "America/Lima", "post": "consulate", "sending": "EC", "receiving": "US"}
    assert client.post("/open-incident/", ON_FILE | told).status_code == 302
    assert incident_state("lobby-fire").opened["host_language"] == "en", "as our posts in that State"


def test_without_a_language_the_officer_is_told_something_all_the_same(reader):
    reader().post("/open-incident/", NEW | {"host": ""})
    assert incident_state("lobby-fire").opened["host_language"] == "en"
    told = {"post": {"class": "consulate"}, "occurred": "2026-01-27", "sending": "EC", "receiving": "US"}
    open_incident("by-an-earlier-release", "Door", **told, actor=OFFICER, now=NOW)
    for reference, language in (("lobby-fire", "es"), ("by-an-earlier-release", "en")):
        law = reader("legal", language).get(f"/incidents/{reference}/law/").content.decode()
        assert '<blockquote class="say" lang="en">' in law


def test_every_section_of_the_first_page_is_reached_from_its_top(reader, incident):
    shown = page(reader())
    menu = shown[shown.index('<nav class="picks"') : shown.index("</nav>", shown.index('<nav class="picks"'))]
    led_to = set(re.findall(r'href="#([^"]+)"', menu))
    sections = {one.split()[0] for one in re.findall(r'<section aria-labelledby="([^"]+)"', shown)}
    assert led_to >= sections
    assert all(f'id="{one}"' in shown for one in led_to)


def test_time_zones_are_offered_by_one_name_each_and_those_of_our_posts_first(reader, incident):
    load_example_posts(NOW)
    page = reader().get(HOME + "tasks/assign/").content.decode()
    offered = re.findall(r'<option value="([A-Z][A-Za-z]+[^"]*)"', page[page.index('name="zone"') :])
    assert offered[0] == "America/Chicago", "the post's own"
    assert offered.index("America/New_York") < offered.index("UTC")
    assert not {"US/Central", "America/Indianapolis", "Asia/Calcutta"} & set(offered)
    assert len(offered) == len(set(offered)) < 330


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "Write something here"),
        ({"reference": "Lobby Fire"}, "Write 3 to 40 small letters"),
        ({"reference": REF}, "is taken"),
        ({"sending": ""}, "Choose one of these"),
        ({"receiving": "EC"}, "It cannot be the sending State"),
        ({"day": "26/01/2026/"}, "Enter a valid date"),
        ({"post": "castle"}, "castle"),
        ({"title": "Fire\u0007"}, "U+0007"),
        ({"zone": ""}, "Choose whose clock that was"),
    ],
)
def test_an_incident_that_cannot_be_opened_says_why_and_loses_nothing(reader, incident, wrong, says):
    answer = reader().post("/open-incident/", NEW | wrong)
    assert answer.status_code == 422
    shown = unescape(answer.content.decode())
    assert says in shown
    assert 'value="Lima"' in shown
    assert Incident.objects.count() == 1


# ---- exhibits ----------------------------------------------------------------------------------

BYTES = CANARY.encode() * 5000


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


def test_an_exhibit_is_sealed_while_it_arrives_and_shown_without_its_secrets(reader, exhibit):
    [one] = state().exhibits.values()
    assert exhibit == f"exhibits/{one.id}/"
    assert one.body["sha256"] == sha256(BYTES).hexdigest()
    shown = words_of(page(reader("press"), exhibit))
    for said in (
        "Exhibit 1 · video",
        "C: received from a third party who is known",
        "passer-by · consent given",
        one.body["sha256"],
        one.body["sealed_sha256"],
        "description, giver, name",
        "Opened or fetched 0 times",
        "Reception (no. ",
    ):
        assert said in shown, said
    listed = words_of(page(reader("press"), "exhibits/"))
    assert one.body["sha256"][:16] in listed
    assert "opened or fetched 0 times" in listed
    assert "1 exhibit" in words_of(page(reader("press")))


def test_who_fetches_it_says_why_first_and_opens_it_with_age_and_a_key_of_headquarters(
    reader, exhibit, identities, tmp_path
):
    if not shutil.which("age"):
        pytest.skip("age is missing: apt-get install age")
    client = reader("legal")
    [one] = state().exhibits
    assert "Write something here" in refused(client, exhibit + "fetch/", reason=" ", what="sealed")
    for what, name in (("sealed", f"{one}.age"), ("key", f"{one}.key.age")):
        answer = client.post(HOME + exhibit + "fetch/", {"reason": "For the court", "what": what})
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Cache-Control"] == "private, no-store"
        (tmp_path / name).write_bytes(b"".join(answer.streaming_content))
        assert CANARY.encode() not in (tmp_path / name).read_bytes()
    (tmp_path / "identity.txt").write_text(f"{identities[0]}\n")
    shown = page(client, exhibit)
    commands = re.search(r"<code>(age .*?)</code>", shown, re.DOTALL)[1]
    subprocess.run(["sh", "-euc", commands], cwd=tmp_path, check=True)
    assert (tmp_path / "exhibit").read_bytes() == BYTES

    assert words_of(shown).count("For the court") == 2
    assert "Opened or fetched 2 times" in words_of(shown)
    assert [item.body["how"] for item in state().timeline if item.kind == "exhibit.opened"] == ["fetched", "fetched"]
    assert "Fetch it sealed" not in page(reader("reception"), exhibit)
    assert reader("reception").post(HOME + exhibit + "fetch/", {"reason": "x"}).status_code == 403


def test_an_exhibit_is_erased_for_good_unless_a_hold_stands(reader, incident, exhibit):
    client = reader("administrator")
    hold = erasure.place_hold(incident.stream, "Proceedings", actor=OFFICER, now=NOW)
    assert "Erase it for good" not in words_of(page(client, exhibit)), "nobody is offered what would be refused"
    shown = refused(client, exhibit + "erase/", reason="The giver asked for it", sure="on")
    assert "A legal hold stands (Proceedings); lift it first." in shown
    assert "The giver asked for it" in shown
    erasure.lift_hold(incident.stream, hold, "over", actor=OFFICER, now=NOW)
    assert "Write something here" in refused(client, exhibit + "erase/", reason="", sure="on")
    assert "Tick this box" in refused(client, exhibit + "erase/", reason="The giver asked for it")
    for _twice in range(2):  # Whoever asked cannot do it as well (hostile 9 and 14).
        done(client, exhibit + "erase/", reason="The giver asked for it", sure="on")
        assert "Another person erases it" in words_of(page(client, exhibit))
    done(reader("administrator"), exhibit + "erase/", reason="The giver asked for it", sure="on")
    shown = words_of(page(reader("legal"), exhibit))
    assert "Its key was destroyed" in shown
    assert "The giver asked for it" in shown
    assert "Fetch it sealed" not in shown
    assert "erased" in words_of(page(client, "exhibits/"))
    before = len(kinds())
    for address in ("fetch/", "erase/"):
        answer = reader("legal").post(HOME + exhibit + address, {"reason": "Once more"})
        assert answer.status_code == 410
        assert "Its key was destroyed" in words_of(answer.content.decode())
    assert len(kinds()) == before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"file": None}, "Choose a file."),
        ({"grade": "A"}, "Select a valid choice. A"),
        ({"consent": "perhaps"}, "perhaps"),
        ({"source": "x" * 301}, "at most 300"),
        ({"part": "9"}, "Select a valid choice. 9"),
    ],
)
def test_an_exhibit_that_is_wrongly_described_is_refused_before_its_first_byte(
    reader, incident, identities, home, wrong, says
):
    given = {"part": "1", "grade": "C", "consent": "given", "description": "the door"} | wrong
    if "file" not in wrong:
        given["file"] = SimpleUploadedFile("a.jpg", b"picture", "image/jpeg")
    given = {name: value for name, value in given.items() if value is not None}
    shown = refused(reader("reception"), "exhibits/add/", **given)
    assert says in shown
    assert "the door" in shown
    assert list((home / "objects").rglob("*.age")) == []


def test_a_forged_form_leaves_no_exhibit(incident, identities):
    client = Client(enforce_csrf_checks=True)
    client.force_login(add_user("Ana", "reception", now=NOW))
    file = SimpleUploadedFile("a.jpg", b"picture", "image/jpeg")
    answer = client.post(HOME + "exhibits/add/", {"part": "1", "grade": "C", "consent": "given", "file": file})
    assert answer.status_code == 403
    assert kinds() == ["incident.opened"]


def test_what_a_browser_claims_a_file_to_be_is_kept_only_if_it_looks_like_a_type(reader, incident, identities):
    for claimed, kept in (("image/jpeg", "image/jpeg"), ("<script>", None), ("", None)):
        file = SimpleUploadedFile("a.jpg", b"picture", claimed)
        done(reader("officer"), "exhibits/add/", part="1", grade="D", consent="not_asked", file=file)
        assert list(state().exhibits.values())[-1].body.get("media") == kept


def test_a_masked_copy_says_what_it_was_made_from(reader, incident, exhibit, tmp_path):
    [origin] = state().exhibits
    (tmp_path / "masked").write_bytes(b"masked")
    about = About("C", copy="working", derived_from=origin, derivation={"tool": "ffmpeg 7"})
    exhibits.receive_file(tmp_path / "masked", incident.stream, about, actor=OFFICER, now=NOW)
    listed = words_of(page(reader(), "exhibits/"))
    assert "working copy" in listed
    assert "derived from Exhibit 1 · video" in listed
    copy = list(state().exhibits)[-1]
    shown = words_of(page(reader(), f"exhibits/{copy}/"))
    assert "Derived from Exhibit 1 · video tool: ffmpeg 7" in shown


def test_a_recording_shows_its_gaps(reader, incident):
    with transaction.atomic():
        told = {"actor": OFFICER, "now": NOW}
        begun = {"recording": (recording := str(uuid4())), "device": "door", "media": "video/webm"}
        append(incident.stream, "recording.begun", begun, **told)
        for number in (0, 1, 4):
            body = {
                "segment": f"s{number}", "recording": recording, "number": number, "statement": "{}", "signature": "00",
                "key": "k", "sealed_bytes": 1, "sealed_sha256": "0" * 64, "grade": "A",
            }  # fmt: skip
            append(incident.stream, "segment.received", body, **told)
    shown = words_of(page(reader(), "exhibits/"))
    assert "video/webm · device door · 3 segments arrived · not ended · gaps: 2-3" in shown
    assert "1 recording" in words_of(page(reader()))


# ---- the timeline and proofs -------------------------------------------------------------------


def test_a_new_entry_is_recorded_then_checkpointed_and_the_page_says_which(reader, incident):
    client = reader()
    assert "1 entry recorded, not yet checkpointed." in words_of(page(client))
    assert "recorded, not yet checkpointed" in words_of(page(client, "entries/0/"))
    assert client.get(HOME + "entries/0/entry.json").content == bytes(Entry.objects.get(kind="incident.opened").line)
    assert client.get(HOME + "entries/0/entry.tlog-proof").status_code == 404

    sequencer.checkpoint(NOW)
    assign(REF, "Write", "legal", actor=OFFICER, now=NOW)
    shown = words_of(page(client, "timeline/"))
    assert "Verified up to entry 0 · checkpoint of 27 January 2026, 17:00:00 UTC" in shown
    assert "stamped by nobody yet · cosigned by nobody yet · 1 entry recorded, not yet checkpointed" in shown
    assert "0 · Incident opened" in shown
    assert "Happened, as claimed 27 January 2026, 11:00 (UTC−06:00)" in shown
    assert "open: no clock outside bounds it yet" in shown


def test_a_long_timeline_is_read_in_pages_of_a_hundred(reader, incident):
    for number in range(120):
        erasure.place_hold(incident.stream, f"hold {number}", actor=OFFICER, now=NOW)
    client = reader()
    first, second = (page(client, f"timeline/?page={number}") for number in (1, 2))
    assert first.count('class="told"') == 100
    assert second.count('class="told"') == 21
    assert "Page 2 of 2" in words_of(second)
    assert page(client, "timeline/?page=x").count('class="told"') == 100
    assert "120 · Legal hold placed" in words_of(second)


@pytest.mark.parametrize(("seq", "count"), [(1, 1), (0, 1), (2, 2), (0, 6), (3, 6), (6, 6), (4, 7)])
def test_an_entry_is_checked_by_hand_with_the_four_lines_of_its_page(reader, incident, tmp_path, seq, count):
    for number in range(count):
        assign(REF, f"Task {number}", "legal", actor=OFFICER, now=NOW)
    made = sequencer.checkpoint(NOW)
    # A later checkpoint changes neither the page that somebody is reading nor the files that it links to.
    client = reader("auditor")
    shown = page(client, f"entries/{seq}/")
    assign(REF, "Later", "legal", actor=OFFICER, now=NOW)
    sequencer.checkpoint(NOW)
    for address in re.findall(r'href="([^"]+)" download', shown):
        name = address.rpartition("/")[2].partition("?")[0]
        (tmp_path / name).write_bytes(client.get(address).content)
    lines = re.findall(r'<pre class="wrapped"><code>(.*?)</code>', shown, re.DOTALL)[-4:]
    ran = subprocess.run(["sh", "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True)
    leaf, climbed, root, signed = ran.stdout.splitlines()
    assert leaf == leaf_hash((tmp_path / "entry.json").read_bytes()).hex()
    assert leaf in shown
    assert climbed == root == bytes(made.root).hex()
    assert signed == "Signature Verified Successfully"
    assert root in shown

    proof = parse_proof_file((tmp_path / "entry.tlog-proof").read_bytes())
    verify_inclusion(bytes.fromhex(leaf), proof.index, made.size, proof.hashes, bytes(made.root))
    assert str(proof.note) == (tmp_path / "checkpoint").read_text()

    (tmp_path / "entry.json").write_bytes((tmp_path / "entry.json").read_bytes().replace(b"user-7", b"user-8"))
    ran = subprocess.run(["sh", "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout.splitlines()[1] != root


@pytest.mark.parametrize(
    "address",
    ["entries/1/", f"entries/{10**30}/", "entries/-1/", "entries/0/secret_key", "entries/0/checkpoint?size=7",
     "entries/0/checkpoint?size=x", f"entries/0/checkpoint?size={'9' * 16}", "entries/1/entry.json",
     "exhibits/00000000-0000-0000-0000-000000000000/"],
)  # fmt: skip
def test_an_entry_or_a_file_that_is_none_is_not_found(reader, incident, address):
    sequencer.checkpoint(NOW)
    assert reader().get(HOME + address).status_code == 404


def test_an_exhibit_of_another_incident_is_not_found_here(reader, exhibit, tell):
    tell("another-one")
    client = reader("legal")
    for end in ("", "fetch/", "erase/"):
        address = f"/incidents/another-one/{exhibit}{end}"
        answer = client.post(address, {"reason": "x"}) if end else client.get(address)
        assert answer.status_code == 404


def test_a_record_that_was_altered_is_said_instead_of_verified(incident):
    for number in range(3):
        assign(REF, f"Task {number}", "legal", actor=OFFICER, now=NOW)
    sequencer.checkpoint(NOW)
    entries = entries_of(incident.stream)
    assert standing(entries).upto == 3

    altered = Recorded(entries[1].number, entries[1].leaf, entries[1].line.replace(b"Task", b"Tusk"), entries[1].entry)
    assert first_break(entries) is None
    assert first_break([entries[0], altered, *entries[2:]]) == 1
    assert first_break([entries[0], *entries[2:]]) == 1
    assert first_break(entries[2:], entries[:2]) is None
    assert first_break(entries[3:], entries[:2]) == 2
    assert standing(entries, 1).fault == "Entry 1 does not follow the one before it."
    relinked = Recorded(entries[3].number, leaf_hash(b"x"), b"x", entries[3].entry)
    assert standing([*entries[:3], relinked]).fault == "Entry 3 is not where its checkpoint says."
    foreign = Recorded(entries[3].number, entries[2].leaf, entries[2].line, entries[3].entry)
    assert standing([*entries[:3], foreign]).fault == "Entry 3 is not where its checkpoint says."


def test_a_record_that_does_not_hold_is_said_on_its_pages(reader, incident, monkeypatch):
    sequencer.checkpoint(NOW)
    monkeypatch.setattr("inviolable.incidents.proof.tree.leaf_hash", lambda line: b"")
    for address in ("", "timeline/"):
        shown = words_of(page(reader(), address))
        assert "This record does not hold. Entry 0 does not follow the one before it." in shown
        assert "Verified up to" not in shown


def test_a_checkpoint_that_another_key_signed_verifies_nothing(incident):
    sequencer.checkpoint(NOW)
    forged = Checkpoint.objects.get()
    forged.pk, forged.note = forged.size + 1, forged.note.replace("— ", "— x")
    forged.save(force_insert=True)
    assert standing(entries_of(incident.stream)).fault == "Entry 0 is not where its checkpoint says."


@pytest.mark.parametrize(
    ("after", "before", "says"),
    [
        (True, True, "after 27 January 2026, 17:00:01 UTC by one, before 27 January 2026, 17:00:07 UTC by two"),
        (True, False, "after 27 January 2026, 17:00:01 UTC by one; its end is open"),
        (False, True, "before 27 January 2026, 17:00:07 UTC by two; its beginning is open"),
        (False, False, "open: no clock outside bounds it yet"),
    ],
)
def test_an_interval_is_said_with_whose_clocks_bound_it(after, before, says):
    one = Bound(NOW + timedelta(seconds=1), "one") if after else None
    two = Bound(NOW + timedelta(seconds=7), "two") if before else None
    assert interval_words(Interval(one, two)).replace("\N{NO-BREAK SPACE}", " ") == says


@pytest.mark.parametrize(
    ("happened", "says"),
    [
        (Happened.at(NOW, "America/Chicago"), "27 January 2026, 11:00 (UTC−06:00), 17:00 UTC"),
        (Happened.at(NOW), "27 January 2026, 17:00 UTC"),
        (Happened(NOW, NOW + timedelta(hours=1)), "27 January 2026, 17:00–18:00 UTC"),
        (Happened(NOW, NOW + timedelta(days=1)), "27 January 2026, 17:00 to 28 January 2026, 17:00 UTC"),
        (Happened.at(NOW, said="2026-01-27T11:00-06:00"), "27 January 2026, 11:00 (UTC−06:00), 17:00 UTC"),
        (Happened.at(NOW, said="2026-01-27/2026-01-28"), "27 January 2026 to 28 January 2026"),
        (
            Happened.at(NOW + timedelta(hours=9), "America/Chicago"),
            "27 January 2026, 20:00 (UTC−06:00), 28 January 2026, 02:00 UTC",
        ),
        (Happened.at(NOW, "America/Chicago", "at eleven"), "27 January 2026, 11:00 (UTC−06:00), 17:00 UTC"),
    ],
)
def test_when_something_happened_is_said_on_the_clock_it_was_told_in(happened, says):
    assert happened_words(happened).replace("\N{NO-BREAK SPACE}", " ") == says


# ---- people, languages, secrets ----------------------------------------------------------------


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
