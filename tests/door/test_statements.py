"""What a device says counts once, in its order, and only as its key has signed it."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st
from tests.alarm.conftest import NOW
from tests.door.conftest import Tablet

from inviolable.alarm import pressed, pulse, straight
from inviolable.alarm.actions import raise_alarm, stand_down
from inviolable.alarm.models import Alarm
from inviolable.alarm.terms import Danger
from inviolable.door import actions, api
from inviolable.door.models import Spoken
from inviolable.door.statement import NoStatement, read_statement
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.outbox import loop
from inviolable.posts.actions import describe_post
from inviolable.posts.models import Contact, Person, Post

pytestmark = pytest.mark.django_db
DUTY = {"role": "duty_officer", "id": "user-2"}


def test_one_touch_calls_whoever_is_on_duty(night, tablet):
    """Scenario 2: the duty officer's phones ring, the post sees that it is received, then seen, and by which role."""
    tablet.enrolled()
    told = tablet.say(tablet.press()).json()
    assert told["taken"] == 1
    [alarm] = told["alarms"]
    assert (alarm["danger"], "seen" in alarm) == ("attempted_entry", False)
    loop.turn("test", night.clock)
    assert night.phones.rang("quito-duty-1") == [0]
    raised = Alarm.objects.get()
    assert (raised.post, raised.way, raised.role) == ("minneapolis", "device", "device")
    night.alarm = raised.id
    night.clock.forward(seconds=20)
    night.has("quito-duty-1", "duty_officer")
    [alarm] = tablet.say(tablet.line("beat")).json()["alarms"]
    assert alarm["seen"] == {"role": "duty_officer", "at": "2026-01-27T17:00:20.000Z"}


def test_sent_again_it_is_one_alarm_also_after_it_was_stood_down(night, tablet):
    line = tablet.enrolled().press()
    assert [tablet.say(line).json()["taken"] for _ in range(3)] == [1, 1, 1]
    alarm = Alarm.objects.get()

    stand_down(alarm.id, "over", actor=DUTY, now=night.clock.now)
    night.clock.forward(hours=1)
    told = tablet.say(line)
    assert (told.status_code, told.json()["taken"], told.json()["alarms"]) == (200, 1, [])
    assert Alarm.objects.count() == 1
    assert Entry.objects.filter(kind="alarm.raised").count() == 1


def test_a_copy_signed_anew_raises_nothing(night, tablet):
    """Its first answer was lost, and the tablet says the same alarm with the next number, after it was stood down."""
    line = tablet.enrolled().press()
    tablet.say(line)
    stand_down(Alarm.objects.get().id, "over", actor=DUTY, now=night.clock.now)
    assert tablet.say(canonical.encode(json.loads(line) | {"number": 2})).json()["taken"] == 2
    assert Alarm.objects.count() == 1


def test_a_press_that_was_heard_is_said_to_be_whatever_else_fails(tablet, monkeypatch):
    tablet.enrolled()
    monkeypatch.setattr(api, "place_of", lambda *_: 1 / 0)
    assert tablet.say(tablet.press()).json() == {"taken": 1, "alarms": [], "consents": []}
    assert Alarm.objects.count() == 1


def test_what_comes_out_of_its_order_is_not_done(tablet):
    """Somebody holds a press back and lets it go after a later beat."""
    press = tablet.enrolled().press()
    assert tablet.say(tablet.line("beat")).json()["taken"] == 2
    refused = tablet.say(press)
    assert (refused.status_code, refused.json()) == (409, {"again": "yes", "taken": 2})
    assert not Alarm.objects.exists()
    said = json.loads(press) | {"number": 3}
    assert tablet.say(canonical.encode(said)).status_code == 200, "said anew it is done"
    assert Alarm.objects.get().id == said["id"]


def test_an_alarm_of_an_hour_ago_keeps_its_time_and_says_so(night, tablet):
    """Scenario 4: the line was dead; on its return it is delivered once, with the time at which it was pressed."""
    line = tablet.enrolled().press(made=NOW)
    night.clock.forward(hours=1)
    tablet.say(line)
    entry = json.loads(bytes(Entry.objects.get(kind="alarm.raised").line))
    assert entry["happened"]["from"] == "2026-01-27T17:00:00.000Z"
    assert entry["recorded"] == "2026-01-27T18:00:00.000Z"
    assert entry["body"]["late"] == "yes"


