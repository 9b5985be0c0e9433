"""How things stand at a post, as its tablet is told: which alarms, and which yes is one for whoever knocks now."""

from datetime import timedelta

import pytest
from tests.alarm.conftest import NOW, clock, home, night, phones  # noqa: F401
from tests.door.test_consent import ACTOR, WHAT, ask, give

from inviolable.alarm.actions import stand_down
from inviolable.alarm.models import Alarm
from inviolable.door import consent
from inviolable.door.models import Consent
from inviolable.ledger.moments import written

pytestmark = pytest.mark.django_db


def told_of(tablet) -> dict[str, dict]:
    return {one["whom"]: one for one in tablet.say(tablet.line("beat")).json()["consents"]}


def test_a_yes_of_an_alarm_that_was_stood_down_is_told_as_an_earlier_one(night, tablet):  # noqa: F811
    """Scenario 6: the crew of an hour ago is not whoever knocks now. Who said what, and when, is told with it."""
    tablet.enrolled()
    tablet.say(tablet.press("medical"))
    first = Alarm.objects.get()
    night.clock.forward(minutes=1)
    give(minutes=120, now=night.clock.now)
    assert "earlier" not in told_of(tablet)["ambulance"]
    night.clock.forward(minutes=1)
    stand_down(first.id, "gone", actor=ACTOR, now=night.clock.now)
    night.clock.forward(minutes=1)
    tablet.say(tablet.press("attempted_entry"))
    told = told_of(tablet)["ambulance"]
    assert (told["state"], told["earlier"]) == ("stands", "yes")
    assert told["given"] == written(NOW + timedelta(minutes=1))
    give(whom="officials", minutes=120, now=night.clock.now)
    assert "earlier" not in told_of(tablet)["officials"]


def test_what_goes_on_under_a_second_alarm_is_no_earlier_event(night, tablet):  # noqa: F811
    """The alarm for the ill person ends while the one for officials is open: the yes to the ambulance stays."""
    tablet.enrolled()
    tablet.say(tablet.press("medical"))
    ill = Alarm.objects.get()
    night.clock.forward(minutes=1)
    give(minutes=120, now=night.clock.now)
    night.clock.forward(minutes=1)
    tablet.say(tablet.press("attempted_entry"))
    night.clock.forward(minutes=1)
    stand_down(ill.id, "gone", actor=ACTOR, now=night.clock.now)
    assert "earlier" not in told_of(tablet)["ambulance"]


def test_that_an_earlier_yes_has_ended_is_news_for_whoever_is_still_in_by_it(night, tablet):  # noqa: F811
    """Scenario 7: the alarm was stood down while the crew was inside; then the head takes the yes back."""
    tablet.enrolled()
    tablet.say(tablet.press("medical"))
    name = give(minutes=120, now=NOW + timedelta(seconds=1))
    night.clock.forward(minutes=1)
    stand_down(Alarm.objects.get().id, "gone", actor=ACTOR, now=night.clock.now)
    assert told_of(tablet)["ambulance"]["earlier"] == "yes"
    night.clock.forward(minutes=1)
    consent.withdraw("minneapolis", name, person="minneapolis-head", actor=ACTOR, now=night.clock.now)
    told = told_of(tablet)["ambulance"]
    assert (told["state"], "earlier" in told) == ("ended", False)


def test_a_no_is_told_with_who_said_it_and_when(night, tablet):  # noqa: F811
    tablet.enrolled()
    ask(tablet, 1, **WHAT)
    night.clock.forward(minutes=1)
    consent.refuse("minneapolis", Consent.objects.get().id, person="minneapolis-head", actor=ACTOR, now=night.clock.now)
    told = told_of(tablet)["ambulance"]
    assert (told["role"], told["refused"]) == ("head", written(NOW + timedelta(minutes=1)))


def test_each_alarm_that_stands_open_is_told_before_those_that_were_stood_down(night, tablet):  # noqa: F811
    tablet.enrolled()
    tablet.say(tablet.press("attempted_entry"))
    night.clock.forward(minutes=1)
    tablet.say(tablet.press("medical"))
    tablet.say(tablet.press("fire"))
    stand_down(Alarm.objects.get(danger="medical").id, "gone", actor=ACTOR, now=night.clock.now)
    told = tablet.say(tablet.line("beat")).json()["alarms"]
    assert [(one["danger"], "ended" in one) for one in told] == [
        ("fire", False), ("attempted_entry", False), ("medical", True),
    ]  # fmt: skip
