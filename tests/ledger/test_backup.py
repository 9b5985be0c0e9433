"""A copy of everything, made while others record; an installation made again from it, whole and verified."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.installation import installations
from tests.ledger import seaweed
from tests.ledger.seaweed import KEY, SECRET, Seaweed
from tests.server import environment, inviolable

from inviolable.ledger.snapshot import BadBackup, find_snapshot, keys_of, objects_of, snapshots_of

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parents[2] / "examples/minneapolis-2026.toml"
VIDEO = b"\x00\x00\x00\x18ftypmp42 CANARY " * 20_000
SESSIONS = "from django.contrib.sessions.models import Session; print(Session.objects.count())"


@pytest.fixture(scope="module", autouse=True)
def clients():
    if os.environ.get("INVIOLABLE_DATABASE") and shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is missing: apt-get install postgresql-client")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """An installation with an incident in progress, an exhibit in it, and somebody signed in."""
    folder = tmp_path_factory.mktemp("template")
    with installations(folder) as make:
        one = make("home")
        one.identities = one.headquarters(folder)
        one.run("incident", "open", EXAMPLE, "--reference", "minneapolis")
        one.video = folder / "video.mp4"
        one.video.write_bytes(VIDEO)
        one.exhibit = one.run("exhibit", "add", "minneapolis", one.video, "--giver", "CANARY-giver").split()[0]
        one.python(
            "from datetime import UTC, datetime; from inviolable.incidents.facts import make_finding\n"
            "make_finding('minneapolis', actor={'role': 'legal', 'id': 'user-1'}, now=datetime.now(UTC))"
        )
        (one.home / "positions.toml").write_text('express-refusal = "binds"\n')
        one.python(
            "from importlib import import_module; from django.conf import settings\n"
            "import_module(settings.SESSION_ENGINE).SessionStore().create()"
        )
        yield one


@pytest.fixture
def make(tmp_path):
    with installations(tmp_path) as make:
        yield make


@pytest.fixture
def ours(make, template):
    """A copy of it for this test alone."""
    return make("home", like=template)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backup"


@pytest.fixture(scope="module")
def story(template, tmp_path_factory):
    """A backup, and an installation restored from it, by the commands as a person gives them."""
    place = tmp_path_factory.mktemp("story")
    with installations(place) as make:
        made, again = make("home", like=template), make("again")
        done = inviolable("backup", "--to", str(place / "backup"), home=made.home, **made.database)
        assert done.returncode == 0, done.stderr
        again.said = again.restore(place / "backup")
        yield made, place / "backup", again


def before_restoring(entries):
    """All but the last, which says `backup.restored`."""
    assert json.loads(entries[-1][0])["kind"] == "backup.restored"
    return entries[:-1]


def sealed(folder):
    """What the mirrors hold, but for the law files of findings."""
    return sorted(one for one in [*keys_of(folder).list(), *objects_of(folder).list()] if one.endswith(".age"))


def opening(template, to, identity):
    return ["exhibit", "open", "minneapolis", template.exhibit, "--to", to, "--reason", "x", "--identity", identity]


# ---- what comes back -------------------------------------------------------------------------


def test_what_is_restored_is_what_was_recorded_byte_for_byte_and_verifies(story):
    made, _, again = story
    assert before_restoring(again.entries()) == made.entries()
    assert f"Everything held. Restored {len(made.entries())} entries, up to 2" in again.said
    assert "witnesses that saw more of it" in again.said
    assert again.run("verify").endswith("as it was recorded.\n")


def test_the_entries_that_say_so_are_in_it(story):
    made, _, again = story
    last, restored = json.loads(made.entries()[-1][0]), json.loads(again.entries()[-1][0])
    assert (last["kind"], last["body"]) == ("backup.made", {"size": len(made.entries()) - 1, "objects": 1})
    assert restored["body"] == {"size": len(made.entries())}


def test_an_exhibit_opens_to_what_it_was(story, template, tmp_path):
    again = story[2]
    again.run(*opening(template, tmp_path / "x", template.identities[1]))
    assert (tmp_path / "x").read_bytes() == VIDEO


def test_the_law_that_a_finding_was_made_with_comes_along(story):
    made, _, again = story
    packs = sorted(path.name for path in (made.home / "objects/packs").iterdir())
    assert packs == sorted(path.name for path in (again.home / "objects/packs").iterdir())
    assert len(packs) == 2


def test_small_files_come_along_and_whoever_was_signed_in_does_not(story):
    made, _, again = story
    assert (again.home / "positions.toml").read_text() == 'express-refusal = "binds"\n'
    assert (again.home / "keys/log.pem").read_bytes() == (made.home / "keys/log.pem").read_bytes()
    assert (again.home / "secret_key").read_bytes() != (made.home / "secret_key").read_bytes()
    assert (made.python(SESSIONS), again.python(SESSIONS)) == ("1\n", "0\n")


def test_everything_in_it_is_for_its_owner_only_and_nothing_sealed_is_in_plain(story):
    made, folder, _ = story
    secret = (made.home / "secret_key").read_bytes().strip()
    for path in folder.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
        assert path.is_dir() or not any(word in path.read_bytes() for word in (b"CANARY", secret)), path


# ---- others go on recording ------------------------------------------------------------------


@pytest.mark.long
def test_a_backup_is_one_moment_of_a_record_that_goes_on(ours, make, folder, tmp_path):
    acknowledged = tmp_path / "acknowledged"
    with ours.writing(acknowledged):
        before = acknowledged.read_text().split()
        ours.run("backup", "--to", folder)
        during = acknowledged.read_text().split()
    again = make("again")
    again.restore(folder)
    there = {line for line, _, _ in before_restoring(again.entries())}
    written = [line for line, _, _ in ours.entries() if json.loads(line)["stream"] == "incident/x"]
    came_along = [line in there for line in written]
    assert 50 < len(before) <= sum(came_along) < len(during) + 1 <= len(written) + 1
    assert came_along == sorted(came_along, reverse=True)
    assert [json.loads(line)["kind"] for line in there].count("backup.made") == 1
    assert again.run("verify").endswith("as it was recorded.\n")


@pytest.mark.long
def test_the_next_backup_copies_only_what_is_new_and_an_older_snapshot_can_be_chosen(ours, make, folder, template):
    ours.run("backup", "--to", folder)
    first, name = ours.entries(), f"{template.exhibit[:2]}/{template.exhibit}.age"
    written = objects_of(folder).path(name).stat()
    ours.run("exhibit", "add", "minneapolis", template.video)
    ours.run("backup", "--to", folder)
    after = objects_of(folder).path(name).stat()
    assert (written.st_ino, written.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(sealed(folder)) == 4
    older = make("older")
    older.restore(folder, "--snapshot", snapshots_of(folder)[0].name)
    assert before_restoring(older.entries()) == first


# ---- erasure reaches every copy --------------------------------------------------------------


@pytest.mark.long
def test_promise_13_the_erased_disappear_from_the_backup_and_from_older_snapshots(
    ours, make, folder, template, tmp_path
):
    ours.run("backup", "--to", folder)
    assert len(sealed(folder)) == 2
    ours.run("erase", template.exhibit, "--reason", "asked for", "--yes")
    ours.run("backup", "--to", folder)
    assert sealed(folder) == []

    older = make("older")
    said = older.restore(folder, "--snapshot", snapshots_of(folder)[0].name)
    assert "Erased again: 1" in said
    assert "was erased already" in older.run(*opening(template, tmp_path / "x", template.identities[0]), code=2)
    assert not (tmp_path / "x").exists()
    giver = "from inviolable.ledger.models import SealedValue; print(SealedValue.objects.get(field='giver').commitment)"
    look = ["export", "minneapolis", "--to", tmp_path / "dossier", "--yes", "--disclose", older.python(giver).strip()]
    assert "its subject was erased" in older.run(*look, "--identity", template.identities[0], code=2)
    assert older.run("verify").endswith("as it was recorded.\n")


@pytest.mark.long
def test_keys_that_were_sealed_anew_replace_those_in_the_mirror(ours, make, folder, template, tmp_path):
    ours.run("backup", "--to", folder)
    spare, (kept, left) = tmp_path / "spare.key", template.identities
    ours.run("keys", "recipient", "spare", "--new", spare)
    recipients = [line.split()[1] for line in ours.run("keys", "list").splitlines() if "legal-adviser" in line]
    ours.run("keys", "retire", *recipients, "--reason", "left")
    ours.run("keys", "reseal", "--identity", kept)
    ours.run("backup", "--to", folder)
    again = make("again")
    again.restore(folder)
    again.run(*opening(template, tmp_path / "x", spare))
    again.run(*opening(template, tmp_path / "y", left), code=2)


# ---- what goes wrong -------------------------------------------------------------------------

#: In a child of the process, which dies right after a step.
DIES = """
import os, signal
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from inviolable.ledger import backup
from inviolable.ledger.actions import SYSTEM
room, _, name = argv[1].rpartition(".")
room = import_module(room)
real = getattr(room, name)
def die(*arguments, **named):
    real(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)
