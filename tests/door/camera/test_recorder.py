"""What a fixed camera films is at headquarters, whatever happens to the line, the disk and the camera (scenario 8)."""

import json
from hashlib import sha256
from itertools import pairwise

import pyrage
import pytest
from tests.door.camera.conftest import DUTY

from inviolable.alarm.actions import raise_alarm, stand_down
from inviolable.alarm.models import Alarm
from inviolable.door import actions
from inviolable.door.camera import queue
from inviolable.door.camera.line import Answer
from inviolable.door.camera.sending import CutOff, Letter
from inviolable.ledger import actions as ledger
from inviolable.ledger import canonical, erasure
from inviolable.ledger.models import Entry

pytestmark = pytest.mark.django_db


def alarm(night) -> None:
    raise_alarm("minneapolis", "attempted_entry", way="page", actor=DUTY, now=night.clock.now)


def over(night) -> None:
    stand_down(Alarm.objects.get(ended=None).id, "they left", actor=DUTY, now=night.clock.now)


def bodies(kind: str) -> list[dict]:
    return [canonical.decode(bytes(row.line))["body"] for row in Entry.objects.filter(kind=kind).order_by("id")]


def received() -> list[dict]:
    """Statements, by recording and number."""
    found = [body["statement"] for body in bodies("segment.received")]
    return sorted((json.loads(one) for one in found), key=lambda one: (one["recording"], one["number"]))


def whole(statements: list[dict]) -> None:
    """No number is missing, and each names the one before."""
    assert [one["number"] for one in statements] == list(range(len(statements)))
    for one, other in pairwise(statements):
        assert other["prev"] == sha256(canonical.encode(one)).hexdigest()


def test_scenario_8_the_two_minutes_before_the_touch_are_there(night, camera):
    camera.film(140, beat=False)
    assert not list(camera.home.waiting.rglob("*.segment")), "before an alarm nothing is on its disk"
    alarm(night)
    camera.film(10)
    filmed = received()
    whole(filmed)
    before = [one for one in filmed if one["layer"] == "full" and one["slice"] < 70]
    assert len(before) in (60, 61), "two minutes, and not much more"
    assert filmed[-1]["slice"] == 74
    assert not camera.recorder.queue.held


def test_after_the_alarm_it_says_that_it_is_over_and_begins_the_next(night, camera):
    alarm(night)
    camera.film(10)
    over(night)
    camera.film(10)
    [ended] = bodies("recording.ended")
    assert (ended["gaps"], ended["segments"]) == ([], ended["made"])
    camera.film(60)
    assert len(bodies("segment.received")) == ended["made"], "what is filmed afterwards stays in memory"
    night.clock.forward(minutes=11)
    alarm(night)
    camera.film(10)
    assert len({one["recording"] for one in received()}) == 2


