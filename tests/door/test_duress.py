"""Whoever is made to say yes is not given away by the ministry: what is read there about it, and what is not joined to
it (hostile case 4)."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from tests.door.test_consent import choose, give, signed_in
from tests.questions import questions
from tests.web.test_access import every_address

from inviolable.alarm import straight
from inviolable.alarm.models import Alarm
from inviolable.alarm.straight import Straight, prepare
from inviolable.incidents.lookup import is_shown
from inviolable.incidents.models import Incident, Obligation
from inviolable.ledger.models import Entry
from inviolable.outbox.models import Message
from inviolable.posts.actions import add_user
from inviolable.posts.roles import MAY, Role
from inviolable.web.access import WHO_MAY

pytestmark = pytest.mark.django_db
FORCED = "117411741174"


@pytest.fixture
def forced(night) -> Alarm:
    """The head of post was made to consent."""
    choose()
    give(code=FORCED)
    return Alarm.objects.get()


def read(client, page: str, language: str) -> str:
    return client.get(page, headers={"Accept-Language": language}).content.decode()


@pytest.mark.parametrize(
    ("language", "named", "never"),
    [
        ("en", ("UNDER DURESS", "Call nobody at the post"), "Call the post"),
        ("es", ("BAJO COACCIÓN", "No llame a nadie de la oficina consular"), "Llame a la oficina consular"),
    ],
)
def test_the_duty_officer_reads_at_once_that_it_is_duress_and_that_nobody_may_call_the_post(
    night, tablet, client, forced, language, named, never
):
    night.raise_at("chicago")
    duty = signed_in(client, "duty_officer", "quito-duty-1")
    listed, page = read(duty, "/alarms/", language), read(duty, f"/alarms/{forced.id}/", language)
    siren = read(duty, "/alarms/siren/", language)
    assert named[0] in page.partition("</h1>")[0]
    assert named[1] in page
    assert never not in page
    assert "tel:" not in page, "not even a number to touch"
    for each in (listed, siren):
        assert named[0] in each
        assert each.index(named[0]) < each.index("Chicago"), "it stands first"
    assert named[1] in read(duty, f"/alarms/{forced.id}/cap.xml", language)


def test_its_steps_and_tasks_name_nobody_at_the_post(night, tablet, client, forced):
    night.wait(60)
    assert not {step.at for step in forced.plan()} & {"post"}
    assert not forced.escalations.filter(step="broadcast").exists(), "whoever was never to be called is not missed"
    tasks = Obligation.objects.filter(incident__stream=forced.stream)
    assert len(tasks) == 2, "the alarm itself, and the review of the consent"
    duty = signed_in(client, "duty_officer", "quito-duty-1")
    incident = Incident.objects.get(stream=forced.stream)
    page = read(duty, f"/incidents/{incident.reference}/", "es")
    assert "BAJO COACCIÓN" in page.partition("</h1>")[0]
    assert "Revise el consentimiento" in page
    assert "informe del día" not in page


def test_a_silent_press_while_a_duress_alarm_stands_open_raises_an_alarm_of_its_own(night, tablet, forced):
    """The post cannot see the other one, and whoever pressed is asked about by telephone as for any alarm."""
    tablet.enrolled()
    assert tablet.say(tablet.press("threat")).status_code == 200
    own = Alarm.objects.exclude(way="duress").get()
    assert own.stream != forced.stream
    assert [one["danger"] for one in tablet.say(tablet.line("beat")).json()["alarms"]] == ["threat"]
    called = {one.person for one in Message.objects.filter(id__startswith=f"{own.id}/")}
    assert any(one.startswith("minneapolis-") for one in called)
    night.clock.forward(minutes=1)
    give(code=FORCED, zone="work", now=night.clock.now)
    assert Alarm.objects.filter(way="duress").count() == 2, "and what is forced again joins neither"


def test_where_nothing_can_be_recorded_nobody_at_the_post_is_called_either(night, tablet, client, monkeypatch):
    home = Path(settings.HOME)
    prepare(home, night.clock.now)
    choose()
    with monkeypatch.context() as away:
        away.setattr(straight, "raise_alarm", lambda *_, **__: 1 / 0)
        away.setattr(straight, "CHANNELS", {way: night.phones.channel(way) for way in ("voice", "sms", "mail", "push")})
        tablet.enrolled()
        tablet.say(tablet.press("threat"))
        give(code=FORCED)
        Straight(home).call_and_record(night.clock.now)
    everybody = night.phones.everybody()
    hushed = [text for _, _, _, text in night.phones.got if "DURESS" in text.body or "COACCIÓN" in text.body]
    assert hushed
    own = {text.id.split("/")[-2] for text in hushed}
    assert not {one for one in own if one.startswith("minneapolis-")}
    assert any(one.startswith("minneapolis-") for one in everybody), "of the silent press they are called"
    assert not any("+1 612" in text.body for text in hushed)
    Straight(home).call_and_record(night.clock.now)
    assert len({one.stream for one in Alarm.objects.all()}) == 2, "recorded later, apart as ever"


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_threat_that_was_pressed_in_secret_is_not_called_back_on_an_open_line(night, tablet, client, language):
    tablet.enrolled()
    tablet.say(tablet.press("threat"))
    alarm = Alarm.objects.get()
    page = read(signed_in(client, "duty_officer", "quito-duty-1"), f"/alarms/{alarm.id}/", language)
    assert {"en": "Do not call the post back on an open line", "es": "No devuelva la llamada"}[language] in page
    assert not {one.context["telephone"] for one in Message.objects.filter(template="alarm")} - {""}


def test_silence_of_the_device_still_says_to_call_the_post(night, client):
    silent = Alarm.objects.get(id=night.raise_at(danger="threat", way="silence"))
    page = read(signed_in(client, "duty_officer", "quito-duty-1"), f"/alarms/{silent.id}/", "en")
    assert "nothing is heard from the post&#x27;s device any more. Call the post." in page
    assert "open line" not in page


def test_what_was_joined_to_an_earlier_incident_says_so(night, client):
    night.raise_at()
    night.over()
    night.clock.forward(minutes=13)
    later = night.raise_at()
    page = read(signed_in(client, "duty_officer", "quito-duty-1"), f"/alarms/{later}/", "en")
    assert "It was joined to the incident of the alarm of" in page
    assert "open an incident of its own" in page


def test_words_of_the_program_are_kept_in_each_language(night, client):
    with override("es"):
        night.raise_at()
    incident = Incident.objects.get(stream=Alarm.objects.get().stream)
    duty = signed_in(client, "duty_officer", "quito-duty-1")
    for language, title, task in (
        ("en", "Attempted entry, ", "Count the people inside; no names"),
        ("es", "Intento de ingreso, ", "Contar a las personas que están dentro; ningún nombre"),
    ):
        page = read(duty, f"/incidents/{incident.reference}/", language)
        assert title in page.partition("</h1>")[0]
        assert task in page
        assert title in read(duty, "/incidents/", language)


def without(page: str, *told: str) -> str:
    """A page without what differs each time it is asked for."""
    return re.sub("|".join((r'name="csrfmiddlewaretoken" value="\w+"', *map(re.escape, told))), "", page)


def test_its_incident_answers_whoever_is_not_shown_it_as_one_that_does_not_exist(night, tablet, client, forced):
    """Its address, the post and the day, can be guessed at any screen there: pages, files and acts."""
    guessed = Incident.objects.get(stream=forced.stream).reference
    assert guessed == f"minneapolis-{timezone.localdate(night.clock.now):%Y%m%d}-1"
    here, nowhere = every_address(guessed), every_address("no-such-incident")
    theirs = [name for name, address in here.items() if address != nowhere[name]]
    assert {"incidents:brief", "diplomacy:notes", "sources:list", "door:clips", "readership"} < set(theirs)
    before, unseeing = Entry.objects.count(), set(Role) - MAY["see", "duress"]
    there = {role: signed_in(Client(), role, "") for role in sorted(unseeing)}
    for name in theirs:
        roles = sorted(unseeing & WHO_MAY[name])
        for role in roles if name == "incidents:overview" else roles[:1]:
            for ask in (there[role].get, there[role].post):
                answer, nothing = ask(here[name]), ask(nowhere[name])
                assert answer.status_code == nothing.status_code == 404, (role, here[name])
                assert without(answer.content.decode(), here[name]) == without(nothing.content.decode(), nowhere[name])
    assert "Minneapolis" not in read(there["reception"], "/ask/", "en")
    assert Entry.objects.count() == before
    task = Obligation.objects.get(incident__stream=forced.stream, kind="task.assigned", what__contains="Review")
    for role in sorted(MAY["see", "duress"], key="duty_officer".__eq__):
        duty = signed_in(client, role, "")
        for page in ("", "timeline/", "brief.pdf", "facts/", "notes/", "exhibits/"):
            assert duty.get(f"/incidents/{guessed}/{page}").status_code == 200, (role, page)
    done = duty.post(f"/incidents/{guessed}/tasks/done/", {"task": task.name.partition("/")[2]})
    assert done.status_code == 302


def test_whether_an_ordinary_incident_is_shown_is_asked_in_a_question_or_two(night):
    night.raise_at()
    reference = Incident.objects.get(stream=Alarm.objects.get().stream).reference
    users = {role: add_user(role, role, now=night.clock.now) for role in ("legal", "reception")}
    assert {role: questions(is_shown, reference, user) for role, user in users.items()} == {"legal": 1, "reception": 2}
