"""What a device films arrives in sealed, signed segments; whatever does not fit is shown and never counted."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inviolable.ledger import actions, beacons, canonical, erasure, film, recordings, segments
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.gaps import gaps
from inviolable.ledger.keys import verifies
from inviolable.ledger.models import Beacon, Entry, Key, Segment
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
    device: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    statements: dict[int, bytes] = field(default_factory=dict)

    def film(self, number, scene, **altered):
        sealed = pyrage.encrypt(scene, [pyrage.x25519.Recipient.from_str(self.recipient)])
        said = {
            "beacon": self.beacon,
            "boot": "b1",
            "layer": "full",
            "length": 1000,
            "media": "video/mp4",
            "mono": number * 1000,
            "number": number,
            "recording": self.recording,
            "sealed_bytes": len(sealed),
            "sealed_sha256": sha256(sealed).hexdigest(),
            "slice": number,
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
    key = Ed25519PrivateKey.generate()
    device = actions.enrol_key(key.public_key().public_bytes_raw(), "device", "tablet-1", actor=SYSTEM, now=now)
    subject = recordings.begin(stream, device, "video/mp4", actor=SYSTEM, now=now)
    return Camera(str(subject.id), subject.recipient, beacon.sha256, now, device, key)


def send(pieces, now):
    return recordings.receive_segment(*pieces, now=now)


def quarantined(stream):
    rows = Entry.objects.filter(stream=stream, kind="segment.quarantined").order_by("seq")
    return [canonical.decode(bytes(row.line))["body"]["why"] for row in rows]


def test_what_arrived_is_replayed_in_order_whatever_the_order_of_arrival(camera, identities, stream, now, tmp_path):
    scenes = [b"one ", b"two ", b"three ", b"four "]
    filmed = [camera.film(number, scene) for number, scene in enumerate(scenes)]
    for number in (2, 0, 3, 1):
        assert send(filmed[number], now).body["grade"] == "A"
    film.open_recording(
        stream,
        camera.recording,
        identities[:1],
        "to see it",
        to=None,
        segments=tmp_path / "film",
        actor=SYSTEM,
        now=now,
    )
    names = sorted(path.name for path in (tmp_path / "film").iterdir())
    assert [(tmp_path / "film" / name).read_bytes() for name in names] == scenes


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
    pieces, wrong = camera.film(0, b"one"), recordings.wrong_there

    def meanwhile(*about):
        monkeypatch.setattr(recordings, "wrong_there", wrong)
        send(pieces, now)
        return wrong(*about)

    monkeypatch.setattr(recordings, "wrong_there", meanwhile)
    with pytest.raises(BadEntry, match="send it again"):
        send(pieces, now)
    assert send(pieces, now).body["number"] == 0
    assert Entry.objects.filter(kind="segment.received").count() == 1


def test_promise_7_what_an_unknown_key_signed_is_quarantined(camera, stream, now):
    statement, _, sealed = camera.film(0, b"scene")
    refused(camera, now, (statement, Ed25519PrivateKey.generate().sign(statement), sealed), "no enrolled device")
    assert len(quarantined(stream)) == 1
    assert not Segment.objects.filter(recording=camera.recording)


def test_promise_7_what_a_revoked_key_signs_counts_no_more_and_what_it_signed_before_stays(camera, stream, now):
    first, second = camera.film(0, b"scene"), camera.film(1, b"scene")
    send(first, now)
    key = canonical.decode(bytes(Entry.objects.filter(kind="segment.received").get().line))["body"]["key"]
    actions.revoke_key(key, now + timedelta(minutes=1), "tablet taken", actor=SYSTEM, now=now)
    refused(camera, now + timedelta(minutes=2), second, "revoked")
    assert len(Segment.objects.filter(recording=camera.recording)) == 1


def test_promise_7_a_segment_of_another_recording_is_refused(camera, stream, now):
    other = recordings.begin(stream, camera.device, "video/mp4", actor=SYSTEM, now=now)
    send(camera.film(0, b"scene"), now)
    foreign = Camera(str(other.id), other.recipient, camera.beacon, now, camera.device, camera.key)
    send(foreign.film(0, b"another"), now)
    spliced = camera.film(1, b"scene", prev=sha256(foreign.statements[0]).hexdigest())
    refused(camera, now, spliced, "another recording")


def test_promise_7_a_number_that_no_recording_reaches_is_quarantined(camera, stream, now):
    """One such entry made a page count to it."""
    send(camera.film(0, b"scene"), now)
    camera.statements[segments.MOST - 1] = b"x"
    refused(camera, now, camera.film(segments.MOST, b"far away"), "none of the first")


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


def heads(camera, count):
    filmed = [camera.film(number, b"scene") for number in range(count)]
    return [(statement, signature) for statement, signature, _ in filmed], filmed


def announced(stream):
    rows = Entry.objects.filter(stream=stream, kind="segments.announced").order_by("seq")
    return [canonical.decode(bytes(row.line))["body"]["heads"] for row in rows]


def test_what_was_announced_is_committed_to_before_its_bytes_come_and_once(camera, stream, now):
    told, filmed = heads(camera, 3)
    send(filmed[0], now)
    assert recordings.announce(told, now=now) == 2, "what has come needs no announcement"
    assert recordings.announce(told, now=now) == 0
    [lines] = announced(stream)
    assert [line.partition(" ")[0].encode() for line in lines] == [statement for statement, _ in told[1:]]
    send(filmed[1], now)
    refused(camera, now, camera.film(2, b"another scene"), "announced with other bytes")


def test_heads_that_do_not_count_are_left_out_and_those_of_two_recordings_refused(camera, stream, now):
    told, _ = heads(camera, 2)
    forged = (told[1][0], Ed25519PrivateKey.generate().sign(told[1][0]))
    assert recordings.announce([told[0], forged], now=now) == 1
    other = Camera(str(uuid4()), camera.recipient, camera.beacon, now, camera.device, camera.key)
    with pytest.raises(BadEntry, match="one recording"):
        recordings.announce([told[0], heads(other, 1)[0][0]], now=now)
    with pytest.raises(recordings.NotBegun):
        recordings.announce(heads(other, 1)[0], now=now)


def test_a_beacon_that_was_forgotten_meanwhile_comes_back_with_the_segment_and_is_not_the_current_one(camera, now):
    text = beacons.current()
    pieces = camera.film(0, b"scene")
    Beacon.objects.all().delete()
    newest = beacons.issue(now)
    refused(camera, now, pieces, "never issued")
    received = recordings.receive_segment(*pieces, beacon=text, now=now)
    assert received.entry["beacon"] == newest.sha256
    assert beacons.current().startswith(bytes(newest.line))
    forged = text.replace(b'"random":"', b'"random":"0', 1)
    recordings.receive_segment(*camera.film(1, b"scene"), beacon=forged, now=now)
    assert Beacon.objects.count() == 2


def test_a_key_is_prepared_before_anything_happens_and_the_recording_begins_with_it(identities, write, stream, now):
    write()
    ready = recordings.prepare(now)
    assert not Entry.objects.filter(kind="recording.begun").exists()
    begun = recordings.begin(stream, "0" * 16, "video/webm", actor=SYSTEM, now=now, prepared=ready)
    assert (str(begun.id), begun.recipient, begun.device) == (ready.recording, ready.said["recipient"], "0" * 16)
    unused = recordings.prepare(now)
    recordings.discard(unused.recording)
    assert not actions.subject_keys().exists(f"{unused.recording}.age")


def test_what_never_came_at_the_end_is_a_gap_too(camera, stream, now):
    filmed = [camera.film(number, b"scene") for number in range(6)]
    for number in (0, 1, 3):
        send(filmed[number], now)
    ended = recordings.end(stream, camera.recording, made=6, actor=SYSTEM, now=now)
    assert (ended.body["gaps"], ended.body["made"]) == (["2", "4-5"], 6)


def test_a_receipt_is_the_entry_with_the_signature_of_the_records_key(camera, now):
    told = recordings.receipt(send(camera.film(0, b"scene"), now))
    log = Key.objects.get(key=told["key"], role="log")
    assert verifies(bytes(log.public), bytes.fromhex(told["signature"]), told["line"].encode())
    assert json.loads(told["line"])["body"]["recording"] == camera.recording


def test_whoever_invents_segments_fills_no_disk(camera, stream, now, monkeypatch):
    monkeypatch.setattr(recordings, "MOST_QUARANTINED", 2)
    stranger = Ed25519PrivateKey.generate()
    for number in range(2):
        statement, _, sealed = camera.film(number, b"x")
        refused(camera, now, (statement, stranger.sign(statement), sealed), "no enrolled device")
    statement, _, sealed = camera.film(2, b"x")
    with pytest.raises(BadEntry, match="kept already"):
        send((statement, stranger.sign(statement), sealed), now)
    assert len(quarantined(stream)) == 2
    assert len(list(actions.objects().list("quarantine"))) == 2
    other = recordings.begin(stream, camera.device, "video/mp4", actor=SYSTEM, now=now)
    foreign = Camera(str(other.id), other.recipient, camera.beacon, now, camera.device, stranger)
    refused(foreign, now, foreign.film(0, b"x"), "no enrolled device")


def test_what_could_not_be_recorded_leaves_one_object_and_is_taken_when_it_comes_again(camera, now, monkeypatch):
    filmed = camera.film(0, b"scene")
    with monkeypatch.context() as patch:
        patch.setattr(recordings, "append", lambda *_, **__: 1 / 0)
        for _attempt in range(3):
            with pytest.raises(ZeroDivisionError):
                send(filmed, now)
    [left] = actions.objects().list()
    assert left == object_name(send(filmed, now).body["segment"])
    assert list(actions.objects().list()) == [left]


def test_no_stream_is_locked_while_the_store_writes(camera, now, monkeypatch):
    """A slow disk holds up no other entry."""
    statement, _, sealed = camera.film(0, b"x")
    locked, written_ = [], []
    monkeypatch.setattr(recordings, "lock_stream", locked.append)
    write = recordings._store
    monkeypatch.setattr(recordings, "_store", lambda *about: (written_.append(list(locked)), write(*about)))
    refused(camera, now, (statement, Ed25519PrivateKey.generate().sign(statement), sealed), "no enrolled device")
    assert (written_, len(locked)) == ([[]], 1)


@pytest.mark.parametrize(
    ("altered", "said"),
    [({"layer": "huge"}, "layer 'huge'"), ({"slice": -1}, "slice -1"), ({"name": "x"}, "name is no field"),
     ({"media": "x" * 900}, "at most 1000"), ({"length": "2"}, "no length"), ({"recording": "x"}, "cannot be read")],
)  # fmt: skip
def test_a_statement_that_no_device_would_make_is_refused_and_kept_nowhere(camera, stream, now, altered, said):
    with pytest.raises(BadEntry, match=said):
        send(camera.film(0, b"scene", **altered), now)
    assert not quarantined(stream)


@pytest.mark.parametrize("year", ["1970", "2099"])
def test_a_clock_that_is_wrong_loses_nothing_and_stays_a_claim(camera, now, year):
    told = send(camera.film(0, b"scene", wall=f"{year}-01-01T00:00:00.000Z"), now).entry
    assert told["happened"]["from"].startswith(year)
    assert told["recorded"] == written(now)
