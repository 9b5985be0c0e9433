"""Workers die, the server of the database crashes, clocks jump, a release is replaced while an alarm runs: everybody is
called whom the protocol calls, and what went out twice says so."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Self

import pytest
from tests.chaos.alarmer import NOW
from tests.chaos.postgresql import Postgresql
from tests.installation import Installation, installation, installations
from tests.server import environment

#: Of a thousand; the others are of the web (test_raising.py).
KILLS = int(os.environ.get("INVIOLABLE_KILLS", "1000")) * 3 // 4
SCALE = 60.0
#: Lives of one home. An alarm that nobody answers calls for some fourteen minutes before only the broadcast repeats.
LIVES = 25
RAISE = f"""
from datetime import datetime
from inviolable.alarm.actions import raise_alarm
who = dict(role="reception", id="minneapolis-desk")
now = datetime.fromisoformat("{NOW.isoformat()}")
raise_alarm("minneapolis", "entry", way="page", actor=who, now=now, name="night", raiser="minneapolis-desk")
"""
#: What was called in the record, and what an imagined night calls in the same time; then every message and its state.
CALLED = """
import json, sys
from datetime import datetime
from inviolable.alarm.lookup import night_at, shipped_protocol
from inviolable.alarm.models import Alarm
from inviolable.alarm.simulation import simulate
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.outbox.models import Message
from inviolable.posts.models import Post
alarm, until = Alarm.objects.get(id="night"), datetime.fromisoformat(argv[0])
lines = Entry.objects.filter(stream=alarm.stream, kind="alarm.stepped").order_by("seq").values_list("line", flat=True)
bodies = [canonical.decode(bytes(line))["body"] for line in lines]
called = [(one["step"], one["round"], person) for one in bodies for person in one.get("calls", [])]
post = Post.objects.get(slug="minneapolis")
night = lambda now: night_at(post, alarm.plan(), now, without={alarm.raiser})
events = simulate(alarm.plan(), alarm.raised, night, {})
wanted = [
    (event.move.run.step, event.move.run.round, one.person)
    for event in events if event.move and event.at <= until for one in event.move.calls
]
print(json.dumps([called, wanted, list(Message.objects.values_list("id", "state", "attempts"))]))
"""


class Workers:
    """Workers of one home on a fast clock, from `with` to its end."""

    def __init__(self, ours: Installation, folder: Path) -> None:
        self.ours, self.out, self.start = ours, folder / "out", time.time()
        self._all = list[subprocess.Popen[bytes]]()

    def __enter__(self) -> Self:
        self.ours.run("example", "load")
        self.ours.python(RAISE)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._all:
            self.kill(process)
            process.stdout.close()

    def begin(self, *more: str) -> subprocess.Popen[bytes]:
        """One that is at work."""
        command = [sys.executable, "-m", "tests.chaos.alarmer", str(self.out), str(self.start), str(SCALE), *more]
        env = environment(self.ours.home, self.ours.database)
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
        self._all.append(process)
        assert process.stdout.readline() == b"at work\n"
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL, now."""
        process.kill()
        process.wait()

    def jump(self, seconds: float) -> None:
        """From now on every worker's clock is wrong by so much."""
        fresh = self.out.with_name("jumping")
        fresh.write_text(str(seconds))
        fresh.replace(f"{self.out}.jump")

    def said(self) -> list[tuple[str, str]]:
        """What went out: (first or repeat, the message's id)."""
        lines = self.out.read_text().splitlines() if self.out.exists() else []
        return [(mark, name) for mark, _, name in (line.partition(" ") for line in lines)]

    def now(self) -> float:
        """What the fast clock shows that is right."""
        return NOW.timestamp() + (time.time() - self.start) * SCALE

    def until(self, done: Callable[[], object]) -> None:
        """Wait for it."""
        deadline = time.monotonic() + 120
        while not done():
            assert time.monotonic() < deadline, "what was due is still not done"
            time.sleep(0.05)

    def settle(self) -> None:
        """Everything that is due by now is done: what the protocol wants, and what went out twice says so."""
        until = self.now()
        self.until(lambda: _settled(self.ours, until))
        _check(self.ours, until, self.said)


def lived(ours, seed: int, kills: int, folder: Path) -> None:
    """Two workers at a time, one of them killed and begun again so many times, while an alarm runs."""
    chance = Random(seed)  # noqa: S311
    with Workers(ours, folder) as home:
        workers = [home.begin(), home.begin()]
        for number in range(kills):
            with pytest.raises(subprocess.TimeoutExpired):  # It does not end by itself.
                workers[number % 2].wait(chance.random() / 3)
            home.kill(workers[number % 2])
            workers[number % 2] = home.begin()
        home.settle()


