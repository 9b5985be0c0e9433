"""The watchman: where nobody moves an alarm on, he does; where all is well, he is silent."""

import logging
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from tests.alarm.conftest import NOW
from tests.installation import installations
from tests.outbox.conftest import certificate, mail_server  # noqa: F401
from tests.server import COMMAND, environment

from inviolable.alarm import watch
from inviolable.alarm.models import Escalation
from inviolable.alarm.plan import BROADCAST
from inviolable.web import watchman


def test_an_alarm_that_goes_on_by_itself_or_that_somebody_has_is_no_concern_of_his(night):
    """RESPONSE.md A.4 row 13."""
    night.raise_at()
    assert not watch.look(night.clock.now)
    for _ in range(12):
        night.wait(60)
        assert not watch.look(night.clock.now)
    night.wait(601)
    for person, role in (
        ("quito-legal", "legal"),
        ("quito-protocol", "protocol"),
        ("quito-cabinet", "minister_office"),
    ):
        night.has(person, role)
    night.has("quito-press", "broadcast")
    night.wait(3610)  # What they said has run out, and everybody is called again.
    assert not watch.look(night.clock.now)


def test_a_step_and_a_message_that_nobody_does_are_late(night):
    night.raise_at()
    night.clock.forward(seconds=64)
    assert not watch.look(night.clock.now), "five seconds are nobody's death"
    night.clock.forward(seconds=2)
    assert watch.look(night.clock.now).late == 1
    from inviolable.alarm.actions import tick

    tick(night.clock.now)
    night.clock.forward(seconds=6)
    assert watch.look(night.clock.now) == watch.Found(late=0, unsent=3, forgotten=[])


def test_an_alarm_that_would_stand_still_calls_everybody(night):
    """RESPONSE.md A.4 row 13. It cannot come to that by the planner; by a damaged row it can."""
    night.raise_at(danger="medical")
    Escalation.objects.update(due=None)
    found = watch.look(night.clock.now)
    assert found.forgotten == [night.alarm]
    night.phones.got.clear()
    watch.cry(night.alarm, night.clock.now + timedelta(milliseconds=1))
    night.clock.forward(seconds=1)
    night.look()
    assert night.phones.rang("quito-press")
    assert Escalation.objects.get(step=BROADCAST).due
    assert not watch.look(night.clock.now)


def test_he_does_what_the_loops_left_and_says_it_once(night, monkeypatch, caplog):
    night.raise_at()
    night.clock.forward(seconds=90)
    monkeypatch.setattr(watchman.timezone, "now", night.clock)
    monkeypatch.setattr(watchman, "close_old_connections", lambda: None)
    with caplog.at_level(logging.ERROR):
        said = watchman._once("", NOW)
    assert night.phones.rang("quito-duty-2") == [90]
    assert watchman.watching(night_home()).exists()
    assert watchman._once(said, NOW) == ""
    [record] = caplog.records
    assert record.getMessage().startswith("1 steps and 0 messages are late, 0 alarms stood still: no loop")


def night_home():
    from pathlib import Path

    from django.conf import settings

    return Path(settings.HOME)


@pytest.mark.long
@pytest.mark.django_db
def test_with_no_loop_at_all_the_mail_goes_out_all_the_same(tmp_path, certificate):  # noqa: F811
    with installations(tmp_path) as make:
        ours = make("home")
        ours.run("example", "load")
        ours.run("alarm", "raise", "minneapolis", "fire")
        with mail_server(ours.home, certificate) as box:
            env = environment(ours.home, ours.database)
            with subprocess.Popen([COMMAND, "watch"], env=env, stdout=sys.stderr, stderr=subprocess.PIPE) as process:
                assert box.wait_for("quito-duty-1@example.org")
                process.send_signal(signal.SIGTERM)
                assert process.wait(20) == 0
                assert b"the watchman does it" in process.stderr.read()
