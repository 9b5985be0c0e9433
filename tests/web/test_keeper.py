"""The record is kept without anybody doing anything: by the real server, by a worker alone, one at a time."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import uuid4

import pytest
from django.db import connection, connections
from tests.server import Server, environment

from inviolable.ledger import note
from inviolable.web import keeper
from inviolable.web.keeper import Keeper, alone

OPEN = "from inviolable.cli.words import open_home; open_home()\n"
RECORD = """
from datetime import UTC, datetime
from django.db import transaction
from inviolable.ledger.actions import SYSTEM, append
from inviolable.ledger.models import Entry
with transaction.atomic():
    append("installation", "hold.placed", {"hold": "h1", "reason": "court"}, actor=SYSTEM, now=datetime.now(UTC))
print(Entry.objects.count())
"""
LOOK = """
from inviolable.ledger import sequencer
newest = sequencer.newest()
print(newest.size if newest else 0)
"""
WORK = "from inviolable.web.keeper import work; print('at work', flush=True); work()"


@pytest.fixture
def database() -> Iterator[dict[str, str]]:
    """What names the database of the commands: a fresh one where the suite runs on PostgreSQL, else the home's own."""
    if connection.vendor != "postgresql":
        yield {}
        return
    import psycopg

    server, _, first = os.environ["INVIOLABLE_DATABASE"].rpartition("/")
    name = f"keeper_{uuid4().hex}"
    with psycopg.connect(f"{server}/{first}", autocommit=True) as own:
        own.execute(f"CREATE DATABASE {name}")
        yield {"INVIOLABLE_DATABASE": f"{server}/{name}"}
        own.execute(f"DROP DATABASE {name} WITH (FORCE)")


def python(code: str, home, database) -> int:
    """Run some lines on a home in a process of their own; the number that they print."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN + code], env=environment(home, database), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@contextmanager
def worker(home, database) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN + WORK],
        env=environment(home, database),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "at work\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def until(condition) -> None:
    """Ask again and again; a minute is given up after, not waited for."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "It did not come to pass within a minute."


@pytest.mark.long
@pytest.mark.django_db
def test_what_is_recorded_is_checkpointed_by_the_running_server(tmp_path, database):
    with Server(tmp_path / "var", **database) as server:
        entries = python(RECORD, server.home, database)

        def signed() -> bool:
            try:
                with urlopen(f"{server.url}/log/checkpoint") as answer:
                    return note.Checkpoint.parse(note.parse_note(answer.read()).body).size >= entries
            except HTTPError:
                return False  # Nothing is signed yet.

        until(signed)
        with urlopen(f"{server.url}/healthz") as answer:
            parts = ("status", "web", "database", "ledger", "escalation")
            assert json.load(answer) == dict.fromkeys(parts, "ok")
        assert server.interrupt() == (0, "")


@pytest.mark.long
@pytest.mark.django_db
def test_a_worker_does_it_alone_and_another_may_stand_beside_it(tmp_path, database):
    home = tmp_path / "var"
    first = python(RECORD, home, database)
    with worker(home, database) as one, worker(home, database) as other:
        until(lambda: python(LOOK, home, database) == first)
        one.kill()
        second = python(RECORD, home, database)
        until(lambda: python(LOOK, home, database) == second > first)
        other.send_signal(signal.SIGTERM)
        assert other.communicate(timeout=20) == ("", "")
        assert other.returncode == 0


@pytest.fixture
def impatient(monkeypatch):
    """No pause between rounds."""
    monkeypatch.setattr(keeper, "EVERY", 0)
    monkeypatch.setattr(keeper, "LONGEST_PAUSE", 0)


@pytest.mark.django_db
def test_a_round_that_fails_is_said_in_one_line_and_survived(impatient, caplog):
    rounds = iter([OSError("No space left\non device"), ["witness w: gone"], ["witness w: gone"], [], []])
    done = threading.Event()

    def a_round(now):
        found = next(rounds, None)
        if found is None:
            done.set()
            return []
        if isinstance(found, OSError):
            raise found
        return found

    with Keeper(a_round):
        assert done.wait(20)
    assert [record.getMessage() for record in caplog.records] == [
        "OSError: No space left on device",
        "witness w: gone",
        "The record is attested again.",
    ]
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.django_db
def test_two_never_work_at_once():
    def elsewhere() -> bool:
        try:
            with alone() as mine:
                return mine
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as another, alone() as mine:
        assert mine
        assert not another.submit(elsewhere).result()
    with ThreadPoolExecutor(1) as another:
        assert another.submit(elsewhere).result()


@pytest.mark.django_db
def test_healthz_says_when_the_record_has_not_been_kept_for_long(client, impatient, monkeypatch):
    failed = threading.Event()

    def a_round(now):
        failed.set()
        raise OSError

    with Keeper(a_round):
        assert failed.wait(20)
        assert client.get("/healthz").json()["ledger"] == "ok"
        monkeypatch.setattr(keeper, "PATIENCE", 0)
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "failing", "web": "ok", "database": "ok", "ledger": "failing"}
    assert "ledger" not in client.get("/healthz").json()


@pytest.mark.django_db
def test_a_round_that_hangs_does_not_hold_up_the_end(impatient):
    entered, free = threading.Event(), threading.Event()

    def a_round(now):
        entered.set()
        free.wait(60)
        return []

    with Keeper(a_round) as hanging:
        assert entered.wait(20)
    assert hanging.is_alive()
    free.set()
    hanging.join()
