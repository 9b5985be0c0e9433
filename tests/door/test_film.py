"""What a device films is at headquarters segment by segment, and counts only as its key signed it (scenarios 8, 38)."""

import json
from hashlib import sha256
from uuid import uuid4

import pyrage
import pytest
from django.urls import reverse
from tests.door.conftest import Tablet

from inviolable.alarm import straight
from inviolable.alarm.actions import stand_down
from inviolable.alarm.models import Alarm
from inviolable.door import actions, api, film, film_api
from inviolable.door.models import Rule, Taping
from inviolable.incidents.models import Incident
from inviolable.ledger import actions as ledger
from inviolable.ledger import beacons, canonical, recordings
from inviolable.ledger import film as tape
from inviolable.ledger.keys import verifies
from inviolable.ledger.models import Beacon, Entry, Key, Segment
from inviolable.ledger.moments import written
from inviolable.posts.actions import Refused, add_user

pytestmark = pytest.mark.django_db
DUTY = {"role": "duty_officer", "id": "user-2"}
LEGAL = {"role": "legal", "id": "user-5"}


@pytest.fixture
def identities(night):
    """Two keys of headquarters, to whom everything is sealed."""
    made = [pyrage.x25519.Identity.generate() for _ in range(2)]
    for number, one in enumerate(made):
        ledger.add_recipient(str(one.to_public()), f"key-{number}", actor=DUTY, now=night.clock.now)
    beacons.issue(night.clock.now)
    return made


class Films:
    """A tablet that films: segments as docs/recording.md says."""

    def __init__(self, tablet: Tablet, night) -> None:
        self.tablet, self.night, self.statements = tablet, night, []
        self.told = self.ready()

    def ready(self, has: str = "") -> dict:
        return self.tablet.say(self.tablet.line("beat"), film=has).json().get("film", {})

    def segment(self, scene: bytes, **altered) -> bytes:
        """The body of a request: what was filmed, sealed, with the next number."""
        sealed = pyrage.encrypt(scene, [pyrage.x25519.Recipient.from_str(self.told["recipient"])])
        number = len(self.statements)
        said = {
            "beacon": sha256(self.told["beacon"].split("\n")[0].encode()).hexdigest(), "boot": "b1", "layer": "full",
            "length": 2000, "media": "video/webm", "mono": 2000 * number, "number": number,
            "recording": self.told["recording"], "sealed_bytes": len(sealed),
            "sealed_sha256": sha256(sealed).hexdigest(), "slice": number, "wall": written(self.night.clock.now),
        }  # fmt: skip
        if number:
            said["prev"] = sha256(self.statements[-1]).hexdigest()
        self.statements.append(canonical.encode(said | altered))
        return self.body(self.statements[-1], sealed)

    def body(self, statement: bytes, sealed: bytes) -> bytes:
        told = self.signed(statement) | {"beacon": self.told["beacon"]}
        return json.dumps(told).encode() + b"\n" + sealed

    def signed(self, statement: bytes) -> dict[str, str]:
        return {"statement": statement.decode(), "signature": self.tablet.sign(statement).hex()}

    def send(self, body: bytes, address: str = "/door/segment"):
        return self.tablet._client.post(address, body, content_type="application/octet-stream")

    def heads(self):
        told = {"heads": [self.signed(one) for one in self.statements], "beacons": [self.told["beacon"]]}
        return self.send(json.dumps(told).encode(), "/door/heads")


@pytest.fixture
def films(night, tablet, identities):
    return Films(tablet.enrolled(), night)


def kinds(name: str) -> list[dict]:
    return [canonical.decode(bytes(row.line)) for row in Entry.objects.filter(kind=name).order_by("id")]


def test_before_anything_happens_a_device_can_seal_and_nothing_is_recorded(films):
    assert not kinds("recording.begun")
    assert films.told["recipient"].startswith("age1")
    assert films.told["sound"] == "off"
    again = films.ready(films.told["recording"])
    assert "recipient" not in again, "it has that one already"
    assert films.ready()["recording"] == films.told["recording"]


