"""What goes wrong on the worst day, or is tried: an alarm is neither lost nor taken over by who should not have it."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from tests.alarm.conftest import DESK, NOW
from tests.alarm.test_answers import told  # noqa: F401
from tests.alarm.test_pages import somebody, words

from inviolable.alarm import actions
from inviolable.alarm.models import Alarm, Escalation, KeptProtocol, Reply
from inviolable.incidents.models import Obligation
from inviolable.ledger.actions import SYSTEM
from inviolable.outbox import loop
from inviolable.outbox.channels.terms import Trouble
from inviolable.outbox.models import Message
from inviolable.posts.actions import Reached, Refused, add_user, describe_post, list_person
from inviolable.posts.models import Person


def test_one_alarm_that_cannot_be_moved_on_does_not_stop_the_others(night):
    broken = night.raise_at()
    Alarm.objects.filter(id=broken).update(post="nowhere")
    night.raise_at("chicago", "fire")
    night.clock.forward(seconds=60)
    with pytest.raises(ExceptionGroup):
        actions.tick(night.clock.now)
    loop.turn("test", night.clock)
    assert night.phones.rang("quito-duty-2") == [60]


def test_who_thinks_better_of_it_brings_in_the_next(night):
    night.raise_at()
    night.has("quito-duty-1", "duty_officer")
    night.wait(15)
    night.cannot("quito-duty-1", "duty_officer", "wrong key")
    assert night.phones.rang("quito-duty-2") == [15]
    assert "NOBODY HAS ANSWERED YET" in words(somebody("legal").get("/alarms/"))


def test_a_form_sent_for_two_places_is_two_alarms(night):
    first = night.raise_at("minneapolis", "fire", name="same")
    second = night.raise_at("chicago", "attempted_entry", name="same")
    assert first != second
    assert night.phones.rang("chicago-head") == [0]


def test_an_id_that_was_over_is_no_reason_to_call_nobody(night):
    night.raise_at(danger="medical", name="same")
    actions.stand_down("same", "over", actor=DESK, now=night.clock.now)
    night.phones.got.clear()
    night.raise_at(danger="medical", name="same")
    assert night.phones.rang("quito-duty-1")


@pytest.mark.parametrize("name", ["test 1", "a/b", "ABC", "raise", "simulate", "drills", "x" * 65, "á"])
def test_an_id_that_no_address_can_hold_is_refused(night, name):
    with pytest.raises(Refused, match="small letters, digits and hyphens"):
        night.raise_at(name=name)


def test_pressed_again_after_all_had_answered_they_are_called_anew(night):
    first = night.raise_at(danger="medical")
    night.has("quito-duty-1", "duty_officer")
    night.has("minneapolis-head", "head")
    night.wait(60 * 20)
    second = night.raise_at(danger="medical")
    assert second != first
    assert night.phones.rang("quito-duty-1") == [0, 1200]
    assert Alarm.objects.get(id=first).stream == Alarm.objects.get(id=second).stream
    whats = list(Obligation.objects.filter(kind="task.assigned").values_list("what", flat=True))
    assert len(set(whats)) == len(whats), "a task that stands is not given twice"


def test_a_clock_that_was_wrong_and_is_set_right_holds_nothing_up(night):
    night.raise_at()
    right = night.clock.now
    night.clock.now = right.replace(year=2099)
    night.look()
    night.clock.now = right + timedelta(seconds=10)
    night.phones.got.clear()
    for _ in range(30):
        night.clock.forward(seconds=10)
        actions.tick(night.clock.now, every=True)
        loop.turn("test", night.clock)
    assert night.phones.rang("quito-duty-1") + night.phones.rang("quito-duty-2")


def test_an_answer_recorded_by_a_machine_that_is_a_little_behind_counts(night):
    night.raise_at(danger="medical")
    night.wait(60 * 8)
    assert Escalation.objects.get(step="broadcast").phase == "calling"
    night.clock.forward(seconds=-2)
    night.has("quito-press", "broadcast")
    night.clock.forward(seconds=2)
    assert Escalation.objects.get(step="broadcast").phase == "answered"


def test_standing_down_works_where_somebody_has_changed_how_they_are_reached(night):
    night.raise_at(exercise=True)
    told_ways = {"name": "the duty officer", "language": "es", "time_zone": "America/Guayaquil"}
    ways = [Reached("mail", "new@example.org")]
    list_person("quito-duty-1", **told_ways, contacts=ways, actor=SYSTEM, now=night.clock.now)
    real = actions.make_real(night.alarm, actor=DESK, now=night.clock.now, way="page")
    assert Alarm.objects.get(id=night.alarm).ended
    assert real.ended is None


def test_no_alarm_goes_out_after_it_is_over(night, monkeypatch):
    slow = dict(loop.CHANNELS)

    def cut_off(*_):
        raise Trouble("unreachable", "the server is away")

    monkeypatch.setattr(loop, "CHANNELS", {**slow, "mail": cut_off})
    night.raise_at(danger="medical")
    actions.stand_down(night.alarm, "over", actor=DESK, now=night.clock.now)
    monkeypatch.setattr(loop, "CHANNELS", slow)
    night.phones.got.clear()
    night.wait(60)
    assert not [text for *_, text in night.phones.got if "ALARMA" in text.subject]


def test_who_has_answered_is_not_called_again_by_what_was_still_on_its_way(night, monkeypatch):
    good = dict(loop.CHANNELS)

    def cut_off(*_):
        raise Trouble("unreachable", "the line is busy")

    monkeypatch.setattr(loop, "CHANNELS", {**good, "voice": cut_off})
    night.raise_at(danger="medical")
    monkeypatch.setattr(loop, "CHANNELS", good)
    night.has("quito-duty-1", "duty_officer")
    night.wait(30)
    assert night.phones.rang("quito-duty-1") == []


def test_the_head_of_another_post_does_not_answer_for_this_one(night):
    night.raise_at()
    other = Client(headers={"Accept-Language": "en"})
    other.force_login(add_user("chicago", "head_of_post", now=night.clock.now, person="chicago-head"))
    assert "I have it" not in words(other.get(f"/alarms/{night.alarm}/"))
    other.post(f"/alarms/{night.alarm}/reply/", {"answer": "has"})
    assert not Reply.objects.exists()


def test_a_protocol_that_cannot_be_read_any_more_is_passed_over(night):
    KeptProtocol.objects.create(
        sha256="0" * 64, number="old", date="2026-01-01", in_force="2026-01-01", text="steps = 1", imported=1
    )
    night.raise_at()
    assert night.phones.rang("quito-duty-1") == [0]


def test_who_is_asked_as_two_answers_both_by_one_text(night, told, home):  # noqa: F811
    from inviolable.posts.actions import give_role
    from inviolable.posts.consent import Holding

    held = Holding("", "legal", "quito-duty-1", "ministry", night.clock.now - timedelta(days=1), rank=0)
    give_role(held, actor=SYSTEM, now=night.clock.now)
    night.raise_at()
    night.wait(300)
    told(what="reply", **{"from": "12025550101"}, text="¡Sí!")
    assert {(one.person, one.role) for one in Reply.objects.all()} == {
        ("quito-duty-1", "duty_officer"), ("quito-duty-1", "legal"),
    }  # fmt: skip


def test_what_was_said_yesterday_is_not_believed_today(night, told):  # noqa: F811
    night.raise_at()
    yesterday = (night.clock.now - timedelta(days=1)).isoformat()
    assert told(what="reply", at=yesterday, **{"from": "+12025550101"}, text="1") == 401
    assert not Reply.objects.exists()


@pytest.mark.parametrize("secret", ["", "  \n", "short"])
def test_a_secret_that_is_none_signs_nothing(night, told, home, secret):  # noqa: F811
    (home / "first.secret").write_text(secret)
    night.raise_at()
    assert told(signed_by=secret.strip(), what="reply", **{"from": "+12025550101"}, text="1") == 401
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    "tables", ["sms = 5", '[[sms]]\nname = "first"\nkind = "pigeon"\nurl = "https://x"\nsecret = "x"']
)
def test_a_configuration_that_is_none_believes_nobody(night, told, home, tables):  # noqa: F811
    (home / "outbox.toml").write_text(tables)
    assert told(what="reply", **{"from": "+12025550101"}, text="1") == 401
    headers = {"X-Inviolable-Signature": "sha256=ñ"}
    assert Client().post("/outbox/in/first/", json.dumps({}), "application/json", headers=headers).status_code == 401


def test_pressing_the_link_again_and_again_is_recorded_once(night):
    night.raise_at()
    for _ in range(50):
        night.has("quito-duty-1", "duty_officer")
    assert Reply.objects.count() == 1


def test_what_somebody_writes_is_one_plain_line(night):
    night.raise_at()
    night.cannot("quito-duty-1", "duty_officer", "on\x00 a\u202e plane\n")
    assert Reply.objects.get().why == "on  a  plane"


def test_a_name_that_would_stop_its_mails_is_refused(home):
    told_so = {"name": "a\u2028b", "class": "consulate", "time_zone": "UTC"}
    with pytest.raises(Refused, match=r"name: holds the character U\+2028"):
        describe_post("x-1", told_so, actor=SYSTEM, now=NOW)


def test_a_call_that_cannot_be_spoken_says_that_it_is_a_repeat(night, monkeypatch):
    night.raise_at()
    Message.objects.filter(channel="voice").update(attempts=2)
    called, person = Message.objects.get(person="quito-duty-1", channel="voice"), Person.objects.get(id="quito-duty-1")
    assert loop.words_of(called, person, False, NOW).short.startswith("REPETICIÓN.")
    assert person.language == "es"