def test_a_clock_that_is_ahead_is_not_believed(night, tablet):
    tablet.enrolled().say(tablet.press(made=NOW + timedelta(days=3)))
    entry = json.loads(bytes(Entry.objects.get(kind="alarm.raised").line))
    assert entry["happened"]["from"] == entry["recorded"] == "2026-01-27T17:00:00.000Z"


def test_whoever_signs_with_another_key_has_said_nothing(night, tablet):
    tablet.enrolled()
    line = tablet.press()
    assert tablet.say(line, Tablet(night).sign(line)).status_code == 401
    changed = line.replace(b"attempted_entry", b"entry")
    assert tablet.say(changed, tablet.sign(line)).status_code == 401
    assert not Alarm.objects.exists()
    assert not Spoken.objects.exists()


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"danger": "boredom"}, "danger: found"),
        ({"id": "x"}, "id: found"),
        ({"number": 0}, "number: found"),
        ({"say": []}, "say: found"),
        ({"danger": {"x": "y"}}, "danger: found"),
        ({"until": "2026-01-27T17:00:00.000Z"}, "until: is no field"),
    ],
)
def test_what_no_device_would_say_is_refused_and_changes_nothing(tablet, more, fault):
    said = json.loads(tablet.enrolled().press()) | more
    answer = tablet.say(canonical.encode(said))
    assert answer.status_code == 400
    assert fault in answer.json()["fault"]
    assert not Spoken.objects.exists()


def test_what_it_is_told_names_nobody(night, tablet):
    """Scenario 11: it holds no name, and no number but the one to call."""
    tablet.enrolled().say(tablet.press())
    loop.turn("test", night.clock)
    answer = tablet.say(tablet.line("beat")).json()
    assert answer["place"].pop("words"), "the law speaks of roles, whoever is called like one"
    told = json.dumps(answer, ensure_ascii=False)
    for person in Person.objects.all():
        assert person.name not in told
        assert person.id not in told
    for way in Contact.objects.all():
        assert way.address not in told


def test_of_its_post_it_is_told_what_changed(tablet):
    place = tablet.enrolled().say(tablet.line("beat")).json()["place"]
    assert place["language"] == "en"
    assert place["sentence"].startswith("This is a consular office. I am not authorised to let anyone in.")
    assert place["call"]
    assert "place" not in tablet.say(tablet.line("beat"), has=place["digest"]).json()


def test_each_device_is_missed_alone(night, tablet):
    """Hostile 7: one tablet is taken; that the other is heard from hides nothing."""
    side = Tablet(night).enrolled(name="side-door")
    tablet.enrolled()
    for one in (tablet, side):
        one.say(one.line("beat"))
    for _ in range(6):
        night.clock.forward(minutes=1)
        side.say(side.line("beat"))
    lost = pulse.silent(night.clock.now, NOW - timedelta(days=1))
    assert lost == ["minneapolis"]
    pulse.miss(lost, night.clock.now)
    assert Alarm.objects.get().way == "silence"
    assert pulse.silent(night.clock.now, NOW - timedelta(days=1)) == []


def test_a_device_that_sleeps_says_until_when(night, tablet):
    tablet.enrolled().say(tablet.line("beat", until="2026-01-28T08:00:00.000Z"))
    night.clock.forward(hours=10)
    assert pulse.silent(night.clock.now, NOW - timedelta(days=1)) == []
    assert tablet.say(tablet.line("beat", until="2026-01-29T08:00:00.000Z")).status_code == 400


def test_a_press_is_heard_apart_from_the_alarm_that_nothing_is_heard(night, tablet):
    """The line was dead, so its silence raised an alarm; whoever presses silently meanwhile is not lost in that."""
    tablet.enrolled().say(tablet.line("beat"))
    press = tablet.press("threat")
    night.clock.forward(minutes=6)
    pulse.miss(pulse.silent(night.clock.now, NOW - timedelta(days=1)), night.clock.now)
    tablet.say(press)
    assert sorted(Alarm.objects.values_list("way", flat=True)) == ["device", "silence"]


