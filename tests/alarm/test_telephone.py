"""An alarm by text or by call: of a number of ours once, of any other never by itself (RESPONSE.md, A.4, rows 2, 5)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.alarm.conftest import NOW
from tests.alarm.test_answers import told, twilio_tells  # noqa: F401

from inviolable.alarm.actions import stand_down
from inviolable.alarm.models import Alarm, Reply, Unverified
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Entry
from inviolable.posts.actions import give_role
from inviolable.posts.consent import Holding
from inviolable.posts.models import Contact, Post


def number_of(person: str) -> str:
    return Contact.objects.filter(person=person, channel="sms").first().address


def alarm() -> Alarm:
    return Alarm.objects.get()


def test_a_text_of_one_word_raises_the_alarm_of_ones_own_post(night, told):  # noqa: F811
    assert told(what="reply", id="sm-1", **{"from": number_of("minneapolis-head")}, text="¡ALARMA!") == 200
    raised = alarm()
    assert (raised.post, raised.danger, raised.way, raised.raiser) == (
        "minneapolis", "attempted_entry", "sms", "minneapolis-head",
    )  # fmt: skip
    assert night.phones.rang("quito-duty-1") == [0]


def test_whoever_raised_it_by_text_reads_that_it_arrived_and_who_has_seen_it(night, told):  # noqa: F811
    told(what="reply", id="sm-1", **{"from": number_of("minneapolis-head")}, text="sos")
    night.alarm = alarm().id
    received = [text.short for text in night.phones.texts("minneapolis-head")]
    assert ["2026-01-27 11:00" in words for words in received] == [True]
    night.wait(20)
    night.has("quito-duty-1", "duty_officer")
    night.has("quito-legal", "legal")
    seen = [text.short for text in night.phones.texts("minneapolis-head")][1:]
    assert len(seen) == 1, "said once"
    assert "Oficial de guardia" in seen[0]


@pytest.mark.parametrize(
    ("text", "danger", "drill"),
    [
        ("Alarma incendio", "fire", False),
        ("alarm fire drill", "fire", True),
        ("SOS Médico", "medical", False),
        ("ayuda simulacro", "attempted_entry", True),
        ("help bomb", "bomb_threat", False),
    ],
)
def test_other_words_say_what_it_is(night, told, text, danger, drill):  # noqa: F811
    told(what="reply", id="sm-1", **{"from": number_of("minneapolis-head")}, text=text)
    assert (alarm().danger, alarm().exercise) == (danger, drill)


def test_the_same_text_told_a_hundred_times_is_one_alarm_and_none_after_it_is_over(night, told):  # noqa: F811
    said = {"what": "reply", "id": "sm-1", "from": number_of("minneapolis-head"), "text": "alarma"}
    for _ in range(100):
        told(**said)
    stand_down(alarm().id, "over", actor={"role": "officer", "id": "u"}, now=night.clock.now)
    told(**said)
    assert Alarm.objects.count() == 1
    assert Entry.objects.filter(kind="alarm.repeated").count() == 0
    told(**said | {"id": "sm-2"})
    assert Alarm.objects.count() == 2, "another text is another call for help"


def test_somebody_of_the_ministry_names_the_post(night, told):  # noqa: F811
    told(what="reply", id="sm-1", **{"from": number_of("quito-press")}, text="alarma chicago fuego")
    assert (alarm().post, alarm().danger) == ("chicago", "fire")


def test_a_number_of_nobody_calls_nobody_and_is_shown_to_people(night, told, client):  # noqa: F811

    from inviolable.posts.models import User

    for number in range(20):
        told(what="reply", id=f"sm-{number}", **{"from": f"+1202555{number:04}"}, text="alarma minneapolis")
    assert not Alarm.objects.exists()
    assert night.phones.got == []
    assert Unverified.objects.count() == 1, "not one for each of a flood"
    client.force_login(User.objects.create(name="duty", role="duty_officer", added=NOW))
    assert "…000" in client.get("/alarms/").content.decode()
    night.clock.forward(minutes=2)
    told(what="reply", id="sm-x", **{"from": "+12025550999"}, text="sos")
    assert Unverified.objects.count() == 2


def test_what_the_provider_did_not_sign_is_nothing(night, told):  # noqa: F811
    said = {"what": "reply", "id": "sm-1", "from": number_of("minneapolis-head"), "text": "alarma"}
    assert told(signed_by="somebody else", **said) == 401
    assert not Alarm.objects.exists()
    assert not Unverified.objects.exists()


def test_a_text_that_only_mentions_an_alarm_raises_none(night, told):  # noqa: F811
    told(what="reply", id="sm-1", **{"from": number_of("minneapolis-head")}, text="the alarm clock rang")
    assert not Alarm.objects.exists()


def test_a_call_is_asked_for_one_key_and_that_raises_it(night, told):  # noqa: F811
    call = {"CallSid": "CA1", "Direction": "inbound", "From": number_of("minneapolis-head"), "CallStatus": "ringing"}
    assert twilio_tells(night, "x=1", **call) == 200
    assert not Alarm.objects.exists(), "somebody may only be calling back"
    twilio_tells(night, "x=1", **call, Digits="5")
    assert not Alarm.objects.exists()
    twilio_tells(night, "x=1", **call, Digits="1")
    twilio_tells(night, "x=1", **call, Digits="1")
    assert (alarm().post, alarm().way) == ("minneapolis", "voice")


def test_a_call_of_a_stranger_is_asked_nothing(night, told):  # noqa: F811
    twilio_tells(night, "x=1", CallSid="CA1", Direction="inbound", From="+12025559999", Digits="1")
    assert not Alarm.objects.exists()
    assert Unverified.objects.get().ends == "999"


def test_an_answer_is_still_an_answer(night, told):  # noqa: F811
    night.raise_at()
    told(what="reply", id="sm-1", **{"from": number_of("quito-duty-1")}, text="sí")
    assert Reply.objects.get().person == "quito-duty-1"


@pytest.mark.parametrize("text", ["SOS esto no es un simulacro", "help, this is NOT a drill, fire"])
def test_that_it_is_no_drill_makes_none_of_it(night, told, text):  # noqa: F811
    told(what="reply", id="sm-1", **{"from": number_of("minneapolis-head")}, text=text)
    assert not alarm().exercise


@pytest.mark.parametrize("text", ["alarma new-york fuego", "alarma New York fuego", "alarma newyork fuego"])
def test_a_post_of_two_words_is_named_as_people_write_it(night, told, text):  # noqa: F811
    assert Post.objects.filter(slug="new-york").exists()
    told(what="reply", id="sm-1", **{"from": number_of("quito-press")}, text=text)
    assert (alarm().post, alarm().danger) == ("new-york", "fire")


@pytest.mark.parametrize(
    "text", ["Si es urgente llame al 911, estoy conduciendo.", "1 hora sin señal, respuesta automática"]
)
def test_an_automatic_reply_has_nothing(night, told, text):  # noqa: F811
    night.raise_at()
    told(what="reply", id="sm-1", **{"from": number_of("quito-duty-1")}, text=text)
    assert not Reply.objects.exists()


def test_whoever_holds_roles_at_two_places_is_no_stranger(night, told):  # noqa: F811
    held = Holding(str(uuid4()), "legal", "minneapolis-head", "ministry", NOW - timedelta(days=1))
    give_role(held, actor=SYSTEM, now=NOW)
    told(what="reply", id="sm-1", **{"from": number_of("minneapolis-head")}, text="sos")
    assert alarm().post == "minneapolis", "a post before the ministry"


def test_a_number_that_is_listed_for_calls_only_may_send_texts(night, told):  # noqa: F811
    number = number_of("minneapolis-head")
    Contact.objects.filter(person="minneapolis-head", channel="sms").delete()
    told(what="reply", id="sm-1", **{"from": number}, text="sos")
    assert alarm().post == "minneapolis"


def test_a_late_answer_to_a_drill_that_is_over_answers_no_real_alarm(night, told):  # noqa: F811
    night.raise_at(post="chicago")
    night.clock.forward(seconds=5)
    drill = night.raise_at(exercise=True)
    stand_down(drill, "over", actor={"role": "officer", "id": "u"}, now=night.clock.now)
    told(what="reply", id="sm-1", **{"from": number_of("quito-duty-1")}, text="1")
    assert not Reply.objects.exists()


def test_of_two_who_share_a_telephone_one_answers(night, told):  # noqa: F811
    number = number_of("quito-duty-1")
    for way in Contact.objects.filter(person="quito-duty-2", channel__in=("sms", "voice")):
        way.address = number
        way.save()
    night.raise_at()
    told(what="reply", id="sm-1", **{"from": number}, text="1")
    assert Reply.objects.count() == 1


def test_whoever_raised_it_does_not_answer_it_as_another_by_the_same_telephone(night, told):  # noqa: F811
    number = number_of("quito-duty-1")
    Contact.objects.filter(person="minneapolis-head", channel__in=("sms", "voice")).update(address=number)
    night.raise_at(raiser="minneapolis-head")
    told(what="reply", id="sm-1", **{"from": number}, text="1")
    assert not Reply.objects.exists()
