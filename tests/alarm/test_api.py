"""Alarms by program: the guards' own system raises one, follows it, and cannot do what its token does not say."""

import json
from datetime import timedelta

import pytest
from tests.alarm.conftest import NOW
from tests.program import Program

from inviolable.alarm import actions, pressed, pulse
from inviolable.alarm.models import Alarm, Reply
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Entry
from inviolable.outbox import loop
from inviolable.posts.actions import make_token
from inviolable.web import clock as web_clock

pytestmark = pytest.mark.django_db
FIRE = {"post": "minneapolis", "danger": "fire"}
EVERYTHING = ("posts:read", "posts:beat", "alarms:read", "alarms:raise", "alarms:answer", "alarms:end")


@pytest.fixture(autouse=True)
def _at_that_time(night, monkeypatch):
    """The server's clock is the test's."""
    monkeypatch.setattr(web_clock.timezone, "now", lambda: night.clock.now)


def program(*scopes, post="minneapolis", name="guards", **more) -> Program:
    return Program(make_token(name, scopes, 365, post=post, actor=SYSTEM, now=NOW)[1], **more)


def entries(kind):
    return [json.loads(bytes(line)) for line in Entry.objects.filter(kind=kind).values_list("line", flat=True)]


def test_sent_three_times_it_is_one_alarm_and_the_answer_arrives(night):
    """The network is bad: the guards' system sends again until it hears something."""
    guards = program("alarms:raise", "alarms:read")
    first, *more = [(night.clock.forward(seconds=1), guards("put", "/api/v1/alarms/gate-7", FIRE))[1] for _ in range(3)]
    assert (first.status_code, [one.status_code for one in more]) == (201, [200, 200])
    assert first.headers["Location"] == "/api/v1/alarms/gate-7"
    assert Alarm.objects.count() == 1
    loop.turn("test", night.clock)
    assert night.phones.rang("quito-duty-1") == [3], "called once"
    assert any("La dio: otro sistema." in text.body for text in night.phones.texts("quito-duty-1"))

    told = guards("get", "/api/v1/alarms/gate-7").json()
    assert "seen" not in told
    assert told["next_due"] == "2026-01-27T17:01:01.000Z"
    [duty] = [step for step in told["steps"] if step["step"] == "duty"]
    assert (duty["role"], duty["phase"]) == ("duty_officer", "calling")
    assert {call["channel"] for call in duty["calls"]} >= {"voice", "sms", "mail"}

    night.alarm = "gate-7"
    night.clock.forward(seconds=20)
    night.has("quito-duty-1", "duty_officer")
    told = guards("get", "/api/v1/alarms/gate-7").json()
    assert told["seen"] == {"role": "duty_officer", "at": "2026-01-27T17:00:23.000Z"}
    assert told["answers"] == [{"role": "duty_officer", "at": "2026-01-27T17:00:23.000Z", "answer": "has"}]
    again = guards("put", "/api/v1/alarms/gate-7", FIRE).json()
    assert again["seen"] == told["seen"], "whoever raises it is told, too"

    [entry] = entries("alarm.raised")
    assert entry["actor"] == {"role": "api", "id": "token:guards"}
    assert entry["body"]["way"] == "api"
    assert guards.secret not in "".join(bytes(line).decode() for line in Entry.objects.values_list("line", flat=True))


def test_nobody_is_named(night):
    """Of people only their roles leave the house, whatever they wrote."""
    reader = program("alarms:read", "alarms:raise")
    reader("put", "/api/v1/alarms/one", FIRE)
    night.alarm = "one"
    night.cannot("quito-duty-1", "duty_officer", "my daughter is ill")
    night.wait(600)
    said = json.dumps([reader("get", f"/api/v1/alarms{rest}").json() for rest in ("", "/one")])
    assert "cannot" in said
    for secret in ("quito-", "minneapolis-", "daughter", "+1", "@"):
        assert secret not in said, secret


def test_an_id_that_belongs_to_another_alarm_turns_nobody_away(night):
    guards = program("alarms:raise")
    guards("put", "/api/v1/alarms/same", FIRE)
    other = guards("put", "/api/v1/alarms/same", {"post": "minneapolis", "danger": "medical"})
    assert other.status_code == 201
    name = other.json()["id"]
    assert name != "same"
    assert other.headers["Location"] == f"/api/v1/alarms/{name}"
    assert Alarm.objects.get(id=name).danger == "medical"
    assert Alarm.objects.get(id="same").danger == "fire"


