"""The pages of alarms, as people in several roles use them; and the link, which needs no sign-in."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.alarm.conftest import NOW
from tests.counsel.conftest import words_of

from inviolable.alarm.links import link_to
from inviolable.alarm.models import Alarm, Reply
from inviolable.ledger.models import Entry
from inviolable.posts.actions import EXAMPLE_PEOPLE, add_user
from inviolable.posts.roles import Role

pytestmark = pytest.mark.django_db


def somebody(role, language="en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(add_user(f"{role}", role, now=NOW, person=EXAMPLE_PEOPLE.get(role, "")))
    return client


def words(answer) -> str:
    return words_of(answer.content.decode())


def raised(client, **more) -> str:
    form = client.get("/alarms/raise/").content.decode()
    name = re.search('name="name" value="([0-9a-f-]{36})"', form)[1]
    told = {"name": name, "post": "minneapolis", "danger": "attempted_entry"} | more
    answer = client.post("/alarms/raise/", told)
    assert answer.status_code == 302, words(answer)
    assert client.post("/alarms/raise/", told).headers["Location"] == answer.headers["Location"], "sent twice"
    return answer.headers["Location"]


def test_from_the_desk_to_the_duty_officer_and_back(phones):
    """RESPONSE.md A.4 rows 1 and 5: one press raises it, and whoever raised it sees who has it.

    Scenario 2: the post sees "received", then "seen by … at …".
    """
    desk, duty = somebody("reception"), somebody("duty_officer")
    page = raised(desk)
    said = words(desk.get(page))
    assert "Received. Nobody has answered yet." in said
    assert "You raised this alarm: somebody else must answer it." in said
    assert "I have it" not in said
    assert "NOBODY HAS ANSWERED YET" in words(duty.get("/alarms/"))
    said = words(duty.get(page))
    assert "the duty officer · telephone call" in said
    assert "Your answer, as Duty officer" in said
    assert duty.post(f"{page}reply/", {"answer": "has"}).status_code == 302
    assert "Seen by Duty officer (the duty officer) at" in words(desk.get(page))
    assert "somebody has it" in words(desk.get("/alarms/"))


def test_whoever_raised_it_cannot_answer_it_by_any_page(phones):
    duty = somebody("duty_officer")
    page = raised(duty)
    answer = duty.post(f"{page}reply/", {"answer": "has"})
    assert answer.status_code == 400
    assert "Whoever raised an alarm cannot answer it" in words(answer)
    assert not Reply.objects.exists()


@pytest.mark.parametrize(("why", "shown"), [("ill", "ill"), (" ", "no reason given")])
def test_saying_that_one_cannot_is_said_with_the_reason_and_never_held_up_for_want_of_one(phones, why, shown):
    """RESPONSE.md A.4 row 22."""
    desk, duty = somebody("reception"), somebody("duty_officer")
    page = raised(desk)
    assert duty.post(f"{page}reply/", {"answer": "cannot", "why": why}).status_code == 302
    assert f"(the duty officer): cannot: {shown}" in words(desk.get(page)).replace(" :", ":")


def test_a_drill_says_so_and_becomes_real(phones):
    desk = somebody("reception")
    page = raised(desk, drill="on")
    assert "DRILL" in words(desk.get(page))
    answer = desk.post(f"{page}make-real/")
    real = answer.headers["Location"]
    assert real != page
    assert "DRILL" not in words(desk.get(real))
    assert "Stood down" in words(desk.get(page))
    assert desk.post(f"{real}make-real/").status_code == 400


def test_standing_down_needs_a_reason_and_somebody_in_charge(phones):
    desk, duty = somebody("reception"), somebody("duty_officer")
    page = raised(desk)
    assert desk.post(f"{page}end/", {"why": "over"}).status_code == 403
    assert duty.post(f"{page}end/", {"why": ""}).status_code == 400
    assert duty.post(f"{page}end/", {"why": "false alarm"}).status_code == 302
    assert "No alarm is open." in words(desk.get("/alarms/"))
    said = words(desk.get(page))
    assert "Duty officer ended before it was answered" in said
    assert "not needed before it ended" in said
    assert "is called in" not in said
    assert duty.post(f"{page}end/", {"why": "again"}).status_code == 400


def test_a_link_is_fetched_by_scanners_without_harm_and_answers_once_pressed(phones):
    """RESPONSE.md A.4 row 19. Three prefetches of the link change nothing; a button does."""
    alarm = raised(somebody("reception")).split("/")[2]
    link = link_to(alarm, "duty_officer", "quito-duty-1").removeprefix("http://localhost:8000")
    before, anyone = Entry.objects.count(), Client(headers={"Accept-Language": "es"})
    for method in (anyone.get, anyone.head, anyone.get):
        assert method(link).status_code == 200
    assert Entry.objects.count() == before
    assert "Se le pregunta como: Oficial de guardia" in words(anyone.get(link))
    assert anyone.post(link, {"answer": "has"}).status_code == 302
    assert [(one.person, one.role) for one in Reply.objects.all()] == [("quito-duty-1", "duty_officer")]
    assert "dijo que se hace cargo" in words(anyone.get(link))


@pytest.mark.parametrize("spoilt", ["x", "WyJhIl0:1:2", "{token}x", "{token[0]}"])
def test_a_link_that_is_not_ours_opens_nothing(phones, spoilt):
    token = link_to("a", "b", "c").rpartition("/a/")[2].strip("/")
    answer = Client(headers={"Accept-Language": "en"}).get(f"/a/{spoilt.format(token=token)}/")
    assert answer.status_code == 404
    assert "This link is not one of ours" in words(answer)


def test_a_link_of_an_alarm_that_is_over_says_so(phones):
    desk, duty = somebody("reception"), somebody("duty_officer")
    page = raised(desk)
    duty.post(f"{page}end/", {"why": "over"})
    link = link_to(page.split("/")[2], "head", "minneapolis-head").removeprefix("http://localhost:8000")
    assert "nothing is to be answered" in words(Client(headers={"Accept-Language": "en"}).get(link))
    assert Client(headers={"Accept-Language": "en"}).post(link, {"answer": "has"}).status_code == 400


def test_an_imagined_night_calls_nobody_and_shows_where_it_fails(phones):
    """RESPONSE.md A.4 row 14."""
    duty = somebody("duty_officer")
    asked = {"post": "minneapolis", "danger": "entry", "at": "2026-01-27T03:00", "answers": "nobody"}
    said = words(duty.get("/alarms/simulate/", asked))
    assert "0:01:00 Duty officer duty · calling the second duty officer: telephone call, text message, e-mail" in said
    assert "Nobody answers these" in said
    assert "Only one person holds this role then" in said
    said = words(duty.get("/alarms/simulate/", asked | {"answers": "all"}))
    assert "Nobody answers these" not in said
    assert not Alarm.objects.exists()


def test_no_post_is_alarmed_by_mistake(phones):
    """One's own post stands there; whoever has none must choose."""
    chosen = re.compile(r'<option value="([^"]*)" selected')
    assert chosen.findall(somebody("reception").get("/alarms/raise/").content.decode()) == ["minneapolis"]
    nobody = somebody("administrator")
    assert chosen.findall(nobody.get("/alarms/raise/").content.decode()) in ([], [""])
    told = {"name": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "post": "", "danger": "fire"}
    assert nobody.post("/alarms/raise/", told).status_code == 400
    assert not Alarm.objects.exists()


