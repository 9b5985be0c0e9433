"""The other posts are warned when a person at the ministry releases it. Scenario 17."""

import re

import pytest
from django.test import Client
from tests.alarm.conftest import DESK
from tests.alarm.test_pages import somebody, words

from inviolable.alarm import network
from inviolable.alarm.links import confirmation_link
from inviolable.alarm.models import Alarm, Warned
from inviolable.ledger.models import Entry
from inviolable.outbox import loop
from inviolable.posts.actions import Refused
from inviolable.posts.models import Post

DUTY = {"role": "duty_officer", "id": "quito-duty-1"}


@pytest.fixture
def warned(night):
    night.raise_at()
    night.phones.got.clear()
    found = network.warn(night.alarm, actor=DUTY, now=night.clock.now)
    night.look()
    return found


def test_every_other_post_in_that_state_has_it_at_once_with_three_instructions(night, warned):
    assert warned.posts == sorted(set(Post.objects.values_list("slug", flat=True)) - {"minneapolis", "ministry"})
    for post in set(warned.posts) - {"washington"}:
        assert [at for at, way in night.phones.of(f"{post}-head") if way == "voice"] == [0], post
        [mail] = [text for text in night.phones.texts(f"{post}-desk") if "\n3. " in text.body][:1]
        assert re.findall(r"^\d\. ", mail.body, re.M) == ["1. ", "2. ", "3. "]
    assert night.phones.of("minneapolis-head") == [], "it is about them"


def test_nothing_about_any_person_is_in_it(night, warned):
    from inviolable.posts.models import Person

    texts = " ".join(text.subject + text.body for *_, text in night.phones.got)
    assert "duty officer" not in texts.lower()
    for person in Person.objects.all():
        assert person.name not in texts
        assert person.id not in texts
    assert set(re.findall(r"\S+@\S+", texts)) == set()


def test_a_post_confirms_by_one_button_and_the_page_shows_who_has_not(night, warned, client):
    duty, anybody = somebody("duty_officer"), Client(headers={"Accept-Language": "en"})
    link = confirmation_link(warned.id, "houston").removeprefix("http://localhost:8000")
    before = Entry.objects.count()
    assert "EXAMPLE Consulate of Ecuador, Houston" in words(anybody.get(link))
    assert Entry.objects.count() == before, "fetching it changes nothing"
    anybody.post(link)
    anybody.post(link)
    assert Entry.objects.filter(kind="warning.confirmed").count() == 1
    assert "houston" not in warned.missing()
    said = words(duty.get(f"/warnings/{warned.id}/"))
    assert f"{len(warned.posts) - 1} posts have not confirmed it." in said
    assert said.index("not confirmed") < said.index("Houston")
    assert f"{len(warned.posts) - 1} posts have not" in words(duty.get(f"/alarms/{night.alarm}/"))


def test_a_retraction_goes_the_same_way_and_stops_what_is_still_waiting(night, warned, monkeypatch):
    night.phones.got.clear()
    network.retract(warned.id, "it was a delivery", actor=DUTY, now=night.clock.now)
    loop.turn("test", night.clock)
    assert {text.body.strip() for *_, text in night.phones.got if text.body.strip()} == {"Por qué: it was a delivery"}
    assert [at for at, way in night.phones.of("houston-head") if way == "voice"] == [0]
    with pytest.raises(Refused, match="was taken back"):
        network.confirm(warned.id, "houston", way="link", actor=DUTY, now=night.clock.now)


def test_a_drill_warns_as_a_drill(night):
    night.raise_at(exercise=True)
    night.phones.got.clear()
    network.warn(night.alarm, actor=DUTY, now=night.clock.now)
    night.look()
    assert all("SIMULACRO" in text.subject for *_, text in night.phones.got)


def test_a_post_warns_nobody_and_nobody_warns_twice(night):
    night.raise_at()
    desk, duty = somebody("reception"), somebody("duty_officer")
    assert desk.post(f"/alarms/{night.alarm}/warn/").status_code == 403
    answer = duty.post(f"/alarms/{night.alarm}/warn/")
    assert answer.status_code == 302
    assert "were warned of this alarm already" in words(duty.post(f"/alarms/{night.alarm}/warn/"))
    page = answer.headers["Location"]
    assert duty.post(f"{page}retract/", {"why": ""}).status_code == 400
    assert desk.post(f"{page}retract/", {"why": "x"}).status_code == 403
    assert duty.post(f"{page}retract/", {"why": "over"}).status_code == 302
    assert "Taken back: over" in words(desk.get(page))


def test_where_there_is_nobody_to_warn_it_is_said(night):
    Post.objects.exclude(slug__in=["minneapolis", "ministry", "washington"]).update(status="ended")
    Post.objects.filter(slug="washington").update(receiving="CA")
    night.raise_at()
    with pytest.raises(Refused, match="There is no other open post"):
        network.warn(night.alarm, actor=DESK, now=night.clock.now)
    assert not Warned.objects.exists()
    assert Alarm.objects.get(id=night.alarm).ended is None


@pytest.mark.parametrize("token", ["x", "WyJhIl0:1:2"])
def test_a_link_that_is_not_ours_confirms_nothing(night, token):
    assert Client().get(f"/w/{token}/").status_code == 404
    assert Client().post(f"/w/{token}/").status_code == 404
