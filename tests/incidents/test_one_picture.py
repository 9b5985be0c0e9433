"""The first page of an incident (scenario 15): known, contested, unknown, who was told, and what others change."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents.actions import assign
from inviolable.incidents.facts import claim, confirm
from inviolable.ledger import sequencer

REF = "minneapolis"
HOME = f"/incidents/{REF}/"
WHO = {"actor": OFFICER, "now": NOW}

pytestmark = pytest.mark.django_db


def page(client) -> str:
    answer = client.get(HOME)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_what_is_over_leads_with_what_happened_and_what_goes_on_with_the_door(reader, incident):
    confirm(REF, "entered", "no", **WHO)
    duty = reader("duty_officer")
    over = page(duty)
    assert over.index('id="happened"') < over.index('id="to-do"') < over.index('id="door"')
    assert "The line was not crossed" in words_of(over)
    confirm(REF, "continuing", "yes", **WHO)
    now = page(duty)
    assert 'id="happened"' not in now
    assert now.index('id="door"') < now.index('id="to-do"')


def test_facts_recorded_at_one_moment_have_no_column_that_says_it_again(reader, incident):
    confirm(REF, "entered", "no", **WHO)
    confirm(REF, "attempted", "yes", **WHO)
    duty = reader("duty_officer")
    assert 'scope="col">Entry</th>' in page(duty)
    confirm(REF, "work_stopped", "yes", actor=OFFICER, now=NOW + timedelta(hours=1))
    assert 'scope="col">Recorded</th>' in page(duty)


def test_each_fact_has_its_source_and_both_clocks_and_contradictions_stand_side_by_side(reader, incident):
    for value, voice in (("one", "the ministry"), ("several", "press")):
        said = claim(REF, "officers", value, voice=voice, **WHO)
        confirm(REF, "officers", value, claims=[said], **WHO)
    desk = claim(REF, "actor", "officer", voice="reception", source="report by telephone", **WHO)
    confirm(REF, "actor", "officer", claims=[desk], **WHO)
    claim(REF, "entered", "yes", voice="press", **WHO)
    text = words_of(page(reader("duty_officer")))
    contested, known = text.split("Contested")[1].split(" Known ", 1)
    assert "the ministry" in contested
    assert "press" in contested
    assert "Who wants to come in?" in known
    assert "reception: report by telephone" in known
    assert known.count("17:00 UTC") > 1, "when it was recorded"
    assert "27 January 2026, 11:00 (UTC−06:00), 17:00 UTC" in known, "when it became known"
    assert "1 fact is claimed and waits for a person to confirm it" in known
    unknown = known.split("Unknown, and who could answer")[1]
    assert "Did they cross the line?" in unknown
    assert "whoever of the staff was at the door" in unknown
    assert "What would change this" in unknown


def test_what_one_person_entered_and_confirmed_says_so_until_another_confirms_it_too(reader, incident):
    mark = "entered and confirmed by one person"
    desk = claim(REF, "actor", "officer", voice="reception", **WHO)
    confirm(REF, "actor", "officer", claims=[desk], **WHO)
    client = reader("duty_officer")
    assert mark in page(client)
    brief = PdfReader(BytesIO(client.get(f"{HOME}brief.pdf?lang=en").content)).pages[0].extract_text()
    assert mark in " ".join(brief.split())
    confirm(REF, "actor", "officer", claims=[desk], actor={"role": "duty_officer", "id": "user-8"}, now=NOW)
    assert mark not in page(client)
    said = claim(REF, "entered", "no", voice="the consul", actor={"role": "officer", "id": "user-9"}, now=NOW)
    confirm(REF, "entered", "no", claims=[said], **WHO)
    assert mark not in page(client), "one entered it, another confirmed"


def test_who_looks_again_is_told_at_once_whether_somebody_else_changed_it(reader, incident):
    mine, other = reader("duty_officer"), reader("legal")
    version = page(mine).split('data-version="')[1].split('"')[0]
    when = {"HTTP_X_LIVE": version}
    same = mine.get(HOME, **when)
    assert (same.status_code, same.content) == (204, b"") or version.split("-")[2] not in same.content.decode()
    assign(REF, "Call the embassy", "officer", **WHO)
    changed = other.get(HOME, **when)
    assert changed.status_code == 200
    assert "Call the embassy" in changed.content.decode()


def test_a_new_checkpoint_is_a_change_too(reader, incident, monkeypatch):
    from inviolable.incidents.made import version_of

    before = version_of(REF, NOW)
    sequencer.checkpoint(NOW)
    assert version_of(REF, NOW) != before
    assert version_of("another", NOW) != before


def test_what_somebody_said_is_recorded_straight_from_the_first_page(reader, incident):
    """The page before has chosen no part where there is only one."""
    client = reader("officer")
    page = client.get("/incidents/minneapolis/facts/claim/?part=&key=entered").content.decode()
    [part] = re.findall(r'name="part" value="([^"]*)"', page)
    answer = client.post(
        "/incidents/minneapolis/facts/claim/", {"part": part, "key": "entered", "value": "no", "polarity": "affirms"}
    )
    assert answer.status_code == 302


def test_long_groups_are_folded_and_rows_are_cards_where_room_is_short(reader, tell):
    """Eight facts at once, what matters most first; each cell says of which column it is, and a table stays one."""
    tell()
    shown = reader("duty_officer").get("/incidents/minneapolis-2026/").content.decode()
    known = shown.partition('id="known-1"')[2].partition("</section>")[0]
    first, folded = known.split('<details id="more-1">')
    assert first.count('role="rowheader"') == 8
    assert folded.count('role="rowheader"') > 8
    assert "Did they cross the line?" in first
    assert first.count("data-label=") == first.count('role="cell"') == 4 * 8
    assert 'role="table"' in first
    assert shown.index('class="fold"') < shown.index("<main")
    assert 'href="#part"' in shown
    assert 'id="part" tabindex="-1"' in shown