def test_bad_input_is_refused_in_words(phones):
    desk = somebody("reception")
    answer = desk.post("/alarms/raise/", {"name": "x", "post": "atlantis", "danger": "boredom"})
    assert answer.status_code == 400
    assert not Alarm.objects.exists()
    assert desk.get("/alarms/nothing-like-that/").status_code == 404
    assert desk.post("/alarms/nothing-like-that/reply/").status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DEVICE])
def test_who_may_not_raise_one_is_told_so(phones, role):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(add_user("x", role, now=datetime.now(UTC)))
    assert client.post("/alarms/raise/", {}).status_code == 403


def test_an_alarm_that_is_open_is_the_first_thing_on_the_first_page(phones):
    desk, duty = somebody("reception"), somebody("duty_officer")
    assert "alarm is open" not in words(duty.get("/"))
    raised(desk)
    assert "1 alarm is open" in words(duty.get("/"))


def test_an_alarm_at_the_ministry_has_an_incident_that_asks_for_no_rule_of_entry(night):
    night.raise_at(post="ministry", danger="threat")
    duty = somebody("duty_officer")
    said = words(duty.get("/incidents/"))
    assert "It is at our own ministry" in said
    assert "toml" not in said
    assert "It is at our own ministry" in words(
        duty.get(re.search("/incidents/ministry[^/]+/", duty.get("/incidents/").content.decode())[0])
    )


def test_a_drill_that_is_to_be_started_says_so_at_its_button(phones):
    said = words(somebody("officer").get("/alarms/raise/?post=chicago&danger=fire&drill=on"))
    assert "Start the drill" in said
    assert "Raise the alarm" not in said
