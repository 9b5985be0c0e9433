"""When nothing can be recorded, everybody is called straight, and the alarm is recorded once it can be (law 7)."""

from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest
from tests.alarm.conftest import DESK, NOW
from tests.outbox.conftest import certificate, mail_server  # noqa: F401
from tests.server import Server, example, inviolable

from inviolable.alarm import pressed, straight
from inviolable.alarm.models import Alarm
from inviolable.alarm.pressed import SLOTS, NoRoom, Pressed
from inviolable.alarm.straight import Straight, raise_surely
from inviolable.alarm.terms import Danger
from inviolable.ledger.lock import only_one
from inviolable.ledger.models import Entry
from inviolable.posts.actions import Refused
from inviolable.web.doctor import day

ROOT_ALARM = {"way": "page", "actor": DESK, "raiser": "minneapolis-desk"}


@pytest.fixture
def dark(night, home, monkeypatch):
    """A night in which the record takes nothing: the file of the key that signs was damaged."""
    monkeypatch.setattr(straight, "CHANNELS", {way: night.phones.channel(way) for way in ("voice", "sms", "mail")})
    straight.prepare(home, NOW)
    key = home / "keys" / "log.pem"
    key.rename(home / "keys" / "aside")
    key.write_text("damaged")
    return night


def mend(home):
    (home / "keys" / "aside").replace(home / "keys" / "log.pem")


def press(home, clock, **more):
    return raise_surely(home, "minneapolis", "attempted_entry", now=clock.now, **ROOT_ALARM | more)


def test_everybody_is_called_at_once_by_everything_and_again_every_two_minutes(dark, home, clock):
    assert isinstance(press(home, clock), Pressed)
    caller = Straight(home)
    assert caller.call_and_record(clock.now) == 1
    for person in ("quito-duty-1", "quito-duty-2", "washington-head", "minneapolis-head", "quito-press"):
        assert {way for _, way in dark.phones.of(person)} >= {"mail", "sms"}, person
    assert dark.phones.of("minneapolis-desk") == [], "whoever raised it knows"
    clock.forward(seconds=119)
    caller.call_and_record(clock.now)
    assert dark.phones.rang("quito-duty-1") == [0]
    clock.forward(seconds=1)
    caller.call_and_record(clock.now)
    assert dark.phones.rang("quito-duty-1") == [0, 120]
    first, second = (text for text in dark.phones.texts("quito-press") if text.id.endswith("/mail"))
    assert "REPETICIÓN" in second.subject
    assert "REPETICIÓN" not in first.subject
    assert "2026-01-27 11:00" in first.body, "on the clock there"


def test_it_is_recorded_late_under_the_same_id_and_goes_on_as_usual(dark, home, clock):
    name = press(home, clock, name="door-7").alarm
    caller = Straight(home)
    caller.call_and_record(clock.now)
    clock.forward(seconds=50)
    mend(home)
    assert caller.call_and_record(clock.now) == 0
    alarm = Alarm.objects.get(id=name)
    line = bytes(Entry.objects.get(kind="alarm.raised").line).decode()
    assert '"late":"yes"' in line
    assert '"happened":{"from":"2026-01-27T17:00:00.000Z"' in line
    assert '"recorded":"2026-01-27T17:00:50.000Z"' in line
    assert pressed.waiting(home) == []
    dark.alarm = alarm.id
    dark.wait(60)
    assert dark.phones.rang("quito-duty-1")[:2] == [0, 50], "now asked, with a link"
    assert caller.call_and_record(clock.now) == 0
    assert Alarm.objects.count() == 1


def test_two_hundred_presses_in_the_dark_are_one_alarm(dark, home, clock):
    """RESPONSE.md A.4 rows 6 and 7: accepted while the record cannot take it, once."""
    assert len({press(home, clock).alarm for _ in range(200)}) == 1
    assert len(pressed.waiting(home)) == 1
    drill = press(home, clock, exercise=True)
    assert len(pressed.waiting(home)) == 2, "a drill is never the same as the real thing"
    Straight(home).call_and_record(clock.now)
    drills = [text for text in dark.phones.texts("quito-press") if text.id.startswith(drill.alarm)]
    assert drills
    assert all("SIMULACRO" in text.subject for text in drills)


def test_what_was_pressed_survives_the_process_and_a_round_that_was_cut_off_is_made_again(dark, home, clock):
    press(home, clock)
    [waiting] = pressed.waiting(home)
    pressed.put(home, Pressed(**{**vars(waiting), "begun": 1, "last": waiting.at}))  # Killed before anybody was called.
    Straight(home).call_and_record(clock.now)
    assert dark.phones.rang("quito-duty-1") == [0]


def test_two_who_look_call_once(dark, home, clock):
    press(home, clock)
    with only_one(home / straight.LOCK) as mine:
        assert mine
        assert Straight(home).call_and_record(clock.now) == 0
    assert dark.phones.rang("quito-duty-1") == []