def test_an_id_that_has_ended_raises_anew(night):
    guards = program("alarms:raise", "alarms:end")
    guards("put", "/api/v1/alarms/same", FIRE)
    ended = guards("post", "/api/v1/alarms/same/stand-down", {"why": "burnt toast"}).json()
    assert ended["state"] == "ended"
    again = guards("put", "/api/v1/alarms/same", FIRE)
    assert again.status_code == 201
    assert again.json()["id"] != "same"


def test_somebody_else_had_raised_it_already(night):
    """A person at the desk pressed first: the program's is the same alarm, and nobody is called twice."""
    desk = night.raise_at("minneapolis", "fire")
    night.clock.forward(seconds=20)
    answer = program("alarms:raise")("put", "/api/v1/alarms/gate-7", FIRE)
    assert (answer.status_code, answer.json()["id"]) == (200, desk)
    assert [one["body"]["way"] for one in entries("alarm.repeated")] == ["api"]


def test_a_drill_is_said_to_be_one(night):
    guards = program("alarms:raise")
    assert guards("put", "/api/v1/alarms/drill", FIRE | {"exercise": True}).json()["exercise"] is True
    assert guards("put", "/api/v1/alarms/real", FIRE | {"exercise": False}).json()["id"] == "real", "no drill hides it"


def test_a_stolen_token_does_not_keep_people_awake(night):
    """Whoever stole it raises what it can, again and again, after everybody has answered."""
    thief = program("alarms:raise", "alarms:end")
    codes = []
    for number in range(14):
        codes.append(thief("put", f"/api/v1/alarms/n{number}", FIRE).status_code)
        if codes[-1] == 201:
            thief("post", f"/api/v1/alarms/n{number}/stand-down", {"why": "again"})
        night.clock.forward(seconds=10)
    assert codes == [201] * 10 + [429] * 4
    refused = thief("put", "/api/v1/alarms/more", FIRE)
    assert refused.headers["Retry-After"] == "60"
    assert "If there is danger, telephone." in refused.json()["detail"]
    assert night.raise_at("minneapolis", "fire"), "a person raises one all the same"
    night.clock.forward(minutes=10)
    actions.stand_down(night.alarm, "over", actor=SYSTEM, now=night.clock.now)
    assert thief("put", "/api/v1/alarms/later", FIRE).status_code == 201


# ---- answers and the end ---------------------------------------------------------------------


def test_another_system_brings_what_the_duty_officer_answered(night):
    name = night.raise_at()
    pager = program("alarms:answer", post="")
    told = {"person": "quito-duty-1", "role": "duty_officer", "answer": "has"}
    answer = pager("post", f"/api/v1/alarms/{name}/answers", told)
    assert answer.json()["seen"]["role"] == "duty_officer"
    [entry] = entries("alarm.acknowledged")
    assert (entry["actor"]["id"], entry["body"]["way"]) == ("token:guards", "api")


def test_who_cannot_brings_in_the_next(night):
    name = night.raise_at()
    pager = program("alarms:answer", post="")
    told = {"person": "quito-duty-1", "role": "duty_officer", "answer": "cannot", "why": "ill"}
    assert "seen" not in pager("post", f"/api/v1/alarms/{name}/answers", told).json()
    loop.turn("test", night.clock)
    assert night.phones.rang("quito-duty-2") == [0]


def test_whom_the_alarm_has_not_called_cannot_have_answered(night):
    address, pager = f"/api/v1/alarms/{night.raise_at()}/answers", program("alarms:answer", post="")
    strangers = {"chicago-head": "head", "quito-duty-1": "legal", "quito-duty-2": "duty_officer", "nobody": "broadcast"}
    for person, role in strangers.items():
        refused = pager("post", address, {"person": person, "role": role, "answer": "has"})
        assert refused.status_code == 409
        assert refused.json()["detail"] == f"This alarm has not called {person} as {role}."
    assert not Reply.objects.exists()


def test_a_token_does_not_answer_its_own_alarm(night):
    guards = program("alarms:raise", "alarms:answer")
    guards("put", "/api/v1/alarms/one", FIRE)
    told = {"person": "quito-duty-1", "role": "duty_officer", "answer": "has"}
    refused = guards("post", "/api/v1/alarms/one/answers", told)
    assert (refused.status_code, Reply.objects.count()) == (409, 0)
    assert "somebody else must know" in refused.json()["detail"]


def test_what_has_ended_is_neither_answered_nor_ended_again(night):
    guards, pager = program("alarms:end"), program("alarms:answer", name="pager")
    name = night.raise_at()
    guards("post", f"/api/v1/alarms/{name}/stand-down", {"why": "he went away"})
    assert [one["body"]["why"] for one in entries("alarm.stood_down")] == ["he went away"]
    told = {"person": "quito-duty-1", "role": "duty_officer", "answer": "has"}
    for again in (
        guards("post", f"/api/v1/alarms/{name}/stand-down", {"why": "again"}),
        pager("post", f"/api/v1/alarms/{name}/answers", told),
    ):
        assert again.status_code == 409
        assert again.json()["detail"] == "This alarm was stood down at 2026-01-27T17:00:00.000Z."


