"""Sealing: what is sealed here opens with age, with pyrage and here, whole or not at all, in bounded memory."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import threading

import pyrage
import pytest

from inviolable.ledger.quorum import identity_text
from inviolable.ledger.seal import (
    Aborted,
    BadIdentity,
    BadRecipient,
    CannotOpen,
    Sealed,
    SealingPipe,
    check_identity,
    check_recipient,
    open_sealed,
    open_stream,
    seal,
    seal_stream,
)
from inviolable.ledger.store import StoreError

SIZES = [0, 1, 65535, 65536, 65537, 131072, 5_000_003]
KEYS = [check_identity(identity_text(bytes([number] * 32))) for number in (1, 2, 3)]
PUBLIC = [str(key.to_public()) for key in KEYS]


def plain(size: int) -> bytes:
    return os.urandom(size)


def described(data: bytes, sealed: bytes) -> Sealed:
    """What must be said of them, by hashlib."""
    return Sealed(len(data), hashlib.sha256(data).hexdigest(), len(sealed), hashlib.sha256(sealed).hexdigest())


def sealing_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "sealing"]


def send(pipe: SealingPipe, pieces: int) -> None:
    for _ in range(pieces):
        pipe.write(bytes(65536))


class Broken(io.RawIOBase):
    """A file that fails once so many bytes were read from it or written to it."""

    def __init__(self, good: int) -> None:
        self.good, self.error = good, StoreError("the disk is full")
        self.error.__cause__ = OSError("as the system said it")

    def read(self, size: int = -1) -> bytes:
        self.spend(size)
        return bytes(size)

    def write(self, piece: bytes) -> int:
        self.spend(len(piece))
        return len(piece)

    def spend(self, size: int) -> None:
        self.good -= size
        if self.good < 0:
            raise self.error


@pytest.fixture
def age() -> str:
    if not (found := shutil.which("age")):
        pytest.skip("age is missing: apt-get install age")
    return found


@pytest.mark.parametrize("size", SIZES)
def test_every_recipient_alone_opens_what_was_sealed(size):
    data, sealed, told = plain(size), io.BytesIO(), []
    said = seal_stream(io.BytesIO(data), sealed, PUBLIC[:2], told.append)
    assert said == described(data, sealed.getvalue())
    assert told == sorted(told)
    assert told[-1] == size
    for key in KEYS[:2]:
        assert pyrage.decrypt(sealed.getvalue(), [key]) == data
        opened = io.BytesIO()
        assert open_stream(io.BytesIO(sealed.getvalue()), opened, [key]) == said
        assert opened.getvalue() == data
    with pytest.raises(CannotOpen, match="None of these keys opens the seal"):
        open_sealed(sealed.getvalue(), [KEYS[2]])


@pytest.mark.parametrize("size", SIZES)
def test_age_opens_what_we_seal_and_we_open_what_age_seals(age, tmp_path, size):
    data = plain(size)
    key, theirs = tmp_path / "key.txt", tmp_path / "theirs.age"
    key.write_text(f"# for the tests\n{KEYS[1]}\n")
    done = subprocess.run([age, "--decrypt", "-i", key], input=seal(data, PUBLIC[:2]), capture_output=True)
    assert (done.stdout, done.returncode) == (data, 0), done.stderr
    subprocess.run([age, "-r", PUBLIC[0], "-r", PUBLIC[1], "-o", theirs], input=data, check=True)
    assert open_sealed(theirs.read_bytes(), [KEYS[1]]) == data


def test_every_flipped_byte_is_refused():
    sealed = seal(b"a statement", PUBLIC[:2])
    for place in range(len(sealed)):
        for flip in (0x01, 0x80):
            damaged = sealed[:place] + bytes([sealed[place] ^ flip]) + sealed[place + 1 :]
            with pytest.raises(CannotOpen):
                open_sealed(damaged, [KEYS[0]])


def test_a_seal_that_is_cut_short_anywhere_or_goes_on_is_refused():
    sealed = seal(b"a statement", PUBLIC[:2])
    for spoiled in [*(sealed[:length] for length in range(len(sealed))), sealed + b"\0", sealed * 2]:
        with pytest.raises(CannotOpen):
            open_sealed(spoiled, [KEYS[0]])


@pytest.mark.parametrize("size", [65536, 131072, 200_000])
def test_a_seal_cut_between_its_chunks_or_with_two_exchanged_is_refused(size):
    sealed, chunk = seal(plain(size), PUBLIC[:1]), 65536 + 16
    first = len(sealed) - size - 16 * -(-size // 65536)
    chunks = [sealed[start : start + chunk] for start in range(first, len(sealed), chunk)]
    head = sealed[:first]
    assert open_sealed(head + b"".join(chunks), [KEYS[0]])
    spoiled = [head + b"".join(chunks[:kept]) for kept in range(len(chunks))]
    if len(chunks) > 1:
        spoiled += [head + b"".join([chunks[1], chunks[0], *chunks[2:]]), head + b"".join(chunks[1:])]
    for one in spoiled:
        with pytest.raises(CannotOpen):
            open_sealed(one, [KEYS[0]])


def test_where_damage_lies_is_said():
    sealed = bytearray(seal(plain(200_000), PUBLIC[:1]))
    sealed[-1] ^= 1
    opened = io.BytesIO()
    with pytest.raises(CannotOpen, match=r"damaged or cut short after 196,608 good bytes\. Take another copy"):
        open_stream(io.BytesIO(sealed), opened, [KEYS[0]])
    with pytest.raises(CannotOpen, match="no age file, or its beginning is damaged"):
        open_sealed(b"plain text", [KEYS[0]])


@pytest.mark.parametrize(
    "text",
    [
        *("", "age1", "ssh-ed25519 AAAA", "Nobody", str(KEYS[0]), PUBLIC[0].upper()),
        *(PUBLIC[0][:-1], PUBLIC[0][:-1] + "!", PUBLIC[0] + "q", f" {PUBLIC[0]}", f"{PUBLIC[0]}\n"),
    ],
)
def test_a_text_that_is_no_recipient_is_refused_before_anything_is_written(text):
    sink = io.BytesIO()
    for attempt in (
        lambda: check_recipient(text),
        lambda: seal(b"x", [PUBLIC[0], text]),
        lambda: seal_stream(io.BytesIO(b"x"), sink, [PUBLIC[0], text]),
        lambda: SealingPipe(sink, [PUBLIC[0], text]),
    ):
        with pytest.raises(BadRecipient, match="is no age recipient: it begins with age1"):
            attempt()
    assert sink.getvalue() == b""
    assert sealing_threads() == []


def test_there_must_be_somebody_to_seal_to():
    with pytest.raises(BadRecipient, match="nobody to seal to"):
        seal(b"x", [])


@pytest.mark.parametrize("text", ["", PUBLIC[0], str(KEYS[0])[:-1], str(KEYS[0])[:-1] + "!", "AGE-SECRET-KEY-1"])
def test_a_text_that_is_no_identity_is_refused_and_never_repeated(text):
    with pytest.raises(BadIdentity) as refused:
        check_identity(text)
    assert str(KEYS[0])[20:40] not in str(refused.value)
    assert str(check_identity(str(KEYS[0]))) == str(KEYS[0])


@pytest.mark.parametrize("good", [0, 100_000, 250_000])
def test_what_a_source_or_a_sink_raises_is_raised_as_it_is(good):
    source, sink = Broken(good), Broken(good)
    with pytest.raises(StoreError) as refused:
        seal_stream(source, io.BytesIO(), PUBLIC[:1])
    assert refused.value is source.error
    with pytest.raises(StoreError) as refused:
        seal_stream(io.BytesIO(bytes(300_000)), sink, PUBLIC[:1])
    assert refused.value is sink.error
    assert str(refused.value.__cause__) == "as the system said it"
    sink = Broken(good)
    with pytest.raises(StoreError) as refused:
        open_stream(io.BytesIO(seal(bytes(300_000), PUBLIC[:1])), sink, KEYS[:1])
    assert refused.value is sink.error


def test_a_sink_that_takes_a_little_at_a_time_gets_everything():
    class Slow(io.BytesIO):
        def write(self, piece):
            return super().write(piece[:1000])

    data, sink = plain(200_000), Slow()
    assert seal_stream(io.BytesIO(data), sink, PUBLIC[:1]) == described(data, sink.getvalue())
    assert open_sealed(sink.getvalue(), KEYS[:1]) == data


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("length", [1 << 12, 65536, 1_000_003])
def test_what_arrives_in_pieces_is_sealed_as_one(size, length):
    data, sink = plain(size), io.BytesIO()
    pipe = SealingPipe(sink, PUBLIC[:2])
    for start in range(0, size, length):
        pipe.write(data[start : start + length])
        pipe.write(b"")  # An empty piece is no end.
    assert pipe.finish() == pipe.finish() == described(data, sink.getvalue())
    assert open_sealed(sink.getvalue(), [KEYS[1]]) == data
    pipe.abort()  # Too late, and harmless.
    assert open_sealed(sink.getvalue(), [KEYS[1]]) == data
    with pytest.raises(ValueError, match="finished"):
        pipe.write(b"more")
    assert sealing_threads() == []


@pytest.mark.parametrize("pieces", [0, 1, 40])
def test_an_upload_that_breaks_off_leaves_nothing_that_opens(pieces):
    sink = io.BytesIO()
    pipe = SealingPipe(sink, PUBLIC[:1])
    send(pipe, pieces)
    pipe.abort()
    pipe.abort()
    for attempt in (pipe.finish, lambda: pipe.write(b"more")):
        with pytest.raises(Aborted):
            attempt()
    with pytest.raises(CannotOpen):
        open_sealed(sink.getvalue(), KEYS[:1])
    assert sealing_threads() == []


def test_a_full_disk_reaches_whoever_writes_and_nobody_waits_for_ever():
    sink = Broken(500_000)
    pipe = SealingPipe(sink, PUBLIC[:1])
    for attempt in (lambda: send(pipe, 1000), pipe.finish):
        with pytest.raises(StoreError) as refused:
            attempt()
        assert refused.value is sink.error
    pipe.abort()
    assert sealing_threads() == []


class Counting(Broken):
    """Counts writes instead of bytes."""

    def spend(self, size: int) -> None:
        super().spend(1)


@pytest.mark.parametrize("size", [0, 10, 65536, 65546, 200_000])
def test_a_disk_that_is_full_at_the_very_end_is_an_error(size):
    counted = Counting(1000)
    seal_stream(io.BytesIO(bytes(size)), counted, PUBLIC[:1])
    but_one = 1000 - counted.good - 1
    with pytest.raises(StoreError, match="the disk is full"):
        seal_stream(io.BytesIO(bytes(size)), Counting(but_one), PUBLIC[:1])
    pipe = SealingPipe(Counting(but_one), PUBLIC[:1])
    pipe.write(bytes(size))
    with pytest.raises(StoreError, match="the disk is full"):
        pipe.finish()
    assert sealing_threads() == []


@pytest.mark.parametrize("size", [1, 10, 65536, 65546, 200_000])
def test_a_disk_that_is_full_when_the_last_byte_is_opened_is_an_error(size):
    with pytest.raises(StoreError, match="the disk is full"):
        open_stream(io.BytesIO(seal(bytes(size), PUBLIC[:1])), Broken(size - 1), KEYS[:1])


IN_BOUNDED_MEMORY = '''
import resource, sys
from inviolable.ledger.seal import Identity, SealingPipe, open_stream, seal_stream

class Film:
    """So many bytes, that are nowhere."""

    def __init__(self, size): self.left = size

    def read(self, size):
        size = min(size, self.left)
        self.left -= size
        return bytes(size)

key = Identity.generate()
to = [str(key.to_public())]

def watch(size):
    with open(sys.argv[1], "wb") as sealed: seal_stream(Film(size), sealed, to)
    with open(sys.argv[1], "rb") as sealed, open("/dev/null", "wb") as opened: open_stream(sealed, opened, [key])
    with open("/dev/null", "wb") as sealed:
        pipe, film = SealingPipe(sealed, to), Film(size)
        while piece := film.read(65536): pipe.write(piece)
        pipe.finish()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before = watch(1_000_000)
print(watch(200_000_000) - before)
'''


def test_sealing_and_opening_take_little_memory_however_long_the_film(tmp_path):
    done = subprocess.run([sys.executable, "-c", IN_BOUNDED_MEMORY, tmp_path / "film"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 20  # MiB more than for a short one; this one has 200.
