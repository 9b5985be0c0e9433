"""A hostile program in the sandbox: it reaches nobody, reads nothing, changes nothing, and ends when it must."""

import fcntl
import shutil
import signal
import socket
from dataclasses import replace

import pytest

from inviolable.ledger.sandbox import Limits, MediaFailed, NoSandbox, sandbox, sandbox_works

LIMITS = Limits(seconds=60, processor=20, memory=1 << 30, file=1 << 20)
PACKAGES = {"bwrap": "bubblewrap", "unshare": "util-linux"}


@pytest.fixture(params=["bwrap", "unshare"])
def room(request, tmp_path, monkeypatch):
    """Each of the two ways to build a room, alone."""
    tool = shutil.which(request.param)
    if not tool:
        pytest.skip(f"{request.param} is missing: apt-get install {PACKAGES[request.param]}")
    only = tmp_path / "bin"
    only.mkdir()
    (only / request.param).symlink_to(tool)
    monkeypatch.setenv("PATH", str(only))
    if not sandbox_works():
        pytest.skip(f"{request.param} builds no room here: allow user namespaces")
    return sandbox_works()


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "home" / "source"
    path.parent.mkdir()
    path.write_bytes(b"what came in")
    return path


@pytest.fixture
def made(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "made"


def run(script, source, made=None, **limits):
    return sandbox(["bash", "-c", script], source, made, replace(LIMITS, **limits)).decode()


def test_a_program_reads_its_input_writes_its_output_and_prints(room, source, made):
    assert run("cat /in/media; tr a-z A-Z </in/media >/out/made", source, made) == "what came in"
    assert made.read_bytes() == b"WHAT CAME IN"
    assert made.stat().st_mode & 0o077 == 0


def test_its_input_may_be_a_folder_in_which_it_can_write_nothing(room, source, made):
    (source.parent / "second").write_bytes(b"and more")
    assert (
        run("cat /in/media/* >/out/made; ls /in/media; touch /in/media/third || :", source.parent, made)
        == "second\nsource\n"
    )
    assert made.read_bytes() == b"and morewhat came in"
    assert sorted(one.name for one in source.parent.iterdir()) == ["second", "source"]


def test_it_reaches_no_network_not_even_this_machine(room, source):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        port = listening.getsockname()[1]
        with pytest.raises(MediaFailed, match=r"Connection refused|unreachable"):
            run(f"echo hello >/dev/tcp/127.0.0.1/{port}", source)
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_it_finds_no_other_file_and_no_process_of_this_machine(room, source):
    canary = source.with_name("canary")
    canary.write_text("a key of the installation")
    places = f"{canary} {source} /proc /sys /home /root /var /run /mnt"
    assert run(f"for place in {places}; do if ls $place; then cat $place; fi; done", source) == ""
    assert set(run("ls /", source).split()) <= {"bin", "dev", "etc", "in", "lib", "lib64", "out", "sbin", "usr"}
    assert set(run("ls /etc", source).split()) <= {"alternatives", "ld.so.cache"}
    assert run("ls /in", source).split() == ["media"]


def test_it_learns_nothing_from_the_environment(room, source, monkeypatch):
    monkeypatch.setenv("INVIOLABLE_SECRET", "swordfish")
    said = run("env; set", source)
    assert "swordfish" not in said
    assert "PATH=/usr/sbin:/usr/bin:/sbin:/bin" in said


DEEDS = (
    "echo x >/in/media",
    "echo x >/in/other",
    "echo x >/out/other",
    "ln -s /etc/passwd /out/link",
    "rm -f /out/made",
    "mv /out/made /out/else",
    "ln -sf /etc/passwd /out/made",
    "echo x >/usr/local/bin/door",
    "echo x >/file",
    "echo x >/dev/other",
    "mount -o remount,rw /usr",
    "mount -t tmpfs none /usr",
    "mknod /out/device b 8 0",
    "unshare --user true",
    "unshare --mount true",
    "chroot / true",
)


def test_it_changes_nothing_but_its_one_file_and_leaves_no_link(room, source, made):
    tried = "".join(f"if ({deed}); then echo 'did: {deed}'; fi\n" for deed in DEEDS)
    assert run(tried + "echo whole >/out/made", source, made) == ""
    assert source.read_bytes() == b"what came in"
    assert list(made.parent.iterdir()) == [made]
    assert not made.is_symlink()
    assert made.read_bytes() == b"whole\n"


@pytest.mark.parametrize(
    ("greedy", "limits", "why"),
    [
        ("while :; do :; done", {"processor": 1}, "more processor time than allowed"),
        ("dd if=/dev/urandom bs=3G count=1 of=/dev/null", {}, "memory exhausted"),
        ("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done >/out/made", {}, "signal 25"),
        ("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", {}, "signal 25"),
        ("sleep infinity", {"seconds": 1}, "longer than 1 seconds"),
        ("trap '' TERM INT HUP; sleep infinity & wait", {"seconds": 1}, "longer than 1 seconds"),
    ],
)
def test_it_is_stopped_where_it_uses_more_than_allowed(greedy, limits, why, room, source, made):
    with pytest.raises(MediaFailed, match=why):
        run(greedy, source, made, **limits)
    assert list(made.parent.iterdir()) == []


def test_when_time_is_up_its_children_end_too(room, source):
    """They hold a lock on the input; we get it when the last of them is gone."""
    with pytest.raises(MediaFailed, match="longer than"):
        run("setsid flock /in/media sleep infinity & sleep infinity", source, seconds=2)

    def give_up(*_):
        raise AssertionError("a child lives on")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(60)
    try:
        with source.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_crash_leaves_nothing_and_is_said_in_words(room, source, made):
    with pytest.raises(MediaFailed, match=r"^It crashed \(signal 11\)\.$"):
        run("echo half >/out/made; ulimit -s 256; f() { f; }; f", source, made)
    with pytest.raises(MediaFailed, match=r"^It failed: the file is strange\.$"):
        run("echo half >/out/made; echo 'the file is strange.' >&2; exit 3", source, made)
    with pytest.raises(MediaFailed) as failed:
        run(r"printf 'evil \033[2J words \007' >&2; exit 1", source, made)
    assert str(failed.value).isprintable()
    assert list(made.parent.iterdir()) == []


def test_a_file_that_is_there_already_is_not_touched(room, source, made):
    made.write_text("kept")
    with pytest.raises(FileExistsError):
        run("echo x >/out/made", source, made)
    assert made.read_text() == "kept"


def test_where_no_room_can_be_built_nothing_is_opened(source, made, tmp_path, monkeypatch):
    for broken in ("bwrap", "unshare"):
        fake = tmp_path / broken
        fake.write_text("#!/bin/sh\necho 'Operation not permitted' >&2\nexit 1\n")
        fake.chmod(0o755)
    for path in ("/nowhere", str(tmp_path)):
        monkeypatch.setenv("PATH", path)
        assert sandbox_works() == ""
        with pytest.raises(NoSandbox, match="apt-get install bubblewrap"):
            run("echo x >/out/made", source, made)
        assert list(made.parent.iterdir()) == []
