"""Every post is heard from, or its silence raises the alarm (USERS.md, hostile 7; RESPONSE.md, A.4, row 8)."""

from datetime import timedelta

import pytest
from tests.alarm.conftest import NOW

from inviolable.alarm import pulse
from inviolable.alarm.models import Alarm, Pulse
from inviolable.ledger.models import Entry
from inviolable.posts.actions import Refused

DEVICE = {"role": "device", "id": "door-1"}
LONG_AGO = NOW - timedelta(days=1)


def beat(post: str, night, **more) -> None:
    pulse.beat(post, actor=DEVICE, now=night.clock.now, **more)


def watch(night, since=LONG_AGO) -> list[str]:
    """What the watchman does."""
    lost = pulse.silent(night.clock.now, since)
    pulse.miss(lost, night.clock.now) if lost else None
    night.look()
    return lost


def test_a_post_that_falls_silent_is_alarmed_for_once(night):
    beat("minneapolis", night)
    beat("chicago", night)
    for _ in range(5):
        night.clock.forward(minutes=1)
        beat("chicago", night)
        assert watch(night) == []
    night.clock.forward(seconds=1)
    assert watch(night) == ["minneapolis"]
    alarm = Alarm.objects.get()
    assert (alarm.post, alarm.danger, alarm.way) == ("minneapolis", "threat", "silence")
    [text, *_] = night.phones.texts("quito-duty-1")
    assert "no se recibe nada" in text.body + text.short
    night.clock.forward(minutes=1)
    beat("chicago", night)
    assert watch(night) == [], "once for each silence"
    beat("minneapolis", night)
    assert Entry.objects.filter(kind="post.heard", stream="post/minneapolis").count() == 2


def test_a_device_that_said_it_sleeps_is_not_missed_before(night):
    beat("minneapolis", night, until=NOW + timedelta(hours=14))
    night.clock.forward(hours=14, minutes=5)
    assert watch(night) == []
    night.clock.forward(seconds=1)
    assert watch(night) == ["minneapolis"]


def test_beats_are_no_entries(night):
    for _ in range(10):
        beat("minneapolis", night)
    assert Entry.objects.filter(kind="post.heard").count() == 1


def test_when_no_post_is_heard_from_it_is_our_own_line_and_the_ministry_is_called(night):
    for post in ("minneapolis", "chicago", "houston"):
        beat(post, night)
    night.clock.forward(minutes=6)
    assert len(watch(night)) == 3
    assert Alarm.objects.get().post == "ministry"
    assert 360 in night.phones.rang("quito-duty-1")


def test_whoever_has_just_begun_to_watch_waits_until_it_could_have_heard(night):
    beat("minneapolis", night)
    night.clock.forward(hours=3)
    assert watch(night, since=night.clock.now) == []
    begun = night.clock.now
    night.clock.forward(minutes=5, seconds=1)
    assert watch(night, since=begun) == ["minneapolis"]


def test_a_device_that_is_out_of_service_is_not_missed(night):
    beat("minneapolis", night)
    pulse.forget("minneapolis", actor=DEVICE, now=NOW)
    night.clock.forward(hours=1)
    assert watch(night) == []
    with pytest.raises(Refused):
        pulse.forget("minneapolis", actor=DEVICE, now=NOW)


def test_bad_beats_are_refused(night):
    with pytest.raises(Refused, match="no post"):
        beat("atlantis", night)
    for until in (NOW, NOW - timedelta(hours=1), NOW + timedelta(days=15)):
        with pytest.raises(Refused, match="until"):
            beat("minneapolis", night, until=until)
    assert not Pulse.objects.exists()