def _settled(ours, until: float) -> bool:
    """Whether everything that was due until then is done, and every message of it went out."""
    called, wanted, messages = _told(ours, until)
    waiting = {_of(name) for name, state, _ in messages if state in ("waiting", "sending")}
    return set(wanted) <= set(called) and not waiting & set(wanted)


def _of(name: str) -> tuple[str, int, str]:
    _, step, _, number, person, _ = name.split("/")
    return step, int(number), person


def _told(ours, until: float):
    called, wanted, messages = json.loads(ours.python(CALLED, datetime.fromtimestamp(until, UTC).isoformat()))
    return list(map(tuple, called)), list(map(tuple, wanted)), messages


def _check(ours, until: float, heard: Callable[[], list[tuple[str, str]]]) -> None:
    called, wanted, messages = _told(ours, until)
    said = heard()  # After the record, which goes on meanwhile.
    assert len(set(called)) == len(called), "nobody is called twice for the same round"
    in_order = [one for one in called if one in set(wanted)]
    assert len(wanted) > 3
    assert Counter(in_order) == Counter(wanted)
    given_up = {_of(name)[0] for name, state, _ in messages if state == "failed"}
    assert given_up <= {"broadcast"}, "only what a later round of it says again"
    assert {name for _, name in said} >= {name for name, state, _ in messages if state == "sent"}, "said to be sent"
    firsts = Counter(name for mark, name in said if mark == "first")
    assert not [name for name, number in firsts.items() if number > 1], "what goes out again says so"
    assert ours.run("verify").endswith("as it was recorded.\n")


@pytest.mark.django_db
@pytest.mark.chaos
def test_workers_killed_a_few_times_lose_no_call(tmp_path):
    """RESPONSE.md A.4 row 12."""
    with installations(tmp_path) as make:
        lived(make("home"), 1, 5, tmp_path)


@pytest.mark.chaos
@pytest.mark.django_db
def test_workers_killed_hundreds_of_times_lose_no_call(tmp_path):
    for number, done in enumerate(range(0, KILLS, LIVES)):
        with installation(tmp_path / str(number)) as ours:
            lived(ours, number, min(LIVES, KILLS - done), tmp_path / str(number))


@pytest.mark.django_db
@pytest.mark.chaos
def test_who_dies_with_a_message_in_hand_leaves_it_to_another_who_says_that_it_is_a_repeat(tmp_path):
    with installations(tmp_path) as make, Workers(make("home"), tmp_path) as home:
        dying = home.begin("hang")
        home.until(home.said)
        home.kill(dying)
        begun = {name for _, name in home.said()}
        home.begin()
        home.until(lambda: begun <= {name for mark, name in home.said() if mark == "repeat"})
        home.settle()


def jumped(ours, seed: int, jumps: int, folder: Path) -> None:
    """The clock of all workers is set forwards by an hour and back again, time and again, while an alarm runs."""
    chance = Random(seed)  # noqa: S311
    with Workers(ours, folder) as home:
        home.begin()
        home.begin()
        home.until(home.said)
        for number in range(jumps):
            home.jump(chance.randrange(-3600, 3600) if number % 2 == 0 else 0)
            before = len(home.said())
            # A pause, the minute by which clocks may differ, and the last round: then somebody is called again.
            home.until(lambda before=before: len(home.said()) > before)
        firsts = Counter(name for mark, name in home.said() if mark == "first")
        assert not [name for name, number in firsts.items() if number > 1], "a call has one name"
        assert home.ours.run("verify").endswith("as it was recorded.\n")


@pytest.mark.django_db
@pytest.mark.chaos
def test_a_clock_that_is_set_wrong_and_right_again_stops_no_alarm(tmp_path):
    with installations(tmp_path) as make:
        jumped(make("home"), 1, 2, tmp_path)


@pytest.mark.chaos
@pytest.mark.django_db
def test_a_clock_that_jumps_a_hundred_times_stops_no_alarm(tmp_path):
    for number in range(10):
        with installation(tmp_path / str(number)) as ours:
            jumped(ours, number, 10, tmp_path / str(number))


@pytest.mark.chaos
def test_the_server_of_the_database_crashes_and_no_call_is_lost(tmp_path):
    chance = Random(1)  # noqa: S311
    with Postgresql() as server:
        ours = Installation(tmp_path / "home", {"INVIOLABLE_DATABASE": server.address})
        with Workers(ours, tmp_path) as home:
            home.begin()
            home.begin()
            for _ in range(20):
                time.sleep(chance.random())
                server.crash()
                server.start()
            home.settle()
        ours.stop()
