"""The server, or where its objects lie, dies in the middle of a recording: a receipt is for what is there."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.door.conftest import Tablet
from tests.door.test_film import Films
from tests.ledger.seaweed import KEY, SECRET, Seaweed, missing
from tests.server import Server, environment, inviolable

APPROVE = """
import sys
from inviolable.cli.words import open_home
open_home()
from datetime import UTC, datetime
from inviolable.door.actions import approve
who = {"role": "head_of_post", "id": "user-1"}
approve(sys.argv[1], "minneapolis", "desk", person="minneapolis-head", actor=who, now=datetime.now(UTC))
"""
#: What is recorded of a recording: of each segment its number, the name and the hash of its object.
RECORDED = """
import json
from inviolable.cli.words import open_home
open_home()
from inviolable.ledger.actions import objects
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.models import Entry
found = []
for (line,) in Entry.objects.filter(kind="segment.received").order_by("id").values_list("line"):
    body = json.loads(bytes(line))["body"]
    with objects().read(object_name(body["segment"])) as source:
        found.append([body["number"], body["sealed_sha256"], __import__("hashlib").sha256(source.read()).hexdigest()])
print(json.dumps(found))
"""


class OverHttp:
    """A tablet's line to a real server."""

    def __init__(self) -> None:
        self.port = 0

    def post(self, address: str, body: str | bytes, content_type: str) -> SimpleNamespace:
        line = http.client.HTTPConnection("localhost", self.port, timeout=60)
        try:
            line.request("POST", address, body, {"Content-Type": content_type})
            answer = line.getresponse()
            content = answer.read()
            return SimpleNamespace(status_code=answer.status, content=content, json=lambda: json.loads(content))
        finally:
            line.close()


class RealTime:
    """A night in which the clock is the machine's."""

    class clock:  # noqa: N801
        @property
        def now(self) -> datetime:
            return datetime.now(UTC)

    clock = clock()  # type: ignore[misc]


def python(code: str, home: Path, *arguments: str, **more: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environment(home, more), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.chaos
@pytest.mark.parametrize("kills", [3, 100])
@pytest.mark.parametrize("store", ["folder", "bucket"])
def test_whatever_dies_a_receipt_is_for_what_is_on_disk(tmp_path, kills, store):
    chance, home, more = random.Random(6), tmp_path / "var", {}  # noqa: S311
    with ExitStack() as stack:
        weed = None
        if store == "bucket":
            if why := missing():
                pytest.skip(why)
            (tmp_path / "weed").mkdir()
            weed = stack.enter_context(Seaweed(tmp_path / "weed"))
            more = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        tablet, films, receipts = Tablet(RealTime()), None, []
        tablet._client = OverHttp()
        waiting = b""
        for kill in range(kills + 1):
            with Server(home, **more) as server:
                tablet._client.port = server.port
                if films is None:
                    if weed:
                        with (home / "ledger.toml").open("a") as file:
                            file.write(f'\n[stores]\nobjects = "{weed.address("home")}"\n')
                    python(APPROVE, home, tablet.ask().json()["code"], **more)
                    films = Films(tablet, RealTime())
                    tablet.say(tablet.press())
                if kill < kills:
                    victim = weed.process if weed and chance.random() < 0.5 else server.process
                    threading.Timer(0.3 + chance.random(), os.kill, (victim.pid, signal.SIGKILL)).start()
                waiting = film_until(films, receipts, waiting, 20 if kill == kills else 10**6)
                if kill < kills:
                    server.process.kill()
                    server.process.wait()
                if weed and weed.process.poll() is not None:
                    weed.crash()
        recorded = json.loads(python(RECORDED, home, **more))
        assert [one[0] for one in recorded] == list(range(len(recorded)))
        assert all(said == kept for _, said, kept in recorded)
        assert {sha256(line.encode()).hexdigest() for line in receipts} <= lines_of(home, more)
        assert len(receipts) >= 20
        if not weed:  # The example's own exhibits lie in the folder still.
            assert inviolable("verify", home=home).returncode == 0


def film_until(films: Films, receipts: list[str], waiting: bytes, count: int) -> bytes:
    """Send segments, one after another, until something dies or so many have their receipt. What has none yet."""
    for _ in range(count):
        waiting = waiting or films.segment(os.urandom(60_000))
        try:
            answer = films.send(waiting)
        except (OSError, http.client.HTTPException):
            return waiting
        if answer.status_code == 503:
            return waiting
        assert answer.status_code == 200, answer.content
        receipts.append(answer.json()["line"])
        waiting = b""
    return waiting


def lines_of(home: Path, more: dict[str, str]) -> set[str]:
    code = RECORDED.split("found = []", maxsplit=1)[0] + (
        "import hashlib\n"
        "lines = Entry.objects.filter(kind='segment.received').values_list('line', flat=True)\n"
        "print(json.dumps([hashlib.sha256(bytes(one)).hexdigest() for one in lines]))"
    )
    return set(json.loads(python(code, home, **more)))
