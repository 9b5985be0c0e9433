"""The screen of a duty room, loud until somebody at the ministry has it; and notifications, for whoever wants them."""

import re

import pytest
from django.test import Client
from tests.alarm.test_pages import somebody, words
from tests.outbox.conftest import NOW
from tests.outbox.pushing import Browser, opened, push_service

from inviolable.alarm import pressed
from inviolable.alarm.models import Alarm
from inviolable.alarm.pressed import Pressed
from inviolable.alarm.siren import Sound, on_screen
from inviolable.outbox import loop
from inviolable.posts.actions import EXAMPLE_PEOPLE, Installation, add_user
from inviolable.posts.lookup import browsers_of, ways_of
from inviolable.posts.roles import Role

pytestmark = pytest.mark.django_db


def sounds(night):
    return [str(one.sound) for one in on_screen(night.clock.now)]


def test_it_is_calm_loud_and_calm_again(night):
    duty = somebody("duty_officer")
    assert "No alarm." in words(duty.get("/alarms/siren/"))
    night.raise_at()
    said = words(duty.get("/alarms/siren/"))
    assert "Attempted entry · EXAMPLE Consulate of Ecuador, Minneapolis" in said
    assert "Raised at 2026-01-27 11:00 on the clock there, 2026-01-27 17:00 UTC" in said
    assert "NOBODY AT THE MINISTRY HAS IT YET" in said
    assert sounds(night) == ["alarm"]
    night.has("quito-duty-1", "duty_officer")
    said = words(duty.get("/alarms/siren/"))
    assert "The ministry has every alarm." in said
    assert "NOBODY AT THE MINISTRY" not in said
    assert sounds(night) == ["taken"]


def test_the_page_knows_what_to_sound_and_links_to_the_alarm(night):
    duty, alarm = somebody("duty_officer"), night.raise_at()
    page = duty.get("/alarms/siren/").content.decode()
    assert 'data-siren="alarm"' in page
    assert 'data-title="ALARM: Attempted entry' in page
    assert f'href="/alarms/{alarm}/"' in page


def test_that_the_post_has_it_itself_is_no_answer_of_the_ministry(night):
    """The head of post is at the post: somebody at the ministry must know."""
    night.raise_at()
    night.has("minneapolis-head", "head")
    assert sounds(night) == ["alarm"]
    said = words(somebody("duty_officer").get("/alarms/siren/"))
    assert "NOBODY AT THE MINISTRY HAS IT YET" in said
    assert "Seen by Head of post" in said


def test_who_thinks_better_of_it_makes_it_sound_again(night):
    night.raise_at()
    night.has("quito-duty-1", "duty_officer")
    night.cannot("quito-duty-1", "duty_officer")
    assert sounds(night) == ["alarm"]


def test_an_answer_that_ran_out_makes_it_sound_again(night):
    """The duty officer's answer holds for an hour."""
    night.raise_at()
    night.has("quito-duty-1", "duty_officer")
    night.clock.forward(seconds=3599)
    night.look()
    assert sounds(night) == ["taken"]
    night.clock.forward(seconds=2)
    night.look()
    assert sounds(night) == ["alarm"]


@pytest.mark.parametrize(
    ("person", "role", "then"), [("quito-press", "press", "taken"), ("minneapolis-deputy", "broadcast", "alarm")]
)
def test_when_everybody_was_called_only_the_ministry_silences_it(night, person, role, then):
    night.raise_at()
    for _ in range(8):
        night.clock.forward(minutes=3)
        night.look()
    assert Alarm.objects.get().escalations.filter(step="broadcast", phase="calling").exists()
    night.has(person, role)
    night.look()
    assert sounds(night) == [then]


def test_a_drill_says_so_sounds_otherwise_and_never_hides_a_real_alarm(night):
    night.raise_at("houston", exercise=True)
    duty = somebody("duty_officer")
    page = duty.get("/alarms/siren/")
    assert 'data-siren="drill"' in page.content.decode()
    assert 'data-title="DRILL: ' in page.content.decode()
    assert "DRILL: Attempted entry" in words(page)
    night.raise_at("miami")
    assert sounds(night) == ["alarm", "drill"]
    assert 'data-siren="alarm"' in duty.get("/alarms/siren/").content.decode()


def test_the_oldest_that_nobody_has_is_first_and_what_is_over_is_gone(night):
    from inviolable.alarm import actions

    first = night.raise_at("houston", "fire")
    night.wait(60)
    second = night.raise_at("miami", "threat")
    assert [one.alarm.id for one in on_screen(night.clock.now)] == [first, second]
    night.alarm = first
    night.has("quito-duty-1", "duty_officer")
    assert [one.alarm.id for one in on_screen(night.clock.now)] == [second, first]
    actions.stand_down(second, "over", actor={"role": "duty_officer", "id": "x"}, now=night.clock.now)
    assert sounds(night) == ["taken"]


def test_a_thousand_open_alarms_are_a_handful_of_queries(night, django_assert_max_num_queries):
    for post in ("houston", "miami", "minneapolis"):
        for danger in ("fire", "threat", "entry"):
            night.raise_at(post, danger)
    night.has("quito-duty-1", "duty_officer")
    with django_assert_max_num_queries(7):
        assert len(on_screen(night.clock.now)) == 9