child = os.fork()
if not child:
    setattr(room, name, die)
    backup.back_up(Path(argv[0]), actor=SYSTEM, now=datetime.now(UTC))
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
STEPS = (
    "inviolable.ledger.backup.append",
    "inviolable.ledger.backup.dump",
    "inviolable.ledger.backup.copy_files",
    "inviolable.ledger.backup._forget_erased",
    "inviolable.ledger.backup.copy_item",
    "inviolable.ledger.snapshot._seal",
)


@pytest.mark.long
def test_a_backup_that_is_killed_leaves_the_earlier_ones_and_the_next_one_succeeds(ours, make, folder, template):
    ours.run("backup", "--to", folder)
    (first,), before = snapshots_of(folder), ours.entries()
    for step in STEPS:
        ours.run("exhibit", "add", "minneapolis", template.video)
        assert ours.python(DIES, folder, step) == f"{-signal.SIGKILL}\n"
        assert snapshots_of(folder) == [first] == [find_snapshot(folder)]
    again = make("again")
    again.restore(folder)
    assert before_restoring(again.entries()) == before

    ours.run("backup", "--to", folder)
    assert [one.name for one in (folder / "snapshots").iterdir() if one.name.startswith(".")] == []
    later = make("later")
    later.restore(folder)
    assert before_restoring(later.entries()) == ours.entries()
    assert later.run("verify").endswith("as it was recorded.\n")


