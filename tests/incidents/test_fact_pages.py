"""What somebody said, as people claim, confirm and withdraw it on the pages of an incident."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER
from tests.incidents.pages import GOOD, HOME, REF, done, page, refused, state

from inviolable.incidents.actions import add_part
from inviolable.incidents.facts import claim

pytestmark = pytest.mark.django_db


def test_what_somebody_said_is_claimed_confirmed_contested_and_withdrawn(reader, incident):
    client = reader("duty_officer")
    answer = client.get(HOME + "facts/claim/", {"key": "actor", "other": ""})
    assert answer.headers["Location"] == f"{HOME}facts/claim/?part=&key=actor"
    assert "Who wants to come in?" in page(client, "facts/claim/?key=actor")

    told = {"part": "1", "key": "actor", "polarity": "affirms", "raw": "ICE! Open the door!", "source": "Video"}
    done(client, "facts/claim/", value="officer", voice="Staff", at="2026-01-27T10:59", zone="America/Chicago", **told)
    shown = words_of(page(client, "facts/"))
    assert "Claimed, not confirmed" in shown
    assert "authority of this country claimed Staff Staff: Video ICE! Open the door! · 27 January" in shown, "folded"
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
    assert "1 fact that the law does not ask Agency ICE claimed denied by DHS" in shown
    done(client, "facts/confirm/", part="1", key="agency", value="ICE", why="Seen on the jacket")
    assert "agency" not in page(client, "law/")


def test_what_somebody_tells_of_their_words_is_no_quotation(reader, incident):
    client = reader("duty_officer")
    told = {"part": "1", "key": "entered", "value": "no", "polarity": "affirms", "voice": "ICE spokesperson"}
    done(client, "facts/claim/", raw="they did not come in", own_words="on", **told)
    [one] = state().claims.values()
    assert (one.raw, one.note, one.indirect) == ("", "they did not come in", True)
    shown = page(client, "facts/")
    assert "they did not come in" in shown
    assert "<q>they did not come in</q>" not in shown
    done(client, "facts/claim/", raw="We did not come in", **told)
    assert "<q>We did not come in</q>" in page(client, "facts/")


def test_who_says_so_is_folded_under_each_value_and_what_the_law_does_not_ask_comes_last(reader, incident):
    client = reader("duty_officer")
    said = {"part": "1", "key": "actor", "value": "officer"}
    done(client, "facts/claim/", polarity="affirms", voice="Staff", source="Video", raw="Open the door!", **said)
    done(client, "facts/claim/", polarity="denies", voice="DHS", raw="Nobody was there", **said)
    for number in range(8):
        told = {"part": "1", "key": f"seen.{number}", "value": "a van", "polarity": "affirms", "voice": "A neighbour"}
        leads_to = done(client, "facts/claim/", **told)
    shown = page(client, "facts/")
    folded = r"<details><summary>(affirmed by Staff.*?)</summary>(.*?)</details>(.*?)</li>"
    [under] = re.findall(folded, shown, re.DOTALL)
    assert re.sub("<[^>]*>", "", under[0]) == "affirmed by Staff; denied by DHS"
    assert "Open the door!" in under[1]
    assert "Confirm" in under[2], "what is to be done is never folded"
    asked, beside = shown.split('<details class="part" id="beside">')
    assert "Who wants to come in?" in asked
    assert beside.count("a van") >= 8
    assert "8 facts that the law does not ask" in beside
    assert "not asked by the law" not in beside, "it is said once"
    assert 'href="#claimed">Claimed, not confirmed (9)' not in shown, "where nothing else is, nothing leads to it"
    assert 'id="beside" open>' in unescape(client.get(leads_to).content.decode()), "what was just recorded is in sight"


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