def test_it_speaks_spanish(night):
    night.raise_at()
    said = words(somebody("duty_officer", "es").get("/alarms/siren/"))
    assert "NADIE EN EL MINISTERIO SE HA HECHO CARGO TODAVÍA" in said


def test_no_alarm_takes_the_address_of_a_page(night):
    from inviolable.posts.actions import Refused

    for name in ("siren", "notifications"):
        with pytest.raises(Refused):
            night.raise_at(name=name)


def test_every_sound_has_its_notes(root):
    """What the server says is to sound, the screen can play; only what the ministry has is silent."""
    script = (root / "src/inviolable/alarm/static/alarm/siren.js").read_text()
    notes = set(re.findall(r"^  (\w+): \{ notes", script, re.MULTILINE))
    assert notes == set(Sound) - {Sound.TAKEN} | {"lost", "trial"}


# ---- notifications --------------------------------------------------------------------------------


@pytest.fixture
def service(home):
    Installation.objects.create(example=True, since=NOW)
    with push_service() as told:
        yield told


def test_who_signs_in_switches_it_on_for_themselves_gets_a_trial_and_switches_it_off(home, service, clock):
    legal, browser = somebody("legal"), Browser(service.url)
    assert "A browser can notify you" in words(legal.get("/alarms/"))
    assert re.fullmatch(r"[\w-]{87}", legal.get("/alarms/notifications/").json()["key"])
    answer = legal.post("/alarms/notifications/", {"subscription": browser.subscription})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/alarms/")
    assert "push" in ways_of(["quito-legal"])["quito-legal"]
    assert "You are notified of alarms in 1 browser." in words(legal.get("/alarms/"))
    loop.turn("me", clock)
    assert "Inviolable" in opened(browser, service.got[0][2])["title"]
    assert legal.post("/alarms/notifications/", {}).status_code == 302
    assert browsers_of("quito-legal") == []


def test_an_alarm_comes_with_its_link_and_marks_in_the_readers_language(night, service, monkeypatch):
    """By the real channel: in the notification is what it is, since when, as whom; a click leads to the answer."""
    from inviolable.outbox.channels import push

    monkeypatch.setitem(loop.CHANNELS, "push", push.send)
    browser = Browser(service.url)
    somebody("duty_officer").post("/alarms/notifications/", {"subscription": browser.subscription})
    night.raise_at(exercise=True)
    [told] = [told for _, _, body in service.got if (told := opened(browser, body))["id"].startswith(night.alarm)]
    assert told["language"] == "es"
    assert told["title"].startswith("EXAMPLE · SIMULACRO · ALARMA: Intento de ingreso")
    assert "Se le llama como: Oficial de guardia" in told["body"]
    link = told["link"].removeprefix("http://localhost:8000")
    said = Client(headers={"Accept-Language": "en"}).post(link, {"answer": "has"})
    assert said.status_code == 302
    assert sounds(night) == ["taken"]


def test_nobody_switches_it_on_for_somebody_else(home, service):
    """Not by a form, not without signing in, not with an account that names nobody, not as an auditor."""
    browser = Browser(service.url)
    told = {"subscription": browser.subscription, "person": "quito-duty-1"}
    assert somebody("press").post("/alarms/notifications/", told).status_code == 302
    assert browsers_of("quito-duty-1") == []
    assert Client().post("/alarms/notifications/", told).headers["Location"].startswith("/sign-in/")
    unbound = Client(headers={"Accept-Language": "en"})
    unbound.force_login(add_user("unbound", Role.LEGAL, now=NOW))
    answer = unbound.post("/alarms/notifications/", told)
    assert answer.status_code == 400
    assert "among the staff" in words(answer)
    assert "Notify me" not in words(unbound.get("/alarms/"))
    auditor = Client()
    auditor.force_login(add_user("auditor", Role.AUDITOR, now=NOW, person=EXAMPLE_PEOPLE[Role.LEGAL]))
    assert auditor.post("/alarms/notifications/", told).status_code == 403


@pytest.mark.parametrize("subscription", ["no JSON", "{}"])
def test_what_no_browser_said_is_refused_in_words(home, service, subscription):
    answer = somebody("legal").post("/alarms/notifications/", {"subscription": subscription})
    assert answer.status_code == 400
    assert "no browser's PushSubscription" in words(answer)


def test_an_example_subscribes_to_nothing_in_the_world(home, service):
    told = {"subscription": Browser("https://1.1.1.1").subscription}
    answer = somebody("legal").post("/alarms/notifications/", told)
    assert answer.status_code == 400
    assert "this machine only" in words(answer)


def test_the_worker_is_at_the_root_under_a_policy_of_its_own_and_calls_nobody(client):
    answer = client.get("/push-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert b"fetch" not in answer.content
    assert b"importScripts" not in answer.content


def test_it_is_loud_while_an_alarm_waits_to_be_recorded(night, home):
    """DESIGN.md, law 7: nobody can have it yet."""
    duty = somebody("duty_officer")
    pressed.keep(home, Pressed("a", "minneapolis", "fire", "page", "officer", "u", "", "", "2026-01-27T17:00:00.000Z"))
    said = duty.get("/alarms/siren/").content.decode()
    assert 'data-siren="alarm"' in said
    assert "An alarm is not recorded yet" in said
