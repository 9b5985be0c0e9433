"""What a device films arrives in sealed, signed segments; whatever does not fit is shown and never counted."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inviolable.ledger import actions, beacons, canonical, erasure, opening, recordings
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.gaps import gaps
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import written
from inviolable.ledger.recordings import Quarantined
from inviolable.ledger.registry import BadEntry

pytestmark = pytest.mark.django_db


@dataclass
class Camera:
    """A tablet at the door that films."""

    recording: str
    recipient: str
    beacon: str
    now: object
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    statements: dict[int, bytes] = field(default_factory=dict)

    def film(self, number, scene, **altered):
        sealed = pyrage.encrypt(scene, [pyrage.x25519.Recipient.from_str(self.recipient)])
        said = {
            "beacon": self.beacon,
            "boot": "b1",
            "mono": number * 1000,
            "number": number,
            "recording": self.recording,
            "sealed_bytes": len(sealed),
            "sealed_sha256": sha256(sealed).hexdigest(),
            "wall": written(self.now + timedelta(seconds=number)),
        }
        if number:
            said["prev"] = sha256(self.statements[number - 1]).hexdigest()
        statement = canonical.encode(said | altered)
        self.statements[number] = statement
        return statement, self.key.sign(statement), sealed


@pytest.fixture
def camera(identities, write, stream, now):
    write()
    beacon = beacons.issue(now)
    subject = recordings.begin(stream, "tablet-1", "video/mp4", actor=SYSTEM, now=now)
    camera = Camera(str(subject.id), subject.recipient, beacon.sha256, now)
    actions.enrol_key(camera.key.public_key().public_bytes_raw(), "device", "tablet-1", actor=SYSTEM, now=now)
    return camera


def send(pieces, now):
    return recordings.receive_segment(*pieces, actor=SYSTEM, now=now)


def quarantined(stream):
    rows = Entry.objects.filter(stream=stream, kind="segment.quarantined").order_by("seq")
    return [canonical.decode(bytes(row.line))["body"]["why"] for row in rows]


def test_what_arrived_is_replayed_in_order_whatever_the_order_of_arrival(camera, identities, stream, now, tmp_path):
    scenes = [b"one ", b"two ", b"three ", b"four "]
    filmed = [camera.film(number, scene) for number, scene in enumerate(scenes)]
    for number in (2, 0, 3, 1):
        assert send(filmed[number], now).body["grade"] == "A"
    count = opening.open_recording(
        stream, camera.recording, tmp_path / "film", identities[:1], "to see it", actor=SYSTEM, now=now
    )
    assert count == 4
    assert (tmp_path / "film").read_bytes() == b"".join(scenes)


def test_promise_10_gaps_are_recorded_as_gaps_with_their_bounds(camera, stream, now):
    filmed = [camera.film(number, b"scene") for number in range(8)]
    for number in (0, 1, 4, 7):
        send(filmed[number], now)
    ended = recordings.end(stream, camera.recording, actor=SYSTEM, now=now)
    assert ended.body["gaps"] == ["2-3", "5-6"]
    assert ended.body["segments"] == 4


def test_the_same_segment_twice_is_recorded_once(camera, stream, now):
    filmed = camera.film(0, b"scene")
    assert send(filmed, now).leaf == send(filmed, now).leaf
    assert Entry.objects.filter(stream=stream, kind="segment.received").count() == 1


def refused(camera, now, pieces, words):
    with pytest.raises(Quarantined, match=words):
        send(pieces, now)


def test_the_same_segment_twice_at_the_same_moment_is_recorded_once(camera, now, monkeypatch):
    pieces, wrong = camera.film(0, b"one"), recordings._wrong

    def meanwhile(*about):
        monkeypatch.setattr(recordings, "_wrong", wrong)
        send(pieces, now)
        return wrong(*about)

    monkeypatch.setattr(recordings, "_wrong", meanwhile)
    with pytest.raises(BadEntry, match="send it again"):
        send(pieces, now)
    assert send(pieces, now).body["number"] == 0
    assert Entry.objects.filter(kind="segment.received").count() == 1


def test_promise_7_what_an_unknown_key_signed_is_quarantined(camera, stream, now):
    statement, _, sealed = camera.film(0, b"scene")
    refused(camera, now, (statement, Ed25519PrivateKey.generate().sign(statement), sealed), "no enrolled device")
    assert len(quarantined(stream)) == 1
    assert not recordings.replay(camera.recording)


def test_promise_7_what_a_revoked_key_signs_counts_no_more_and_what_it_signed_before_stays(camera, stream, now):
    first, second = camera.film(0, b"scene"), camera.film(1, b"scene")
    send(first, now)
    key = canonical.decode(bytes(Entry.objects.filter(kind="segment.received").get().line))["body"]["key"]
    actions.revoke_key(key, now + timedelta(minutes=1), "tablet taken", actor=SYSTEM, now=now)
    refused(camera, now + timedelta(minutes=2), second, "revoked")
    assert len(recordings.replay(camera.recording)) == 1


def test_promise_7_a_segment_of_another_recording_is_refused(camera, stream, now):
    other = recordings.begin(stream, "tablet-1", "video/mp4", actor=SYSTEM, now=now)
    send(camera.film(0, b"scene"), now)
    foreign = Camera(str(other.id), other.recipient, camera.beacon, now, camera.key)
    send(foreign.film(0, b"another"), now)
    spliced = camera.film(1, b"scene", prev=sha256(foreign.statements[0]).hexdigest())
    refused(camera, now, spliced, "another recording")


def test_promise_7_a_number_that_no_recording_reaches_is_quarantined(camera, stream, now):
    """One such entry made a page count to it."""
    send(camera.film(0, b"scene"), now)
    camera.statements[recordings.MOST - 1] = b"x"
    refused(camera, now, camera.film(recordings.MOST, b"far away"), "none of the first")


def test_nothing_more_is_kept_of_a_recording_that_was_erased(camera, now):
    erasure.erase(camera.recording, "consent withdrawn", actor=SYSTEM, now=now)
    with pytest.raises(BadEntry, match="was erased"):
        send(camera.film(0, b"scene"), now)


def test_promise_7_replayed_number_with_other_bytes_a_future_beacon_and_altered_bytes_are_refused(camera, stream, now):
    first = camera.film(0, b"scene")
    send(first, now)
    refused(camera, now, camera.film(0, b"other scene"), "there already")
    camera.statements[0] = first[0]
    refused(camera, now, camera.film(1, b"scene", beacon="0" * 64), "never issued")
    statement, signature, sealed = camera.film(1, b"scene")
    refused(camera, now, (statement, signature, sealed[:-1] + b"x"), "not those that its device signed")
    assert len(quarantined(stream)) == 3


@pytest.mark.parametrize("statement", [b"", b"{}", b"[]", b'{"wall":1}', b"\xff", b'{"number":true}'])
def test_a_statement_that_cannot_be_read_is_refused_in_words(camera, now, statement):
    with pytest.raises(BadEntry, match="segment"):
        send((statement, b"", b""), now)


def test_a_recording_that_was_never_begun_is_refused(camera, now):
    with pytest.raises(BadEntry, match="no recording"):
        send(camera.film(0, b"scene", recording=str(uuid4())), now)


@pytest.mark.parametrize(
    ("numbers", "missing"), [([], []), ([0], []), ([1], ["0"]), ([0, 1, 5, 9], ["2-4", "6-8"]), ([3], ["0-2"])]
)
def test_gaps(numbers, missing):
    assert gaps(numbers) == missing