def test_scenario_8_what_was_filmed_goes_into_the_alarms_incident_and_headquarters_opens_it(
    films, identities, tmp_path
):
    films.tablet.say(films.tablet.press())
    scenes = [b"before the touch ", b"the touch ", b"after it"]
    for scene in scenes:
        answer = films.send(films.segment(scene))
        assert answer.status_code == 200, answer.content
    [begun] = kinds("recording.begun")
    incident = Incident.objects.get()
    assert begun["stream"] == incident.stream
    assert begun["actor"] == {"role": "device", "id": f"device:{films.tablet.key}"}
    recording, where = films.told["recording"], tmp_path / "film"
    opened = tape.write_segments(recording, where, tape.identity_of(recording, identities[:1]))
    assert [(where / one.name).read_bytes() for one in opened] == scenes
    assert films.ready(films.told["recording"])["recording"] != films.told["recording"], "the next one is ready"


def test_the_receipt_is_what_is_recorded_and_the_same_for_a_segment_that_comes_again(films):
    films.tablet.say(films.tablet.press())
    body = films.segment(b"scene")
    first, again = films.send(body).json(), films.send(body).json()
    assert first == again
    log = Key.objects.get(key=first["key"], role="log")
    assert bytes(log.public).hex() == films.told["log"]
    assert verifies(bytes(log.public), bytes.fromhex(first["signature"]), first["line"].encode())
    assert Entry.objects.get(kind="segment.received").line == first["line"].encode()


def test_what_comes_before_its_alarm_is_recorded_is_sent_again(films):
    body = films.segment(b"scene")
    early = films.send(body)
    assert (early.status_code, early.headers["Retry-After"]) == (503, "2")
    films.tablet.say(films.tablet.press())
    assert films.send(body).status_code == 200


def test_in_any_order_and_after_an_hour_offline_all_of_it_counts(films):
    """The beacon that it was sealed under was forgotten meanwhile, and comes back with it."""
    films.tablet.say(films.tablet.press())
    bodies = [films.segment(b"scene %d" % number) for number in range(6)]
    Beacon.objects.all().delete()
    beacons.issue(films.night.clock.now)
    films.night.clock.forward(hours=1)
    for number in (3, 0, 5, 1, 4, 2):
        assert films.send(bodies[number]).status_code == 200
    said = films.tablet.line("filmed", id=str(uuid4()), recording=films.told["recording"], segments="6")
    assert films.tablet.say(said).status_code == 200
    [ended] = kinds("recording.ended")
    assert (ended["body"]["segments"], ended["body"]["gaps"]) == (6, [])


def test_on_a_thin_link_what_was_filmed_is_committed_to_before_it_comes(films):
    films.tablet.say(films.tablet.press())
    bodies = [films.segment(b"scene %d" % number) for number in range(3)]
    assert films.heads().json() == {"taken": 3}
    assert films.heads().json() == {"taken": 0}
    assert len(kinds("segments.announced")[0]["body"]["heads"]) == 3
    assert films.send(bodies[1]).status_code == 200
    said = films.tablet.line("filmed", id=str(uuid4()), recording=films.told["recording"], segments="3")
    films.tablet.say(said)
    assert kinds("recording.ended")[0]["body"]["gaps"] == ["0", "2"]


def test_hostile_7_foreign_replayed_spliced_and_altered_segments_are_shown_and_never_counted(films, night):
    films.tablet.say(films.tablet.press())
    films.send(films.segment(b"scene"))
    stranger = Tablet(night).enrolled(name="other")
    statement = films.statements[0]
    foreign = json.dumps({"statement": statement.decode(), "signature": stranger.sign(statement).hex(), "beacon": ""})
    second = films.segment(b"second")
    altered = second[:-1] + bytes([second[-1] ^ 1])
    films.statements.pop()
    spliced = films.segment(b"third", prev="0" * 64)
    films.statements.pop()
    future = films.segment(b"fourth", beacon="0" * 64)
    films.statements.pop()
    far = films.segment(b"fifth", number=10**6)
    for body in (altered, spliced, future, far):
        answer = films.send(body)
        assert answer.status_code == 202, answer.content
        assert answer.json()["quarantined"]
    assert films.send(foreign.encode() + b"\nx").status_code == 200, "the same statement is there already: its receipt"
    assert len(kinds("segment.quarantined")) == 4
    assert len(Segment.objects.filter(recording=films.told["recording"])) == 1


