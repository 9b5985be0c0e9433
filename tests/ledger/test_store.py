"""The object store, in a folder and on a real S3 server: whole or not at all, never overwritten, durable."""

import errno
import os
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from tests.ledger import seaweed
from tests.ledger.seaweed import KEY, SECRET, Seaweed

from inviolable.ledger.bucket import PART
from inviolable.ledger.store import WRITING, BadName, NameTaken, NotInStore, Store, StoreError, Writing, open_store


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    if reason := seaweed.missing():
        pytest.skip(reason)
    with Seaweed(tmp_path_factory.mktemp("seaweed")) as running:
        yield running


@pytest.fixture
def bucket(server, monkeypatch) -> Store:
    """A prefix of this test's own in the bucket."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    return open_store(server.address(f"tests/{uuid4()}"))


@pytest.fixture
def folder(tmp_path) -> Store:
    """A folder that is not there yet, nor the one above it."""
    return open_store(tmp_path / "home" / "objects")


@pytest.fixture(params=["folder", "bucket"])
def store(request) -> Store:
    return request.getfixturevalue(request.param)


def put(store: Store, name: str, data: bytes) -> None:
    with store.write(name) as file:
        file.write(data)


def get(store: Store, name: str) -> bytes:
    with store.read(name) as file:
        return file.read()


def break_off(writing: AbstractContextManager[Writing], data: bytes) -> None:
    with writing as file:
        file.write(data)
        raise InterruptedError("the line went dead")


def everything_under(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, PART - 1, PART, PART + 1, 3 * PART + 7])
def test_an_object_comes_back_as_it_went_in(store, size):
    data = (b"0123456789abcde" * (size // 15 + 1))[:size]
    with store.write("ab/object.age") as file:
        for start in range(0, size, 300_001):
            assert file.write(data[start : start + 300_001]) == len(data[start : start + 300_001])
    assert store.size("ab/object.age") == size
    with store.read("ab/object.age") as file:
        pieces = list(iter(lambda: file.read(70_000), b""))
    assert b"".join(pieces) == data
    assert max(map(len, pieces), default=0) <= 70_000


def test_objects_are_listed_by_the_beginning_of_their_names(store):
    assert list(store.list()) == []
    for name in ("ab/1.age", "ab/2.age", "ab-1", "b/c/d/e.age"):
        put(store, name, b"x")
    assert set(store.list()) == {"ab/1.age", "ab/2.age", "ab-1", "b/c/d/e.age"}
    assert set(store.list("ab")) == {"ab/1.age", "ab/2.age", "ab-1"}
    assert set(store.list("ab/")) == {"ab/1.age", "ab/2.age"}
    assert set(store.list("b/c/")) == {"b/c/d/e.age"}
    assert list(store.list("c/")) == []


def test_nothing_is_overwritten(store):
    put(store, "taken.age", b"first")
    with pytest.raises(NameTaken, match=r"taken\.age is there already; nothing is overwritten"):
        put(store, "taken.age", b"second")
    assert get(store, "taken.age") == b"first"


@pytest.mark.parametrize("size", [10, PART + 1])
def test_of_two_who_write_the_same_name_the_first_to_finish_wins(store, size):
    slow = store.write("raced.age")
    slow.__enter__().write(b"s" * size)
    put(store, "raced.age", b"quick")
    with pytest.raises(NameTaken):
        slow.__exit__(None, None, None)
    assert get(store, "raced.age") == b"quick"
    assert list(store.list()) == ["raced.age"]


@pytest.mark.parametrize("size", [0, 10, 3 * PART])
def test_what_breaks_off_leaves_no_trace(store, size, server, tmp_path):
    with pytest.raises(InterruptedError, match="the line went dead"):
        break_off(store.write("broken.age"), b"x" * size)
    assert not store.exists("broken.age")
    assert list(store.list()) == []
    assert everything_under(tmp_path) == {}
    assert server.half_sent() == []
    put(store, "broken.age", b"second try")


def test_a_replaced_object_is_the_old_one_until_it_is_the_new_one(store):
    put(store, "key.age", b"old")
    with store.replace("key.age") as file:
        file.write(b"new")
        assert get(store, "key.age") == b"old"
    assert get(store, "key.age") == b"new"
    with pytest.raises(InterruptedError):
        break_off(store.replace("key.age"), b"half")
    assert get(store, "key.age") == b"new"
    with store.replace("other.age") as file:
        file.write(b"there was none")
    assert set(store.list()) == {"key.age", "other.age"}


def test_what_is_deleted_is_gone_and_what_was_never_there_is_said_to_be_missing(store):
    put(store, "ab/gone.age", b"x")
    put(store, "ab/stays.age", b"x")
    store.delete("ab/gone.age")
    assert not store.exists("ab/gone.age")
    assert list(store.list()) == ["ab/stays.age"]
    for ask in (store.delete, store.size, store.read, store.path):
        with pytest.raises(NotInStore, match=r"ab/gone\.age is not there"):
            ask("ab/gone.age")


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "a/../x", "a/..", "/etc/passwd", "/a", "a/", "a//b", ".x", "a/.x", f"{WRITING}/x"),
        *("A", "ñ", "a b", "a\n", "a\0b", "~", "a\\b", "%2e%2e", "a" * 501),
    ],
)
def test_a_name_cannot_lead_out_of_the_store(store, name):
    for use in (store.write, store.replace, store.read, store.size, store.exists, store.delete, store.path):
        with pytest.raises(BadName, match="is no name for an object"):
            use(name)
    with pytest.raises(BadName):
        list(store.list(f"../{name}/"))


def test_an_object_in_a_folder_is_a_file_that_can_be_linked(folder, tmp_path):
    put(folder, "ab/x.age", b"sealed")
    path = folder.path("ab/x.age")
    assert path == tmp_path / "home" / "objects" / "ab" / "x.age"
    os.link(path, tmp_path / "linked")
    assert (tmp_path / "linked").read_bytes() == b"sealed"


def test_an_object_in_a_bucket_is_no_file(bucket):
    put(bucket, "x.age", b"sealed")
    assert bucket.path("x.age") is None


def test_only_the_owner_may_look_into_a_folder(folder, tmp_path):
    put(folder, "ab/cd/x.age", b"x")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "home").rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o400}
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_an_object_is_durable_before_it_has_its_name_and_its_name_before_we_go_on(folder, tmp_path, monkeypatch):
    synced = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append((Path(f"/proc/self/fd/{descriptor}").readlink(), folder.exists("ab/x.age")))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    put(folder, "ab/x.age", b"x")
    root = tmp_path / "home" / "objects"
    *made, (file, named), last = synced
    assert [path for path, _ in made] == [tmp_path, root.parent, root, root]  # home, objects, ab, where we write
    assert (file.parent, named) == (root / WRITING, False)
    assert last == (root / "ab", True)
    synced.clear()
    folder.delete("ab/x.age")
    assert synced == [(root / "ab", False)]


@pytest.mark.parametrize("call", ["open", "mkdir", "write", "fsync", "link"])
def test_whichever_system_call_fails_nothing_is_half_there(folder, tmp_path, monkeypatch, call):
    """Each of them in turn is refused by the disk: it is said in words, nothing shows, and the next try succeeds."""
    put(folder, "older.age", b"whole")
    before = everything_under(tmp_path)
    for failing in count(1):
        name = f"{'a' * failing}/x.age"  # Its folder is not there yet.
        with monkeypatch.context() as patched:
            refused = refuse(patched, call, failing)
            try:
                put(folder, name, b"x" * 100_000)
            except StoreError as error:
                said = str(error)
        if not refused:
            assert failing > 1
            break
        assert said.startswith(
            f"Could not write {tmp_path / 'home/objects' / name}: Input/output error. Check the disk"
        )
        assert everything_under(tmp_path) == before
        assert list(folder.list()) == ["older.age"]
        put(folder, name, b"second try")
        folder.delete(name)


def refuse(patched: pytest.MonkeyPatch, call: str, failing: int) -> list[str]:
    """Let the disk refuse that call of its kind, counted from 1; the calls refused so far."""
    real, calls, refused = getattr(os, call), count(1), []

    def maybe(*arguments, **more):
        if next(calls) == failing:
            refused.append(call)
            raise OSError(errno.EIO, "Input/output error")
        return real(*arguments, **more)

    patched.setattr(os, call, maybe)
    return refused


CHILD = """
import os, signal, sys
from inviolable.ledger.store import open_store