# ---- the list --------------------------------------------------------------------------------


def test_every_alarm_is_on_one_page_and_one_only(night):
    names = []
    for danger in ("fire", "medical", "threat", "entry", "intrusion"):
        names.append(night.raise_at("minneapolis", danger))
        night.clock.forward(seconds=0 if danger == "medical" else 1)  # Two at the same moment.
    actions.stand_down(names[0], "over", actor=SYSTEM, now=night.clock.now)
    night.raise_at("chicago", "fire")
    reader, seen, address = program("alarms:read"), [], "/api/v1/alarms?limit=2"
    while address:
        page = reader("get", address).json()
        assert len(page["alarms"]) <= 2
        seen += [one["id"] for one in page["alarms"]]
        address = page.get("next")
    assert sorted(seen) == sorted(names), "and none of another post"
    assert seen[0] == names[-1], "the newest first"
    assert [one["id"] for one in reader("get", "/api/v1/alarms?state=ended").json()["alarms"]] == names[:1]
    page = reader("get", "/api/v1/alarms?state=open&limit=3").json()
    assert page["next"].startswith("/api/v1/alarms?state=open&limit=3&after=")
    assert len(reader("get", page["next"]).json()["alarms"]) == 1
    assert len(program("alarms:read", post="", name="all")("get", "/api/v1/alarms").json()["alarms"]) == 6


def test_a_question_that_is_none_is_refused(night):
    reader, many = program("alarms:read"), "limit=" + "9" * 5000
    for query in (
        "limit=0",
        "limit=101",
        "limit=²",
        "limit=0000000509999",
        "limit=-1",
        "state=closed",
        "page=2",
        "after=%00",
        "limit=1&limit=2",
        many,
    ):
        assert reader("get", f"/api/v1/alarms?{query}").status_code == 422, query


# ---- what a token may not --------------------------------------------------------------------


def test_another_posts_alarm_is_as_if_it_were_not(night):
    elsewhere = night.raise_at("chicago", "fire")
    ours = program(*EVERYTHING)
    answered = {"person": "quito-duty-1", "role": "duty_officer", "answer": "has"}
    theirs = [
        ours("get", f"/api/v1/alarms/{elsewhere}"),
        ours("post", f"/api/v1/alarms/{elsewhere}/answers", answered),
        ours("post", f"/api/v1/alarms/{elsewhere}/stand-down", {"why": "x"}),
        ours("get", f"/api/v1/alarms?after={elsewhere}"),
    ]
    nothing = ours("get", "/api/v1/alarms/there-is-none")
    assert {one.content for one in theirs} == {nothing.content}
    assert nothing.status_code == 404
    assert ours("get", "/api/v1/alarms").json() == {"alarms": []}
    assert ours("put", "/api/v1/alarms/x", {"post": "chicago", "danger": "fire"}).status_code == 403
    assert ours("put", f"/api/v1/alarms/{elsewhere}", FIRE).json()["id"] != elsewhere
    assert Alarm.objects.get(id=elsewhere).ended is None


HOSTILE = {
    "nothing": (b" ", 400),
    "no JSON": (b"post=minneapolis", 400),
    "no UTF-8": (b'{"post": "\xff"}', 400),
    "a list": (b"[]", 400),
    "a number": (b"1" * 5000, 400),
    "deep": (b"[" * 9000, 400),
    "deep objects": (b'{"a":' * 1900, 400),
    "NaN": (b'{"post": "minneapolis", "danger": NaN}', 400),
    "a key twice": (b'{"post": "minneapolis", "danger": "fire", "post": "chicago"}', 400),
    "huge": (b'{"post": "' + b"x" * 10_000 + b'"}', 413),
    "huger than Django reads": (b" " * 3_000_000, 413),
    "an unknown field": (b'{"post": "minneapolis", "danger": "fire", "apart": true}', 422),
    "a field that is missing": (b'{"post": "minneapolis"}', 422),
    "a danger that is none": (b'{"post": "minneapolis", "danger": "fyre"}', 422),
    "a list as danger": (b'{"post": "minneapolis", "danger": ["fire"]}', 422),
    "no post": (b'{"post": "atlantis", "danger": "fire"}', 422),
    "NUL": (b'{"post": "minneapolis\\u0000", "danger": "fire"}', 422),
    "half a character": (b'{"post": "\\ud800", "danger": "fire"}', 422),
    "half a character as key": (b'{"\\ud800": 1, "post": "minneapolis", "danger": "fire"}', 422),
    "a text for yes": (b'{"post": "minneapolis", "danger": "fire", "exercise": "no"}', 422),
    "null": (b'{"post": "minneapolis", "danger": "fire", "exercise": null}', 422),
}


