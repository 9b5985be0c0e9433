"""A disk that fills up: exhibits are refused in words, entries go on from the reserve, and nothing is hurt."""

import json
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from tests.server import environment

from inviolable.ledger import reserve
from inviolable.ledger.reserve import NearlyFull
from inviolable.web.keeper import Keeper

MIB = 1 << 20
UNSHARED = ["unshare", "--mount", "--map-root-user", "sh", "-c"]


def on_a_small_disk(disk: Path, lines: str, *arguments: object) -> list:
    """What some lines print as JSON, on a home that is a disk of 8 MiB which only they see."""
    mount = f'mount -t tmpfs -o size=8m,mode=700 none "{disk}" && exec "$@"'
    if (tried := subprocess.run([*UNSHARED, mount, "sh", "true"], capture_output=True, text=True)).returncode:
        pytest.skip(f"no disk can be mounted here; it takes user namespaces: {tried.stderr.strip()}")
    command = [*UNSHARED, mount, "sh", sys.executable, "-c", lines, *map(str, arguments)]
    done = subprocess.run(command, env=environment(disk, {}), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir(0o700)
    return tmp_path / "home"


def test_the_reserve_takes_its_place_on_the_disk_and_gives_it_back(home):
    assert reserve.kept(home) is None
    assert reserve.keep(home, MIB)
    laid = (home / "reserve").stat()
    assert (laid.st_size, stat.S_IMODE(laid.st_mode)) == (MIB, 0o600)
    assert laid.st_blocks * 512 >= MIB
    assert reserve.keep(home, MIB)
    assert (home / "reserve").stat().st_ino == laid.st_ino
    reserve.release(home)
    assert reserve.kept(home) == (home / "reserve").stat().st_blocks == 0
    assert reserve.mind(home) == ""
    assert reserve.kept(home) == reserve.SIZE


def test_as_long_as_the_reserve_is_given_away_no_exhibit_is_taken_in(home):
    reserve.check_room(home)
    reserve.keep(home, MIB)
    reserve.check_room(home)
    reserve.release(home)
    with pytest.raises(NearlyFull, match="The disk is full: this exhibit was not taken in"):
        reserve.check_room(home)


def test_where_there_is_too_little_room_none_is_laid_down_and_nothing_is_left(home):
    assert not reserve.keep(home, reserve.free(home))
    assert list(home.iterdir()) == []


def test_whoever_keeps_the_record_lays_it_down_at_the_first_start(home, monkeypatch):
    monkeypatch.setattr(settings, "HOME", home)
    started = threading.Event()
    with Keeper(lambda now: started.set() or []):
        assert started.wait(20)
    assert reserve.kept(home) == reserve.SIZE


EXHIBITS_THEN_ENTRIES = """
import io, json, os, sys
from datetime import UTC, datetime
from pathlib import Path
from inviolable.cli.words import open_home
open_home()
import pyrage
from django.db import OperationalError, transaction
from inviolable.ledger import audit, exhibits, reserve, sequencer
from inviolable.ledger.actions import SYSTEM, add_recipient, append, objects
from inviolable.ledger.exhibits import About, Intake
from inviolable.ledger.models import Entry
from inviolable.ledger.store import StoreError
home, now, size = Path(os.environ["INVIOLABLE_HOME"]), datetime(2026, 1, 27, 17, tzinfo=UTC), 3 << 20

def say(*what):
    print(json.dumps(what))

def intact():
    sequencer.checkpoint(now)
    return [*audit.audit_structure(), audit.audit_signatures(), audit.audit_exhibits()]

def enter(number):
    with transaction.atomic():
        append("incident/x", "hold.placed", {"hold": str(number), "reason": "court"}, actor=SYSTEM, now=now)

assert reserve.keep(home, size)
for name in ("one", "two"):
    add_recipient(str(pyrage.x25519.Identity.generate().to_public()), name, actor=SYSTEM, now=now)
taken = 0
try:
    for _ in range(100):
        exhibits.receive("incident/x", io.BytesIO(os.urandom(300_000)), About("C"), actor=SYSTEM, now=now)
        taken += 1
except StoreError as fault:
    say(taken, str(fault))
intake = None
try:
    intake = Intake("incident/x", About("C"), actor=SYSTEM, now=now)
    for _ in range(100):
        intake.write(os.urandom(100_000))
except StoreError as fault:
    if intake:
        intake.abort()
    say(str(fault))
received = Entry.objects.filter(kind="exhibit.received").count()
say(received, len(list(objects().list())), reserve.kept(home), reserve.free(home) > 0, intact())
entered, given_away, said = 0, 0, set()
try:
    for number in range(20_000):
        enter(number)
        entered += 1
        said.add(reserve.mind(home))
        given_away = given_away or entered * (reserve.kept(home) == 0)
except OperationalError as fault:
    say(given_away, entered, str(fault), sorted(said))
say(Entry.objects.filter(stream="incident/x", kind="hold.placed").count())
name = next(iter(objects().list()))
kept = objects().path(name).read_bytes()
objects().delete(name)
objects().delete(next(iter(objects().list())))
enter(20_001)
with objects().write(name) as sink:
    sink.write(kept)
say(Entry.objects.filter(stream="incident/x", kind="hold.placed").count(), audit.audit_signatures())
"""


def test_exhibits_fill_the_disk_entries_go_on_from_the_reserve_and_all_is_intact(tmp_path):
    refused, again, after, full, there, later = on_a_small_disk(tmp_path, EXHIBITS_THEN_ENTRIES)
    assert refused[0] > 5
    assert refused[1] == again[0]
    assert again[0].startswith("The disk is full: this exhibit was not taken in, so that entries can still be made.")
    received, stored, kept, free, (entries, checkpoints, signatures, exhibits) = after
    assert received == stored == exhibits == refused[0]
    assert (kept, free) == (3 * MIB, True)
    assert (entries, checkpoints) == (signatures, 1)
    given_away, entered, fault, said = full
    assert fault == "database or disk is full"
    assert entered - given_away > 100
    assert said[0] == ""
    assert said[1].startswith(f"The disk of {tmp_path} is full: entries are made from the reserve")
    assert there == [entered]
    assert later[0] == entered + 1


ANOTHER_PROGRAM = """
import json, os, subprocess, sys
from pathlib import Path
from inviolable.ledger import reserve
home, inviolable = Path(os.environ["INVIOLABLE_HOME"]), sys.argv[1]

def run(*arguments):
    done = subprocess.run([inviolable, *arguments], capture_output=True, text=True)
    print(json.dumps([done.returncode, done.stderr, reserve.kept(home)]))

run("user", "add", "Ana", "--role", "legal")
assert reserve.keep(home, 1 << 20)
with open(home / "filling", "wb", buffering=0) as file:
    try:
        while True: file.write(bytes(4096))
    except OSError: pass
run("user", "add", "Eva", "--role", "legal")
run("user", "add", "Eva", "--role", "legal")
"""


@pytest.mark.long
def test_where_another_program_filled_the_disk_commands_go_on_from_the_reserve(tmp_path):
    command = Path(sys.executable).with_name("inviolable")
    first, full, again = on_a_small_disk(tmp_path, ANOTHER_PROGRAM, command)
    assert first == [0, "", None]
    assert full == [0, "", 0]
    assert again[0] == 2
    assert "is taken" in again[1]