folder, moment = sys.argv[1:]
link = os.link

def die_before(*arguments): os.kill(os.getpid(), signal.SIGKILL)
def die_after(*arguments): link(*arguments); os.kill(os.getpid(), signal.SIGKILL)

os.link = {"before": die_before, "after": die_after}[moment]
with open_store(folder).write("ab/x.age") as file:
    file.write(b"sealed" * 1000)
"""


def killed(folder: Path, moment: str) -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, folder, moment], stderr=subprocess.PIPE)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_a_crash_before_an_object_has_its_name_leaves_nothing_that_shows(tmp_path):
    store = open_store(tmp_path)
    killed(tmp_path, "before")
    assert [Path(left).parent.name for left in everything_under(tmp_path)] == [WRITING]
    assert list(store.list()) == []
    assert not store.exists("ab/x.age")
    assert everything_under(open_store(tmp_path).root) == {}
    put(store, "ab/x.age", b"second try")


def test_a_crash_after_an_object_has_its_name_leaves_it_whole_and_deleting_it_deletes_both_names(tmp_path):
    store = open_store(tmp_path)
    killed(tmp_path, "after")
    assert list(store.list()) == ["ab/x.age"]
    assert get(store, "ab/x.age") == b"sealed" * 1000
    assert len(everything_under(tmp_path)) == 2
    store.delete("ab/x.age")
    assert everything_under(tmp_path) == {}


def test_what_is_being_written_is_not_swept_away(tmp_path):
    store = open_store(tmp_path)
    put(store, "old.age", b"x")
    with store.write("slow.age") as file:
        file.write(b"first")
        open_store(tmp_path).delete("old.age")
        file.write(b" second")
    assert get(store, "slow.age") == b"first second"


ON_A_SMALL_DISK = """
import os, sys
from inviolable.ledger.store import StoreError, open_store