ON_A_SMALL_DISK = """
import subprocess, sys
from pathlib import Path
folder, exhibit, inviolable = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def run(*arguments):
    done = subprocess.run([inviolable, *arguments], capture_output=True, text=True)
    print(done.returncode, done.stderr.strip())
run("backup", "--to", str(folder))
run("exhibit", "add", "minneapolis", exhibit)
run("backup", "--to", str(folder))
print(len(list((folder / "snapshots").iterdir())), len(list((folder / "objects").rglob("*.age"))))
print(list((folder / "objects/.writing").iterdir()))
from inviolable.ledger.snapshot import find_snapshot
find_snapshot(folder)
"""


@pytest.mark.long
def test_a_full_disk_is_said_to_be_full_and_the_earlier_backup_is_whole(ours, folder, tmp_path):
    """The folder is a disk of 8 MiB that only this child process sees."""
    folder.mkdir()
    mount = f'mount -t tmpfs -o size=8m none "{folder}" && exec "$@"'
    unshared = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, "sh"]
    if (tried := subprocess.run([*unshared, "true"], capture_output=True, text=True)).returncode:
        pytest.skip(f"no disk can be mounted here; it takes user namespaces: {tried.stderr.strip()}")
    large = tmp_path / "large.mp4"
    large.write_bytes(os.urandom(8_000_000))
    script = [sys.executable, "-c", ON_A_SMALL_DISK, folder, large, Path(sys.executable).with_name("inviolable")]
    done = subprocess.run(
        [*unshared, *script], env=environment(ours.home, ours.database), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    first, added, second, there, writing = done.stdout.splitlines()
    assert (first, added) == ("0 ", "0 ")
    assert second.startswith(f"2 inviolable: Could not write {folder}/objects/")
    assert "the disk is full. Make room and try again; what was written before is whole" in second
    assert (there, writing) == ("1 1", "[]")


@pytest.mark.long
def test_a_damaged_exhibit_is_named_and_everything_else_is_backed_up(ours, make, folder, template):
    second = ours.run("exhibit", "add", "minneapolis", template.video).split()[0]
    path = ours.home / "objects" / template.exhibit[:2] / f"{template.exhibit}.age"
    damaged = bytearray(path.read_bytes())
    damaged[1000] ^= 1
    path.write_bytes(damaged)
    said = ours.run("backup", "--to", folder, code=1)
    name = f"{template.exhibit[:2]}/{template.exhibit}.age"
    assert f"not copied: {name}: its bytes are not those that were recorded" in said
    assert sealed(folder) == sorted([f"{template.exhibit}.age", f"{second}.age", f"{second[:2]}/{second}.age"])
    assert f"not in the backup as recorded: {name}" in make("again").restore(folder, code=1)


@pytest.mark.long
def test_where_a_backup_may_not_go_is_said_in_words(ours, make, folder, tmp_path):
    assert "lies within the home" in ours.run("backup", "--to", ours.home / "backup", code=2)
    hold = "import sys; from pathlib import Path; from inviolable.ledger.snapshot import alone\n"
    hold += "with alone(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    other = ours.start(hold, folder)
    assert other.stdout.readline() == "held\n"
    assert "another backup is being written there" in ours.run("backup", "--to", folder, code=2)
    other.communicate()
    ours.run("backup", "--to", folder)

    stranger = make("stranger")
    assert "holds the backups of inviolable/" in stranger.run("backup", "--to", folder, code=2)
    stranger.headquarters(tmp_path)
    before = stranger.entries()
    assert "name another folder" in stranger.run("backup", "--to", folder, code=2)
    assert stranger.entries() == before


def test_a_snapshot_that_rotted_is_refused_naming_the_file(story, make, tmp_path):
    _, folder, _ = story
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    snapshot = find_snapshot(copy)
    files = [path for path in snapshot.rglob("*") if path.is_file()]
    assert len(files) == 5
    for path in files:
        good = path.read_bytes()
        path.write_bytes(good[:-2] + bytes([good[-2] ^ 1]) + good[-1:])
        with pytest.raises(BadBackup, match="is not what was backed up; restore another snapshot"):
            find_snapshot(copy)
        path.write_bytes(good)
    (snapshot / "home/keys/log.pem").unlink()
    again = make("again")
    assert "home/keys/log.pem is not what was backed up" in again.restore(copy, code=2)
    assert not again.home.exists()


@pytest.mark.long
def test_a_record_that_does_not_hold_is_not_restored(ours, make, folder):
    trigger = "ledger_entry_append_only ON ledger_entry" if ours.database else "ledger_entry_no_update"
    ours.python(f"from django.db import connection; connection.cursor().execute('DROP TRIGGER {trigger}')")
    ours.python(
        "from inviolable.ledger.models import Entry; one = Entry.objects.get(stream='installation', seq=2)\n"
        "one.line = bytes(one.line).replace(b'legal', b'LEGAL'); one.save()"
    )
    ours.run("backup", "--to", folder)
    again = make("again")
    said = again.restore(folder, code=1)
    assert "NOT VERIFIED: 1: entry 2 (installation, number 2) was altered" in said
    assert "nothing was restored" in said
    assert not again.home.exists()
    assert not list(again.home.parent.glob(".again*"))


def test_only_what_is_empty_is_restored_into(story, make, tmp_path):
    _, folder, again = story
    before = again.entries()
    assert "is not empty, and nothing is overwritten" in again.restore(folder, code=2)
    assert again.entries() == before
    empty = make("empty")
    assert "holds no snapshot" in empty.restore(tmp_path / "nowhere", code=2)
    name = find_snapshot(folder).name
    assert f"has no snapshot 'x'; there are {name}" in empty.restore(folder, "--snapshot", "x", code=2)
    assert not empty.home.exists()
    if empty.database:
        empty.run("keys", "list")
        shutil.rmtree(empty.home)
        assert "is not empty (it has" in empty.restore(folder, code=2)
        assert not empty.home.exists()


@pytest.mark.long
def test_an_older_record_does_not_take_the_place_of_a_newer_one(ours, make, folder, template):
    """A home restored from an older snapshot would put back what was erased since."""
    ours.run("backup", "--to", folder)
    older = make("older")
    older.restore(folder)
    ours.run("erase", template.exhibit, "--reason", "consent withdrawn", "--yes")
    ours.run("backup", "--to", folder)
    said = older.run("backup", "--to", folder, code=2)
    assert "holds more of this record than there is here" in said
    assert template.exhibit in (folder / "erased").read_text()
    assert not list((folder / "subject-keys").rglob(f"{template.exhibit}*"))
    ours.run("backup", "--to", folder)
    newest = make("newest")
    newest.restore(folder)
    newest.run("backup", "--to", folder)


def test_three_shares_open_what_a_key_opens(ours, template, tmp_path):
    ours.run("keys", "quorum", "--to", tmp_path / "shares")
    first = (tmp_path / "shares/share-1.txt").read_text()
    assert first.startswith("# Share 1 of 5 of the recovery key age1")
    exhibit = ours.run("exhibit", "add", "minneapolis", template.video).split()[0]
    command = ["exhibit", "open", "minneapolis", exhibit, "--to", tmp_path / "opened", "--reason", "the key was lost"]
    shares = [word for number in (5, 1, 3) for word in ("--identity", tmp_path / f"shares/share-{number}.txt")]
    assert "Here are 2 shares, and 3 are needed" in ours.run(*command, *shares[:4], code=2)
    ours.run(*command, *shares)
    assert (tmp_path / "opened").read_bytes() == template.video.read_bytes()
    said = ours.run("keys", "drill", "--shares", tmp_path / "shares", code=1)
    assert said.count("opened  recovery age1") == 10


def test_holds_and_people_are_listed(ours, template):
    hold = ours.run("hold", "place", "minneapolis", "--reason", "case 12/2026").split()[1]
    assert ours.run("hold", "list", "minneapolis") == f"{hold}  case 12/2026\n"
    assert "a legal hold stands" in ours.run("erase", template.exhibit, "--reason", "x", "--yes", code=2)
    ours.run("hold", "lift", "minneapolis", hold, "--reason", "decided")
    ours.run("erase", template.exhibit, "--reason", "x", "--yes")
    assert ours.run("exhibit", "list", "minneapolis").splitlines()[0].endswith("  erased")
    opening = ["exhibit", "open", "minneapolis", template.exhibit, "--to", "x", "--reason", "x", "--identity", "y"]
    assert "y: No such file" in ours.run(*opening, code=2)

    ours.run("user", "add", "Ana", "--role", "legal")
    assert "/sign-in/link/" in ours.run("user", "link", "Ana")
    ours.run("user", "off", "Ana")
    assert ours.run("user", "list").splitlines() == ["legal           Ana  off"]
    assert "may not sign in" in ours.run("user", "link", "Ana", code=2)


@pytest.mark.long
def test_a_rotated_key_goes_along_and_signs_on(ours, make, folder):
    ours.run("keys", "rotate", "--reason", "each year")
    ours.run("backup", "--to", folder)
    again = make("again")
    again.restore(folder)
    assert again.entries()[-1][1] == ours.entries()[-1][1] != ours.entries()[0][1]
    assert again.run("verify").endswith("as it was recorded.\n")


ROTATES = """
from datetime import UTC, datetime
from pathlib import Path
from inviolable.ledger import backup
from inviolable.ledger.actions import SYSTEM, rotate_key
now, real = datetime.now(UTC), backup.dump
def dump(*arguments):
    real(*arguments)
    rotate_key("meanwhile", actor=SYSTEM, now=now)
backup.dump = dump
try:
    backup.back_up(Path(argv[0]), actor=SYSTEM, now=now)
except backup.BadBackup as fault:
    print(fault)
backup.dump = real
"""


def test_a_snapshot_never_has_a_database_and_a_key_of_different_days(ours, folder):
    assert "the signing key was rotated meanwhile; start the backup again" in ours.python(ROTATES, folder)
    assert snapshots_of(folder) == []
    ours.run("backup", "--to", folder)
    assert len(snapshots_of(folder)) == 1


# ---- a bucket --------------------------------------------------------------------------------


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    if reason := seaweed.missing():
        pytest.skip(reason)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    (tmp_path / "weed").mkdir()
    with Seaweed(tmp_path / "weed") as running:
        yield running


@pytest.mark.long
def test_objects_in_a_bucket_are_mirrored_and_put_back_where_they_are_missing(bucket, make, template, folder, tmp_path):
    ours = make("home", like=template)
    (ours.home / "ledger.toml").write_text(f'[stores]\nobjects = "{bucket.address("objects")}"\n')
    moved = "from inviolable.ledger.store import open_store; from inviolable.ledger.actions import objects\n"
    moved += "source = open_store(argv[0])\nfor name in source.list():\n"
    moved += "    with source.read(name) as file, objects().write(name) as sink: sink.write(file.read())"
    ours.python(moved, ours.home / "objects")
    shutil.rmtree(ours.home / "objects")
    ours.run("exhibit", "add", "minneapolis", template.video)
    ours.run("backup", "--to", folder)
    name = f"{template.exhibit[:2]}/{template.exhibit}.age"
    ours.python("from inviolable.ledger.actions import objects; objects().delete(argv[0])", name)
    again = make("again")
    again.restore(folder)
    assert "2 sealed items" in again.run("verify")
