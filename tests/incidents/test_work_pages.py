"""Opening an incident, its notes, tasks and closing, as people do it on its pages."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER, leave_behind
from tests.incidents.pages import CANARY, GOOD, HOME, REF, done, kinds, page, plainly, refused, state

from inviolable.incidents.actions import open_incident
from inviolable.incidents.facts import confirm
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.ledger.models import Entry
from inviolable.posts.example import load_example_posts
from inviolable.posts.models import User

pytestmark = pytest.mark.django_db


# ---- opening ----------------------------------------------------------------------------------------


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
    said = "Choose a post above, or say it of the one that is not on file"
    assert shown.count(said) == 6, "at the top of the form, and at each of its three fields"
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


# ---- notes, tasks, closing --------------------------------------------------------------------------


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