store, piece = open_store(sys.argv[1]), os.urandom(1_000_000)

def put(name):
    with store.write(name) as file:
        for taken in range(2): file.write(piece)

for number in range(3): put(f"object-{number}.age")
try: put("extra-1.age"), put("extra-2.age")
except StoreError as error: print(error)
for name in sorted(store.list()):
    with store.read(name) as file: print(name, file.read() == piece * 2)
store.delete("object-0.age")
put("second-try.age")
"""


def test_a_full_disk_is_said_to_be_full_and_hurts_nothing(tmp_path):
    """A disk of 8 MiB, that only this child process sees and that ends with it, takes four objects of 2 MB."""
    unshared = ["unshare", "--mount", "--map-root-user"]
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(tmp_path)]
    tried = subprocess.run([*unshared, *mount], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"no disk can be mounted here; it takes user namespaces: {tried.stderr.strip()}")
    script = f'{shlex.join(mount)} && exec "$@"'
    child = [sys.executable, "-c", ON_A_SMALL_DISK, str(tmp_path / "objects")]
    done = subprocess.run([*unshared, "sh", "-c", script, "sh", *child], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said, *there = done.stdout.splitlines()
    assert said == (
        f"Could not write {tmp_path}/objects/extra-2.age: the disk is full. Make room and try again; "
        "what was written before is whole"
    )
    assert there == ["extra-1.age True", *(f"object-{number}.age True" for number in range(3))]


def test_a_folder_that_is_a_file_is_said_to_be_one(tmp_path):
    (tmp_path / "objects").write_text("not a folder")
    with pytest.raises(StoreError, match=r"Could not write .*objects/x\.age: "):
        put(open_store(tmp_path / "objects"), "x.age", b"x")
    assert (tmp_path / "objects").read_text() == "not a folder"


@pytest.mark.parametrize(
    "address",
    [
        *("http://host/x", "file:///x", "s3://", "s3:///x", "s3://B/x", "s3://key:secret@bucket/x", "s3://bucket/x#y"),
        *(f"s3://bucket/x?{more}" for more in ("endpoit=http://h", "endpoint=host", "endpoint=ftp://h", "region=a b")),
    ],
)
def test_an_address_that_names_no_store_is_refused(address):
    with pytest.raises(StoreError, match="names no store: give a folder, or s3://"):
        open_store(address)


def test_a_prefix_cannot_lead_out_of_its_place_in_a_bucket(bucket):
    with pytest.raises(BadName):
        open_store("s3://bucket/a/../b?endpoint=http://127.0.0.1:1")


def test_a_bucket_without_a_key_is_refused_before_the_network_is_asked_for_one(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    with pytest.raises(StoreError, match="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        open_store("s3://bucket/x?endpoint=http://127.0.0.1:1")


def test_a_wrong_key_to_a_bucket_is_an_error_and_not_an_empty_store(bucket, server, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    other = open_store(server.address("x"))
    for use in (other.exists, other.read, lambda name: put(other, name, b"x"), lambda name: list(other.list())):
        with pytest.raises(StoreError, match=r"403 Forbidden.*Check the address, the key") as refused:
            use("x.age")
        assert "\n" not in str(refused.value)


def test_a_server_that_is_not_there_is_an_error(bucket, monkeypatch):
    (port,) = seaweed.free_ports(1)
    other = open_store(f"s3://bucket/x?endpoint=http://127.0.0.1:{port}")
    with pytest.raises(StoreError, match=r"Could not look for s3://bucket/x/y: .*and try again"):
        other.exists("y")


@pytest.mark.long
def test_a_large_object_goes_to_a_bucket_in_bounded_memory(bucket, server):
    script = """
import resource, sys
from inviolable.ledger.store import open_store
store = open_store(sys.argv[1])
with store.write("small") as file: file.write(b"x")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before, piece = peak(), bytes(1024 * 1024)
with store.write("large") as file:
    for _ in range(200): file.write(piece)
with store.read("large") as file:
    while file.read(len(piece)): pass
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", script, server.address("memory")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 120  # MiB, of 200 that went there and back.
