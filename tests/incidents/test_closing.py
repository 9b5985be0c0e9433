"""The end of an incident: everything done or owned, the dossier handed out, lessons written; and what is learnt."""

from datetime import timedelta
from html import unescape
from io import BytesIO

import docx
import pytest
from pypdf import PdfReader
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER, leave_behind

from inviolable.incidents import actions, facts
from inviolable.incidents.aftermath import span_words
from inviolable.incidents.lookup import find_incident, incident_state
from inviolable.incidents.models import Obligation
from inviolable.ledger.moments import Happened
from inviolable.posts.actions import Refused

REF = "minneapolis"
WHO = {"actor": OFFICER, "now": NOW}
LATER = {"actor": OFFICER, "now": NOW + timedelta(hours=30)}

pytestmark = pytest.mark.django_db


def test_what_is_owned_stays_open_when_the_incident_closes_and_is_done_afterwards(incident):
    task = actions.assign(REF, "Get the original recording", "officer", **WHO)
    leave_behind(REF)
    with pytest.raises(Refused, match="Get the original recording"):
        actions.close(REF, "Over", **WHO)
    actions.own(REF, f"task/{task}", "legal", "minister_office", why="the officer moves on", **WHO)
    actions.close(REF, "Over", **WHO)
    state = incident_state(REF)
    assert state.timeline[-1].body["open"] == [f"task/{task}"]
    assert (state.obligations[f"task/{task}"].to, state.obligations[f"task/{task}"].superior) == (
        "legal",
        "minister_office",
    )
    assert Obligation.objects.get().closed_by is None, "it ages on"
    actions.done(REF, task, result="It came", **LATER)
    assert find_incident(REF).closed
    assert Obligation.objects.get().closed_by


def test_nobody_sees_to_their_own_work_and_nothing_unknown_is_handed_over(incident):
    task = actions.assign(REF, "Write", "officer", **WHO)
    with pytest.raises(Refused, match="name another role"):
        actions.own(REF, f"task/{task}", "legal", "legal", **WHO)
    with pytest.raises(Refused, match="is not open"):
        actions.own(REF, "task/9", "legal", "minister_office", **WHO)


def test_a_real_incident_needs_lessons_and_its_dossier_again_after_each_reopening(incident):
    with pytest.raises(Refused, match=r"dossier\.exported, lesson\.written"):
        actions.close(REF, "Over", **WHO)
    leave_behind(REF)
    actions.close(REF, "Over", **WHO)
    actions.reopen(REF, "A second letter came", **WHO)
    with pytest.raises(Refused, match=r"lesson\.written"):
        actions.close(REF, "Over again", **WHO)
    leave_behind(REF)
    actions.close(REF, "Over again", **WHO)


def test_a_drill_closes_without_either(incident):
    post = {"class": "consulate", "head": "career", "status": "open"}
    told = {"sending": "EC", "receiving": "US", "occurred": "2026-01-27", "status": "exercise"}
    actions.open_incident("a-drill", "Practice", post=post, **told, **WHO)
    actions.close("a-drill", "Over", **WHO)


@pytest.fixture
def over(incident):
    """A day and a half: something believed and withdrawn, something late, something learnt, closed and opened again."""
    task = actions.assign(REF, "Call the embassy", "duty_officer", due=NOW + timedelta(hours=1), **WHO)
    facts.confirm(REF, "entered", "yes", **WHO)
    facts.withdraw(REF, "entered", "yes", "the video shows the door", **LATER)
    actions.done(REF, task, result="They know", **LATER)
    actions.write_lesson(REF, "Show the sentence first", **LATER)
    leave_behind(REF, LATER["now"])
    actions.close(REF, "Over", **LATER)
    actions.reopen(REF, "A second letter came", **LATER)


def test_the_report_reads_the_timeline_by_itself_in_both_languages(reader, over):
    client = reader("minister_office")
    text = words_of(unescape(client.get(f"/incidents/{REF}/after/").content.decode()))
    assert "Fact confirmed: after 0 s" in text
    assert "Incident closed: after 1 d 6 h" in text
    assert "withdrawn Did they cross the line? yes, a person is or was inside the video shows the door" in text
    assert "done 1 d 5 h late Call the embassy" in text
    assert "Show the sentence first" in text
    assert "A second letter came" in text.split("Opened again")[1]
    assert "Consular officer (no. 7)" in text, "a number that names nobody"

    spanish = client.get(f"/incidents/{REF}/after.pdf?lang=es")
    assert "Con qué rapidez" in PdfReader(BytesIO(spanish.content)).pages[0].extract_text()
    document = docx.Document(BytesIO(client.get(f"/incidents/{REF}/after.docx?lang=en").content))
    assert any("Call the embassy" in one.text for one in document.paragraphs)
    assert client.get(f"/incidents/{REF}/after.txt").status_code == 404


def test_what_was_done_in_time_and_recorded_later_is_not_told_as_late(reader, incident):
    task = actions.assign(REF, "Call the embassy", "duty_officer", due=NOW + timedelta(hours=1), **WHO)
    told = Happened(NOW + timedelta(minutes=30), NOW + timedelta(minutes=30), "UTC", "17:30")
    actions.done(REF, task, result="They know", happened=told, **LATER)
    text = words_of(reader("minister_office").get(f"/incidents/{REF}/after/").content.decode())
    assert "done in time, as told; recorded 1 d 5 h late Call the embassy" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (90_061, "1 d 1 h"), (-5, "5 s")],
)
def test_how_long_is_said_in_the_two_largest_units(seconds, words):
    assert span_words(seconds) == words