@pytest.mark.parametrize("seconds", [60, pytest.param(3600, marks=pytest.mark.chaos)])
def test_without_a_line_for_an_hour_the_recording_is_complete_and_in_order_afterwards(night, camera, seconds):
    camera.film(30)
    alarm(night)
    camera.film(10)
    camera.line.lost = 1
    camera.film(seconds)
    assert len(camera.recorder.queue.held) == seconds
    camera.line.lost, camera.line.sent = 0, []
    camera.film(4)
    filmed = received()
    whole(filmed)
    assert {one["slice"] for one in filmed} == set(range(camera.slice))
    order = [address for address, _body in camera.line.sent if address != "/door/say"]
    assert order[0] == "/door/heads", "what was filmed is committed to before the bytes come"
    assert order.index("/door/segment") >= seconds // 50
    layers = [json.loads(json.loads(body.split(b"\n")[0])["statement"]) for address, body in camera.line.sent
              if address == "/door/segment"]  # fmt: skip
    first = [one["layer"] for one in layers[: seconds // 2]]
    assert first.count("low") >= seconds // 2 - 2, "the small picture first"


def test_on_a_bad_line_nothing_is_missing_and_nothing_is_twice(night, camera):
    camera.film(20)
    camera.line.lost = 0.1
    alarm(night)
    camera.film(60)
    camera.line.lost = 0
    camera.film(4)
    over(night)
    camera.film(6)
    filmed = received()
    whole(filmed)
    assert [body["gaps"] for body in bodies("recording.ended")] == [[]]
    assert {one["slice"] for one in filmed} >= set(range(41))
    assert not bodies("segment.quarantined")


def test_what_it_filmed_without_a_line_counts_although_whom_it_seals_to_has_changed_meanwhile(night, camera):
    alarm(night)
    camera.film(4, send=False)
    camera.line.lost = 1
    camera.film(4)
    more = pyrage.x25519.Identity.generate()
    ledger.add_recipient(str(more.to_public()), "key-3", actor=DUTY, now=night.clock.now)
    camera.line.lost = 0
    camera.film(6, send=False)
    assert len(camera.recorder.state.reels) == 2, "another one is ready"
    camera.start()
    camera.film(4)
    filmed = received()
    whole(filmed)
    assert len(filmed) == camera.slice * 2 + 14
    assert not [line for line in camera.said if "DOES NOT COUNT" in line]
    assert camera.recorder.named == camera.recorder.state.reels[-1].recording


def test_killed_at_any_moment_it_goes_on_without_repair(night, camera):
    alarm(night)
    for moment in range(4):
        camera.film(6, send=False)
        camera.send(most=moment)
        camera.start()
    camera.film(4)
    filmed = received()
    whole(filmed)
    assert len({one["boot"] for one in filmed}) == 5
    slices = [one["slice"] for one in filmed if one["layer"] == "full"]
    assert slices == sorted(set(slices)), "each slice once, later ones after earlier ones"


def test_killed_while_it_queues_it_catches_up_from_the_queue(night, camera, monkeypatch):
    """The segment is on the disk, and the note of it is not."""
    alarm(night)
    camera.film(4)
    with monkeypatch.context() as patch:
        patch.setattr(camera.home, "save", lambda _state: None)
        camera.film(4, send=False)
    camera.start()
    camera.film(4)
    whole(received())


def test_killed_without_a_line_it_still_knows_of_the_alarm(night, camera):
    alarm(night)
    camera.film(4)
    camera.line.lost = 1
    camera.start()
    camera.film(6)
    assert len(camera.recorder.queue.held) == 6
    camera.line.lost = 0
    camera.film(2)
    whole(received())


def test_promise_11_a_full_queue_is_said_aloud_and_what_was_filmed_is_committed_to(night, camera):
    alarm(night)
    camera.film(4)
    camera.line.lost, camera.quota = 1, 20_000
    camera.start()
    camera.film(40)
    assert camera.recorder.queue.bytes < 20_000 + 40 * 1_500
    assert any("THE QUEUE IS FULL" in line for line in camera.said)
    waited = set(camera.recorder.queue.held)
    camera.line.lost = 0
    camera.film(4)
    over(night)
    camera.film(6)
    [ended] = bodies("recording.ended")
    assert ended["gaps"], "what had no room is missing"
    announced = [json.loads(line[: line.rindex(" ")])["number"]
                 for body in bodies("segments.announced") for line in body["heads"]]  # fmt: skip
    numbers = {one["number"] for one in received()}
    assert numbers | set(announced) == set(range(ended["made"])), "and headquarters knows what"
    dropped = {number for _recording, number in waited} - numbers - set(announced)
    assert not dropped


def test_a_full_disk_stops_nothing_but_what_had_no_room(night, camera, monkeypatch):
    alarm(night)
    camera.film(4)

    def full(*_about):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(camera.home, "save", full)
        patch.setattr(queue.os, "fsync", full)
        camera.film(4)
    assert any("THE DISK TAKES NOTHING MORE" in line for line in camera.said)
    camera.film(4)
    filmed = received()
    whole(filmed)
    assert [one["slice"] for one in filmed if one["layer"] == "full"] == [0, 1, 4, 5]


def test_a_receipt_by_another_key_is_none(night, camera, monkeypatch):
    alarm(night)
    camera.film(4)
    camera.recorder.state.log = "0" * 64
    camera.film(4)
    assert len(camera.recorder.queue.held) == 4, "it stays until headquarters signs for it"
    assert any("NO GOOD RECEIPT" in line for line in camera.said)
    assert any("ANOTHER KEY" in line for line in camera.said)


def test_another_key_is_believed_where_the_one_before_has_signed_for_it(night, camera):
    before = camera.recorder.state.log
    ledger.rotate_key("each year", actor=DUTY, now=night.clock.now)
    alarm(night)
    camera.film(4)
    assert camera.recorder.state.log != before
    assert not camera.recorder.queue.held, "its receipts are believed"
    camera.recorder.state.log = "0" * 64
    camera.recorder.learn(camera.line.post("/door/log", b"").said)
    assert camera.recorder.state.log == "0" * 64, "whoever believes another key believes neither"


def test_an_answer_that_cannot_say_how_things_stand_ends_no_recording(night, camera):
    alarm(night)
    camera.film(4)
    camera.recorder.hear({"taken": 9, "alarms": [], "consents": []}, camera.mono)
    camera.line.lost = 1
    camera.film(4)
    assert len(camera.recorder.queue.held) == 4


def test_a_recording_that_was_erased_is_not_sent_any_more(night, camera):
    alarm(night)
    camera.film(4)
    [first] = {one["recording"] for one in received()}
    erasure.erase(first, "consent withdrawn", actor=DUTY, now=night.clock.now)
    camera.film(8)
    assert not camera.recorder.queue.of(first)
    assert {one["recording"] for one in received()} - {first}, "it goes on in another one, since the alarm stands open"


def test_cut_off_it_ends(night, camera):
    alarm(night)
    actions.cut_off(camera.recorder.key.id, "taken", actor=DUTY, now=night.clock.now)
    assert camera.speaking.beat("", night.clock.now).said == {"cut": "yes"}
    with pytest.raises(CutOff):
        camera.sending.settle(camera.sending.next(0), Answer(403, {"cut": "yes"}), 0)


def test_what_is_not_taken_now_is_kept(night, camera):
    alarm(night)
    camera.film(4, send=False)
    letter = camera.sending.next(camera.mono)
    for status, said in ((500, {}), (503, {"detail": "the disk is full"}), (404, {}), (200, {})):
        camera.sending.settle(letter, Answer(status, said), camera.mono)
        assert len(camera.recorder.queue.held) >= 2


def test_no_proxy_deletes_film(night, camera):
    """Its 413 or 400 is no answer of headquarters, and holds up nothing else."""
    alarm(night)
    camera.film(4, send=False)
    letter, held = camera.sending.next(camera.mono), len(camera.recorder.queue.held)
    for status, said in ((413, {}), (400, {"error": "bad"}), (410, {}), (422, {}), (202, {})):
        assert not camera.sending.settle(letter, Answer(status, said), camera.mono)
    assert len(camera.recorder.queue.held) == held
    letter = next(iter(camera.recorder.queue.held.values()))
    one = Letter("/door/segment", letter.body(), (letter,))
    camera.sending.settle(one, Answer(413, {}), camera.mono)
    camera.recorder.state.reels[0].headed = 99
    assert letter not in camera.sending.next(camera.mono).about
    assert camera.sending.settle(one, Answer(413, {"detail": "A segment has at most …"}), camera.mono)
    assert len(camera.recorder.queue.held) == held - 1


def test_what_is_damaged_in_the_queue_stays_for_whoever_can_mend_it(camera):
    folder = camera.home.waiting / ("0" * 8 + "-0000-4000-8000-" + "0" * 12)
    folder.mkdir()
    (folder / "00000001.segment").write_bytes(b"{}\nsealed")
    (folder / "00000002.new").write_bytes(b"cut off")
    for _start in range(2):
        camera.start()
        assert [one.name for one in folder.iterdir()] == ["00000001.damaged"]
    assert not camera.recorder.queue.held


def test_sound_is_recorded_as_the_post_may(camera):
    assert not camera.recorder.sound
    camera.recorder.hear({"film": {"log": camera.recorder.state.log, "sound": "announced"}}, 0)
    assert camera.recorder.sound