def test_a_device_that_is_cut_off_adds_nothing(films):
    films.tablet.say(films.tablet.press())
    first, second = films.segment(b"one"), films.segment(b"two")
    films.send(first)
    films.night.clock.forward(seconds=1)
    actions.cut_off(films.tablet.key, "taken", actor=DUTY, now=films.night.clock.now)
    answer = films.send(second)
    assert (answer.status_code, "revoked" in answer.json()["quarantined"]) == (202, True)
    assert len(Segment.objects.filter(recording=films.told["recording"])) == 1


def test_cut_off_before_it_sent_anything_it_begins_nothing(films):
    films.tablet.say(films.tablet.press())
    actions.cut_off(films.tablet.key, "taken", actor=DUTY, now=films.night.clock.now)
    answer = films.send(films.segment(b"one"))
    assert (answer.status_code, answer.json()) == (403, {"cut": "yes"})
    assert not kinds("recording.begun")


def test_nobody_else_begins_a_recording_that_is_ready_for_a_device(films, night):
    films.tablet.say(films.tablet.press())
    other = Films(Tablet(night).enrolled(name="other"), night)
    other.told = films.told
    assert other.send(other.segment(b"scene")).status_code == 401
    unknown = films.segment(b"scene", recording=str(uuid4()))
    assert films.send(unknown).status_code == 400
    assert not kinds("recording.begun")


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{}\nx", 422), (b"\xff\n", 400), (b"[]\n", 400), (b'{"statement": "x"}', 422),
     (b"x" * (film_api.MOST + film_api.LONGEST_LINE + 1), 413)],
)  # fmt: skip
def test_bad_bytes_get_a_clear_answer_and_leave_nothing(films, body, status):
    films.tablet.say(films.tablet.press())
    answer = films.send(body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert films.tablet._client.get("/door/segment").status_code == 405
    assert not kinds("segment.received")


def test_a_full_disk_says_that_it_is_to_be_sent_again(films, monkeypatch):
    films.tablet.say(films.tablet.press())
    body = films.segment(b"scene")

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(recordings, "append", full)
        answer = films.send(body)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert films.send(body).status_code == 200


def test_without_keys_of_headquarters_nothing_is_filmed(night, tablet):
    assert Films(tablet.enrolled(), night).told == {}


def test_whom_things_are_sealed_to_has_changed_so_another_recording_is_made_ready(films, identities):
    before = films.told["recording"]
    more = pyrage.x25519.Identity.generate()
    ledger.add_recipient(str(more.to_public()), "key-3", actor=DUTY, now=films.night.clock.now)
    after = films.ready(before)["recording"]
    assert after != before
    films.tablet.say(films.tablet.press())
    assert films.send(films.segment(b"without a network, to the earlier one")).status_code == 200
    assert ledger.subject_keys().exists(f"{before}.age")
    films.ready(after)
    assert set(Taping.objects.values_list("recording", flat=True)) == {before, after}


def test_what_a_device_will_never_use_is_forgotten_once_it_has_the_next(films, django_capture_on_commit_callbacks):
    before = films.told["recording"]
    more = pyrage.x25519.Identity.generate()
    ledger.add_recipient(str(more.to_public()), "key-3", actor=DUTY, now=films.night.clock.now)
    after = films.ready(before)["recording"]
    assert ledger.subject_keys().exists(f"{before}.age"), "until it says that it has the next"
    with django_capture_on_commit_callbacks() as later:
        films.ready(after)
    assert ledger.subject_keys().exists(f"{before}.age"), "until that is durable"
    for again in (*later, *later):  # It was destroyed already, and whoever was to note it died.
        again()
    assert not ledger.subject_keys().exists(f"{before}.age")
    assert Taping.objects.get().recording == after
    assert films.ready(after)


def test_a_second_alarm_gets_a_recording_of_its_own(films):
    films.tablet.say(films.tablet.press())
    films.send(films.segment(b"scene"))
    stand_down(Alarm.objects.get().id, "over", actor=DUTY, now=films.night.clock.now)
    films.night.clock.forward(hours=2)
    films.told, films.statements = films.told | films.ready(films.told["recording"]), []
    films.tablet.say(films.tablet.press())
    assert films.send(films.segment(b"another")).status_code == 200
    assert len({one["stream"] for one in kinds("recording.begun")}) == 2


def test_what_comes_once_the_incident_is_closed_or_long_over_goes_there_all_the_same(films):
    films.tablet.say(films.tablet.press())
    bodies = [films.segment(b"scene"), films.segment(b"another")]
    stand_down(Alarm.objects.get().id, "over", actor=DUTY, now=films.night.clock.now)
    first = Incident.objects.get()
    Incident.objects.filter(pk=first.pk).update(closed=films.night.clock.now)
    films.night.clock.forward(hours=20)
    assert films.send(bodies[0]).status_code == 200
    assert kinds("recording.begun")[0]["stream"] == first.stream


def test_what_was_filmed_long_after_the_last_alarm_waits_for_its_own(films):
    films.tablet.say(films.tablet.press())
    stand_down(Alarm.objects.get().id, "over", actor=DUTY, now=films.night.clock.now)
    films.night.clock.forward(hours=20)
    body = films.segment(b"its press is still on the way")
    assert films.send(body).status_code == 503
    films.tablet.say(films.tablet.press())
    assert films.send(body).status_code == 200
    assert kinds("recording.begun")[0]["stream"] == Alarm.objects.latest("raised").stream


def test_while_a_press_waits_to_be_recorded_its_film_goes_nowhere_else(films, monkeypatch):
    films.tablet.say(films.tablet.press())
    stand_down(Alarm.objects.get().id, "over", actor=DUTY, now=films.night.clock.now)
    with monkeypatch.context() as patch:
        patch.setattr(straight, "raise_alarm", lambda *_, **__: 1 / 0)
        films.tablet.say(films.tablet.press("fire"))
    assert films.send(films.segment(b"scene")).status_code == 503
    assert not kinds("recording.begun")


def test_whatever_fails_about_film_how_things_stand_is_told_and_else_not_pretended(films, monkeypatch):
    films.tablet.say(films.tablet.press())

    def beat() -> dict:
        return films.tablet.say(films.tablet.line("beat"), film="").json()

    with monkeypatch.context() as patch:
        patch.setattr(film, "ready_for", lambda *_, **__: 1 / 0)
        told = beat()
        assert (len(told["alarms"]), "now" in told, "film" in told) == (1, True, False)
    with monkeypatch.context() as patch:
        patch.setattr(api, "place_of", lambda *_, **__: 1 / 0)
        told = beat()
        assert (told["alarms"], told["consents"], "now" in told) == ([], [], False)
    with monkeypatch.context() as patch:
        patch.setattr(actions, "_hear", lambda *_, **__: 1 / 0)
        patch.setattr(actions, "press_straight", lambda *_, **__: True)
        told = films.tablet.say(films.tablet.press()).json()
        assert (told["alarms"], "now" in told) == ([], False)
    assert "now" in beat()


def test_scenario_38_sound_is_off_until_legal_decides_and_announced_where_all_must_agree(films, client):
    assert film.sound_at("minneapolis") == "off"
    with pytest.raises(Refused, match="one side agrees"):
        film.decide("minneapolis", "all", "on", "statute", actor=LEGAL, now=films.night.clock.now)
    film.decide("minneapolis", "all", "announced", "statute 1", actor=LEGAL, now=films.night.clock.now)
    assert films.ready(films.told["recording"])["sound"] == "announced"
    [ruled] = kinds("recording.ruled")
    assert ruled["stream"] == "post/minneapolis"
    assert ruled["body"] == {"post": "minneapolis", "law": "all", "sound": "announced", "why": "statute 1"}
    for role, status in (("legal", 302), ("head_of_post", 403), ("duty_officer", 403), ("administrator", 403)):
        user = add_user(f"a-{role}", role, now=films.night.clock.now)
        client.force_login(user)
        address = reverse("door:decide-recording", args=["minneapolis"])
        assert client.post(address, {"law": "one", "sound": "on", "why": "x"}).status_code == status, role
        page = client.get(reverse("door:recording", args=["minneapolis"])).content.decode()
        assert "Sound is recorded as well." in page
        assert "También se graba el sonido." in page
    assert Rule.objects.get().sound == "on"