def test_a_dead_phone_keeps_nobody_else_from_being_called(dark, home, clock):
    from inviolable.posts.models import Contact

    dark.phones.dead = {contact.address for contact in Contact.objects.filter(person="quito-duty-1")}
    press(home, clock)
    Straight(home).call_and_record(clock.now)
    assert dark.phones.rang("quito-duty-2") == [0]


def test_what_is_no_alarm_is_refused_and_not_written_down(night, home, clock):
    with pytest.raises(Refused):
        raise_surely(home, "atlantis", "fire", now=clock.now, **ROOT_ALARM)
    assert pressed.waiting(home) == []


def test_a_press_needs_no_room_on_the_disk_and_nothing_half_written_counts(home, clock):
    pressed.lay_down(home)
    size = (home / "pressed").stat().st_size
    for number in range(SLOTS):
        pressed.keep(home, Pressed(f"a-{number}", f"post-{number}", "fire", "page", "officer", "u", "", "", "2026"))
    with pytest.raises(NoRoom):
        pressed.keep(home, Pressed("more", "more", "fire", "page", "officer", "u", "", "", "2026"))
    assert (home / "pressed").stat().st_size == size
    with (home / "pressed").open("r+b") as file:
        file.write(b"""{"alarm": "b-0" """)
    assert len(pressed.waiting(home)) == SLOTS - 1
    pressed.clear(home, "a-5")
    assert len(pressed.waiting(home)) == SLOTS - 2


def test_the_list_names_nobody_to_a_thief_of_the_disk_and_is_made_anew(home, clock):
    caller = Straight(home)
    assert caller.look(NOW) == 0
    kept = (home / "straight").read_text()
    assert "quito-duty-1" not in kept
    assert (home / "straight").stat().st_mode & 0o077 == 0
    caller.look(NOW + timedelta(seconds=59))
    assert (home / "straight").read_text() == kept
    caller.look(NOW + timedelta(seconds=60))
    assert straight.read_list(home)["made"] == "2026-01-27T17:01:00.000Z"


def test_doctor_says_whether_everybody_could_be_called(home, clock):
    assert day._straight(home, NOW).state == day.AMBER
    straight.prepare(home, NOW)
    assert day._straight(home, NOW).state == day.GREEN
    pressed.keep(home, Pressed("a", "minneapolis", "fire", "page", "officer", "u", "", "", "2026"))
    assert day._straight(home, NOW).state == day.RED


def test_the_page_says_that_nothing_is_recorded_yet(dark, home, client):
    from inviolable.posts.models import User

    user = User.objects.create(name="desk", role="reception", person="minneapolis-desk", added=NOW)
    client.force_login(user)
    told = {"name": "7d0b1c52-31c5-4f5e-9b0b-0a4f5be6a111", "post": "minneapolis", "danger": "fire"}
    answer = client.post("/alarms/raise/", told)
    assert answer.status_code == 202
    assert "NO está registrada" in answer.content.decode() or "NOT recorded yet" in answer.content.decode()
    assert [one.alarm for one in pressed.waiting(home)] == [told["name"]]


@pytest.mark.long
def test_the_command_calls_everybody_where_the_database_is_gone(tmp_path, certificate):  # noqa: F811
    """The real commands: a list of earlier, a database that is gone, a server of mails."""
    with Server(example(tmp_path / "var")) as server:
        home = server.home
        looks = (urlopen(f"{server.url}/healthz") for _ in range(500))
        assert any((home / "straight").exists() for _ in looks)
    gone = {"INVIOLABLE_DATABASE": "postgresql://nobody:nothing@127.0.0.1:9/none"}
    with mail_server(home, certificate) as box:
        raised = inviolable("alarm", "raise", "minneapolis", "attempted_entry", home=home, **gone)
        assert raised.returncode == 0, raised.stderr
        assert "NOT recorded yet" in raised.stdout
        assert box.wait_for("quito-duty-1@example.org")
        assert box.wait_for("minneapolis-head@example.org")
    assert datetime.fromisoformat(pressed.waiting(home)[0].at).tzinfo == UTC


def test_what_was_called_straight_is_recorded_however_many_there_are_and_whatever_is_wrong_with_the_list(
    dark, home, clock
):
    """Of a program, too, whose new alarms are otherwise held back; and a list that is damaged stops none of it."""
    guards = {"role": "api", "id": "token:guards"}
    for number, danger in enumerate([*Danger.values, *Danger.values]):
        told = {"way": "api", "actor": guards, "exercise": number >= len(Danger.values)}
        raise_surely(home, "minneapolis", danger, now=clock.now, **told)
    (home / "straight").write_text("damaged")
    mend(home)
    assert Straight(home).call_and_record(clock.now) == 0
    assert Alarm.objects.count() == 2 * len(Danger.values)