def test_a_press_into_an_open_alarm_keeps_its_time(night, tablet):
    """The ministry raised it by telephone before the line came back."""
    press = tablet.enrolled().press()
    night.clock.forward(minutes=2)
    raise_alarm("minneapolis", "attempted_entry", way="page", actor=DUTY, now=night.clock.now)
    night.clock.forward(minutes=1)
    tablet.say(press)
    entry = json.loads(bytes(Entry.objects.get(kind="alarm.repeated").line))
    assert entry["happened"]["from"] == "2026-01-27T17:00:00.000Z"


def test_a_stolen_key_calls_people_a_number_of_times_and_not_all_night(night, tablet):

    tablet.enrolled()
    for danger in Danger.values:
        assert tablet.say(tablet.press(danger)).status_code == 200
    Alarm.objects.update(ended=night.clock.now)
    assert tablet.say(tablet.press()).status_code == 429
    night.clock.forward(minutes=11)
    assert tablet.say(tablet.press()).status_code == 200


SAID = st.dictionaries(
    st.sampled_from(["id", "danger", "device", "made", "number", "say", "until", "v", "x"]),
    st.sampled_from(["press", "beat", 1, 0, [], {}, "", "0" * 16, "a" * 36, "2026-01-27T17:00:00.000Z"]) | st.text(),
)


@given(st.binary(max_size=60) | st.builds(lambda said: json.dumps(said, sort_keys=True).encode(), SAID))
def test_bytes_are_a_statement_or_refused(line):
    try:
        said = read_statement(line)
    except NoStatement:
        return
    assert (said.say in ("beat", "press"), len(said.device), said.number > 0) == (True, 16, True)


def test_a_post_that_the_law_protects_less_claims_less(night, tablet):
    """Hostile 12: at an honorary consul's office nobody says what article 31 says of others."""

    known = Post.objects.get(slug="minneapolis")
    told = {"name": known.name, "class": "consulate", "head": "honorary", "sending": "EC", "receiving": "US"}
    told |= {"time_zone": known.time_zone, "host_language": "en"}
    describe_post("minneapolis", told, actor={"role": "administrator", "id": "user-9"}, now=NOW)
    said = tablet.enrolled().say(tablet.line("beat")).json()["place"]["sentence"]
    assert "not authorised" not in said
    assert "archives may not be opened" in said


@pytest.mark.parametrize("part", ["the first look", "the pulse", "the alarm", "the end of it"])
def test_while_nothing_can_be_recorded_a_press_calls_everybody_straight(night, tablet, home, monkeypatch, part):
    """Law 7: what cannot be recorded is called about at once, and recorded, late and once, when it can be."""
    looks_after = straight.Straight(home)
    tablet.enrolled()
    looks_after.look(night.clock.now)
    line = tablet.press(made=NOW - timedelta(minutes=2))

    def broken(*_, **__):
        raise OperationalError("the database is away")

    with monkeypatch.context() as away:
        where = {
            "the first look": (actions.Device.objects, "filter"),
            "the pulse": (pulse, "beat"),
            "the alarm": (straight, "raise_alarm"),
            "the end of it": (actions.Spoken, "save"),
        }
        away.setattr(*where[part], broken)
        told = tablet.say(line)
        assert (told.status_code, told.json()["taken"], told.json()["alarms"]) == (200, 1, [])
    assert not Alarm.objects.exists()
    [waiting] = pressed.waiting(home)
    assert (waiting.post, waiting.danger, waiting.by) == ("minneapolis", "attempted_entry", f"device:{tablet.key}")
    assert waiting.at == "2026-01-27T16:58:00.000Z"
    looks_after.look(night.clock.now)
    assert Alarm.objects.get().id == json.loads(line)["id"]
    assert pressed.waiting(home) == []


def test_while_nothing_can_be_recorded_no_stranger_calls_anybody(
    night, tablet, home, monkeypatch, django_capture_on_commit_callbacks
):
    """Neither one that was never enrolled, nor one that was cut off a second ago."""
    former = Tablet(night).enrolled(name="former")
    straight.Straight(home).look(night.clock.now)
    with django_capture_on_commit_callbacks(execute=True):
        actions.cut_off(former.key, "taken", actor=DUTY, now=NOW)

    def broken(*_, **__):
        raise OperationalError("the database is away")

    monkeypatch.setattr(actions.Device.objects, "filter", broken)
    for one in (tablet, former):
        assert one.say(one.press()).status_code >= 500
    assert pressed.waiting(home) == []
