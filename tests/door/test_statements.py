"""What a device says counts once, in its order, and only as its key has signed it."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alarm.conftest import NOW
from tests.door.conftest import Tablet

from inviolable.alarm import pulse
from inviolable.alarm.models import Alarm
from inviolable.door.models import Spoken
from inviolable.door.statement import NoStatement, Statement, read_statement
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.outbox import loop
from inviolable.posts.models import Contact, Person

pytestmark = pytest.mark.django_db


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
    from inviolable.alarm import actions

    actions.stand_down(alarm.id, "over", actor={"role": "duty_officer", "id": "user-2"}, now=night.clock.now)
    night.clock.forward(hours=1)
    told = tablet.say(line)
    assert (told.status_code, told.json()["taken"], told.json()["alarms"]) == (200, 1, [])
    assert Alarm.objects.count() == 1
    assert Entry.objects.filter(kind="alarm.raised").count() == 1


def test_what_comes_out_of_its_order_is_not_done(tablet):
    """Somebody holds a press back and lets it go after a later beat."""
    press = tablet.enrolled().press()
    assert tablet.say(tablet.line("beat")).json()["taken"] == 2
    assert tablet.say(press).json()["taken"] == 2
    assert not Alarm.objects.exists()


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
        ({"alarm": "x"}, "alarm: found"),
        ({"number": 0}, "number: found"),
        ({"until": "2026-01-27T17:00:00.000Z"}, "until: is no field"),
    ],
)
def test_what_no_device_would_say_is_refused_and_changes_nothing(tablet, more, fault):
    said = json.loads(tablet.enrolled().press()) | more
    answer = tablet.say(canonical.encode(said))
    assert answer.status_code == 400
    assert fault in answer.json()["detail"]
    assert not Spoken.objects.exists()


def test_what_it_is_told_names_nobody(night, tablet):
    """Scenario 11: it holds no name, and no number but the one to call."""
    tablet.enrolled().say(tablet.press())
    loop.turn("test", night.clock)
    told = json.dumps(tablet.say(tablet.line("beat")).json(), ensure_ascii=False)
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
    assert tablet.say(tablet.line("beat", until="2026-03-28T08:00:00.000Z")).status_code == 400


def test_a_stolen_key_calls_people_a_number_of_times_and_not_all_night(night, tablet):
    from inviolable.alarm.terms import Danger

    tablet.enrolled()
    for danger in Danger.values:
        assert tablet.say(tablet.press(danger)).status_code == 200
    Alarm.objects.update(ended=night.clock.now)
    assert tablet.say(tablet.press()).status_code == 429
    night.clock.forward(minutes=11)
    assert tablet.say(tablet.press()).status_code == 200


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_are_a_statement_by_accident(line):
    try:
        said = read_statement(line)
    except NoStatement:
        return
    assert isinstance(said, Statement)


@given(
    st.dictionaries(
        st.sampled_from(["alarm", "danger", "device", "made", "number", "say", "until", "v", "x"]),
        st.text(max_size=40) | st.integers(-5, 5) | st.just("press") | st.just("beat") | st.just(1),
    )
)
def test_whatever_is_said_is_read_or_refused(said):
    try:
        read_statement(canonical.encode(said))
    except (NoStatement, canonical.NotCanonical):
        return
    assert said["v"] == 1


def test_a_post_that_the_law_protects_less_claims_less(night, tablet):
    """Hostile 12: at an honorary consul's office nobody says what article 31 says of others."""
    from inviolable.posts.actions import describe_post
    from inviolable.posts.models import Post

    known = Post.objects.get(slug="minneapolis")
    told = {"name": known.name, "class": "consulate", "head": "honorary", "sending": "EC", "receiving": "US"}
    told |= {"time_zone": known.time_zone, "host_language": "en"}
    describe_post("minneapolis", told, actor={"role": "administrator", "id": "user-9"}, now=NOW)
    said = tablet.enrolled().say(tablet.line("beat")).json()["place"]["sentence"]
    assert "not authorised" not in said
    assert "archives may not be opened" in said
