"""What is kept in memory, and what on the disk: never less than promised, never more."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from inviolable.door.camera import queue as queues
from inviolable.door.camera.home import BadHome, Home, Reel, State
from inviolable.door.camera.queue import Queue
from inviolable.door.camera.ring import Ring
from inviolable.door.camera.segment import Sealed, head
from inviolable.ledger.keys import SigningKey

PRIVATE = Ed25519PrivateKey.generate()
KEY = SigningKey(PRIVATE, PRIVATE.public_key().public_bytes_raw(), "0" * 16)
ONE = Sealed("r", 0, "full", "video/mp4", "b", 0, 2000, datetime(2026, 1, 27, tzinfo=UTC), "a\nb\nc\n", b"sealed")
RECORDINGS = ("0" * 36, "1" * 36)


@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(1, 4_000)), max_size=60), st.integers(0, 200_000))
def test_all_of_the_last_two_minutes_is_held_and_nothing_older(filmed, later):
    ring, mono, made = Ring(kept=120_000), 0, []
    for gap, length in filmed:
        mono += gap
        made.append(replace(ONE, mono=mono, length=length))
        mono += length
        ring.add(made[-1])
        ring.forget(mono)
    ring.forget(mono + later)
    held = ring.take()
    assert held == [one for one in made if one.end > mono + later - 120_000]
    assert ring.take() == []


class Disk(RuleBasedStateMachine):
    """Segments come and go, and the process is killed now and then: also while it writes."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self.folder, self.kept, self.numbers = Home(Path(self._folder.name)).waiting, {}, [0, 0]
        self.queue = Queue(self.folder, 1_000_000)

    def teardown(self) -> None:
        self._folder.cleanup()

    @rule(which=st.integers(0, 1), sealed=st.binary(max_size=2_000))
    def put(self, which, sealed):
        line, number = self._line(which)
        self.queue.put(RECORDINGS[which], number, line, sealed)
        self.kept[RECORDINGS[which], number] = line + sealed
        self.numbers[which] += 1

    @rule(which=st.integers(0, 1), after=st.integers(0, 2))
    def full_disk(self, which, after):
        line, number = self._line(which)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(queues.os, "fsync", _refuses)
            with pytest.raises(OSError, match="No space left"):
                self.queue.put(RECORDINGS[which], number, line, b"x")

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def drop(self, data):
        name = data.draw(st.sampled_from(sorted(self.kept)))
        self.queue.drop(self.queue.held[name])
        del self.kept[name]

    @rule(torn=st.binary(max_size=100))
    def killed(self, torn):
        (self.folder / RECORDINGS[0]).mkdir(exist_ok=True)
        (self.folder / RECORDINGS[0] / "99999999.new").write_bytes(torn)
        self.queue = Queue(self.folder, 1_000_000)

    @invariant()
    def nothing_is_lost_and_nothing_is_left(self):
        assert {name: one.body() for name, one in self.queue.held.items()} == self.kept
        assert self.queue.bytes == sum(map(len, self.kept.values()))
        for recording in RECORDINGS:
            assert [one.number for one in self.queue.of(recording)] == sorted(
                number for of, number in self.kept if of == recording
            )

    def _line(self, which):
        number = self.numbers[which]
        return head(replace(ONE, recording=RECORDINGS[which]).statement(number, ""), ONE.beacon, KEY), number


def _refuses(_file):
    raise OSError(28, "No space left on device")


TestDisk = Disk.TestCase
TestDisk.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)


def test_what_is_damaged_is_put_aside_and_the_rest_goes_on(tmp_path):
    queue = Queue(tmp_path, 1_000)
    one = queue.put(RECORDINGS[0], 0, head(ONE.statement(0, ""), ONE.beacon, KEY), b"sealed")
    one.path.with_name("00000001.segment").write_bytes(b"\x00" * 50)
    again = Queue(tmp_path, 1_000)
    assert list(again.held) == [(RECORDINGS[0], 0)]
    assert (one.path.parent / "00000001.damaged").exists()


def test_a_home_is_for_its_owner_and_for_one_server(tmp_path):
    home = Home(tmp_path / "camera")
    home.prepare("https://one.example.org")
    key = home.key()
    assert (home.folder / "key").stat().st_mode & 0o777 == 0o600
    assert len((home.folder / "key").read_bytes()) == 32
    home.prepare("https://one.example.org")
    assert home.key().id == key.id
    with pytest.raises(BadHome, match="another --home"):
        home.prepare("https://two.example.org")
    state = State("0" * 64, "a\nb\nc\n", "on", [Reel("r", "age1x", 3, "f" * 64, 2, 1, 3, filming=True)])
    home.save(state)
    assert home.load() == state
    home.forget_key()
    with pytest.raises(BadHome, match="enrol"):
        home.key()
