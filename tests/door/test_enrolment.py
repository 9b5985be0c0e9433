"""A tablet is enrolled once, by a code that the head of post types in, and is cut off in one action (scenario 11)."""

from datetime import timedelta

import pytest
from tests.alarm.conftest import NOW
from tests.door.conftest import HEAD, Tablet

from inviolable.alarm import pulse
from inviolable.door import actions
from inviolable.door.models import Device, Waiting
from inviolable.ledger.actions import revoke_key
from inviolable.ledger.models import Entry, Key
from inviolable.ledger.rebuild import rebuild
from inviolable.posts.actions import Refused, add_user

pytestmark = pytest.mark.django_db


def kinds(stream: str) -> list[str]:
    return list(Entry.objects.filter(stream=stream).order_by("seq").values_list("kind", flat=True))


def approve(code: str, **more):
    told = {"post": "minneapolis", "name": "desk", "person": "minneapolis-head", "actor": HEAD, "now": NOW} | more
    return actions.approve(code, told.pop("post"), told.pop("name"), **told)


def test_a_tablet_shows_a_code_and_the_head_of_post_types_it(night, tablet, client):
    asked = tablet.ask()
    assert asked.status_code == 201
    code = asked.json()["code"]
    assert tablet.ask().json()["code"] == code, "as long as it counts it stays the same"
    assert tablet.say(tablet.line("beat")).status_code == 401, "a code alone is nothing"
    client.force_login(add_user("head", "head_of_post", now=NOW, person="minneapolis-head"))
    page = "/posts/minneapolis/devices/"
    assert "minneapolis/devices" in client.get("/posts/minneapolis/").content.decode()
    done = client.post(f"{page}approve/", {"code": code.lower().replace("-", " "), "name": "desk"})
    assert (done.status_code, done.headers["Location"]) == (302, page)
    assert kinds("post/minneapolis")[-1] == "device.enrolled"
    assert tablet.say(tablet.line("beat")).status_code == 200
    shown = client.get(page).content.decode()
    assert "desk" in shown
    assert tablet.key in shown


def test_a_code_stands_for_one_key_and_for_ten_minutes(night, tablet):
    """Whoever overhears it has nothing: their own tablet shows another."""
    code = tablet.ask().json()["code"]
    thief = Tablet(night)
    assert thief.ask().json()["code"] != code
    night.clock.forward(minutes=10)
    with pytest.raises(Refused, match="No device shows this code"):
        approve(code, now=night.clock.now)
    fresh = tablet.ask().json()["code"]
    assert fresh != code
    approve(fresh, now=night.clock.now)
    with pytest.raises(Refused, match="No device shows this code"):
        approve(fresh, name="desk-2", now=night.clock.now)
    assert thief.say(thief.line("beat")).status_code == 401


@pytest.mark.parametrize(
    ("person", "post"),
    [
        ("minneapolis-desk", "minneapolis"),
        ("quito-duty-1", "minneapolis"),
        ("", "minneapolis"),
        ("minneapolis-head", "chicago"),
    ],
)
def test_nobody_else_enrols_a_device_of_the_post(tablet, person, post):
    code = tablet.ask().json()["code"]
    with pytest.raises(Refused, match="head of this post"):
        approve(code, person=person, post=post)
    assert not Device.objects.exists()


def test_what_is_wrong_is_said_and_the_code_stays(tablet, client):
    code = tablet.ask().json()["code"]
    client.force_login(add_user("head", "head_of_post", now=NOW, person="minneapolis-head"))
    answer = client.post("/posts/minneapolis/devices/approve/", {"code": code, "name": "The Desk!"})
    assert answer.status_code == 422
    assert f'value="{code}"' in answer.content.decode(), "nothing has to be typed again"
    approve(code)
    other = Tablet(tablet._night).ask().json()["code"]
    with pytest.raises(Refused, match="There is a device desk already"):
        approve(other)


def test_whoever_has_not_the_key_gets_no_code(tablet):
    false = {"public": tablet.public.hex(), "proof": "00" * 64}
    assert tablet.post("/door/enrol", false).status_code == 409
    assert not Waiting.objects.exists()


def test_a_flood_of_tablets_ends_and_passes(night, tablet, monkeypatch):
    monkeypatch.setattr(actions, "MOST_WAITING", 3)
    for _ in range(3):
        assert Tablet(night).ask().status_code == 201
    refused = tablet.ask()
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    night.clock.forward(minutes=10)
    assert tablet.ask().status_code == 201


def test_cut_off_in_one_action_and_for_good(night, tablet, client):
    tablet.enrolled().say(tablet.line("beat"))
    client.force_login(add_user("duty", "duty_officer", now=NOW))
    page = f"/posts/minneapolis/devices/{tablet.key}/cut-off/"
    assert client.post(page, {"why": " "}).status_code == 422
    assert client.post(page, {"why": "taken by officers"}).status_code == 302
    answer = tablet.say(tablet.press())
    assert answer.status_code == 403
    assert night.phones.everybody() == {}
    assert kinds("post/minneapolis")[-2:] == ["post.unwatched", "device.cut_off"]
    assert Key.objects.get(key=tablet.key).revoked == NOW
    assert tablet.ask().status_code == 409, "the same key never again"
    assert client.post(page, {"why": "again"}).status_code == 422
    night.clock.forward(minutes=6)
    assert pulse.silent(night.clock.now, NOW - timedelta(days=1)) == [], "its silence means nothing any more"


def test_devices_are_what_the_record_says(tablet):
    tablet.enrolled()
    Tablet(tablet._night).enrolled(name="side-door")
    actions.cut_off(tablet.key, "lost", actor=HEAD, now=NOW)
    before = list(Device.objects.order_by("key").values())
    rebuild()
    assert list(Device.objects.order_by("key").values()) == before


def test_a_device_is_cut_off_whatever_was_done_before(tablet):
    """Its post is not watched any more, or its key was revoked by command."""
    tablet.enrolled().say(tablet.line("beat"))
    pulse.forget("minneapolis", actor=HEAD, now=NOW)
    revoke_key(tablet.key, NOW, "taken", actor=HEAD, now=NOW)
    actions.cut_off(tablet.key, "taken", actor=HEAD, now=NOW)
    assert Device.objects.get().cut == NOW
    assert tablet.say(tablet.press()).status_code == 403


def test_officers_cut_off_the_devices_of_their_own_post(tablet, client):
    tablet.enrolled()
    page = f"/posts/minneapolis/devices/{tablet.key}/cut-off/"
    client.force_login(add_user("elsewhere", "officer", now=NOW, person="chicago-head"))
    assert client.post(page, {"why": "a grudge"}).status_code == 422
    client.force_login(add_user("here", "officer", now=NOW, person="minneapolis-deputy"))
    assert client.post(page, {"why": "taken"}).status_code == 302