def test_what_is_no_request_raises_nothing_and_is_told_why(night):
    raising = program("alarms:raise", post="")
    for what, (body, status) in HOSTILE.items():
        assert raising("put", "/api/v1/alarms/x", body).status_code == status, what
    assert not Alarm.objects.exists()


def test_what_is_not_sent_as_json_is_not_read(night):
    """A page elsewhere could have a browser send these."""
    raising = program("alarms:raise")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert raising("put", "/api/v1/alarms/x", FIRE, content_type=kind).status_code == 415, kind
    assert not Alarm.objects.exists()


def test_an_id_that_no_page_can_have_is_refused(night):
    raising = program("alarms:raise")
    for name in ("raise", "simulate", "ABC", "under_score", "x" * 65):
        answer = raising("put", f"/api/v1/alarms/{name}", FIRE)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "id"), name


def test_an_end_needs_a_reason(night):
    name = night.raise_at()
    ending = program("alarms:end")
    for why in ("", "   ", "x" * 301, None, 5):
        assert ending("post", f"/api/v1/alarms/{name}/stand-down", {"why": why}).status_code == 422, why
    forged = ending("post", f"/api/v1/alarms/{name}/stand-down", b'{"why": "a\\ud800\\u202e\\nb"}')
    assert forged.status_code == 200
    assert [one["body"]["why"] for one in entries("alarm.stood_down")] == ["a   b"]


def test_an_answer_says_one_thing(night):
    address, pager = f"/api/v1/alarms/{night.raise_at()}/answers", program("alarms:answer")
    for more in ({"answer": "cannot"}, {"answer": "has", "why": "x"}, {"answer": "maybe"}, {}):
        told = {"person": "quito-duty-1", "role": "duty_officer"} | more
        assert pager("post", address, told).status_code == 422, more
    assert not Reply.objects.exists()


def test_everything_that_is_wrong_is_said_at_once_and_in_the_readers_language(night):
    wrong = {"danger": "fyre", "urgent": True}
    said = program("alarms:raise")("put", "/api/v1/alarms/x", wrong).json()
    assert {one["field"]: one["detail"].split("; ")[0] for one in said["errors"]} == {
        "urgent": "is no field here",
        "post": "is missing",
        "danger": "found 'fyre'",
    }
    assert "attempted_entry, entry" in said["errors"][-1]["detail"]
    dicho = program("alarms:raise", name="guardias", language="es")("put", "/api/v1/alarms/x", wrong).json()
    assert dicho["detail"].startswith("No se ha hecho nada")


def test_the_secret_lasts_as_long_as_it_was_made_for(night):
    guards = program("alarms:read")
    night.clock.now = NOW + timedelta(days=365) - timedelta(seconds=1)
    assert guards("get", "/api/v1/alarms").status_code == 200
    night.clock.forward(seconds=1)
    assert guards("get", "/api/v1/alarms").status_code == 401


def test_a_device_says_that_it_is_there_and_sleeps_until_it_says(night):
    door = program("posts:beat", name="door")
    assert door("put", "/api/v1/posts/minneapolis/heartbeat", {}).status_code == 204
    assert door("put", "/api/v1/posts/minneapolis/heartbeat", {"until": "2026-01-28T14:00:00.000Z"}).status_code == 204
    assert door("put", "/api/v1/posts/minneapolis/heartbeat", {"until": "tomorrow"}).status_code == 422
    assert door("put", "/api/v1/posts/minneapolis/heartbeat", {"until": "2027-01-28T14:00:00.000Z"}).status_code == 409
    assert door("put", "/api/v1/posts/chicago/heartbeat", {}).status_code == 404, "it is the device of another post"
    night.clock.forward(hours=20)
    assert pulse.silent(night.clock.now, NOW) == []
    night.clock.forward(hours=2)
    assert pulse.silent(night.clock.now, NOW) == ["minneapolis"]


def test_what_cannot_be_recorded_is_called_straight_and_says_so(night, home):
    """DESIGN.md, law 7."""
    key = home / "keys" / "log.pem"
    guards = program("alarms:raise")
    key.rename(home / "keys" / "aside")
    key.write_text("damaged")
    answer = guards("put", "/api/v1/alarms/gate-7", FIRE)
    assert (answer.status_code, answer.json()["state"]) == (202, "unrecorded")
    assert [one.alarm for one in pressed.waiting(home)] == ["gate-7"]
