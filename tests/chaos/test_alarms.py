"""Workers killed while an alarm runs: everybody is called whom the protocol calls, and what went out twice says so."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from tests.chaos.alarmer import NOW
from tests.installation import installations
from tests.server import environment

KILLS = int(os.environ.get("INVIOLABLE_KILLS", "1000"))
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
night = lambda now: night_at(post, alarm.plan(), now, without=alarm.raiser)
events = simulate(alarm.plan(), alarm.raised, night, {})
wanted = [
    (event.move.run.step, event.move.run.round, one.person)
    for event in events if event.move and event.at <= until for one in event.move.calls
]
print(json.dumps([called, wanted, list(Message.objects.values_list("id", "state", "attempts"))]))
"""


def lived(ours, seed: int, kills: int, folder: Path) -> None:
    """Two workers at a time, one of them killed and begun again so many times, while an alarm runs."""
    chance, out, start = Random(seed), folder / "out", time.time()  # noqa: S311
    command = [sys.executable, "-m", "tests.chaos.alarmer", str(out), str(start), str(SCALE)]
    ours.run("example", "load")
    ours.python(RAISE)
    with ExitStack() as stack:

        def begin() -> subprocess.Popen:
            process = subprocess.Popen(command, env=environment(ours.home, ours.database), stdout=subprocess.PIPE)
            stack.callback(process.stdout.close)
            stack.callback(process.wait)
            stack.callback(process.kill)
            assert process.stdout.readline() == b"at work\n"
            return process

        workers = [begin(), begin()]
        for number in range(kills):
            with pytest.raises(subprocess.TimeoutExpired):  # It does not end by itself.
                workers[number % 2].wait(chance.random() / 3)
            workers[number % 2].kill()
            workers[number % 2] = begin()
        until = NOW.timestamp() + (time.time() - start) * SCALE
        deadline = time.monotonic() + 60
        while not _settled(ours, until):
            assert time.monotonic() < deadline, "what was due is still not done"
            time.sleep(0.2)
    _check(ours, until, out)


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


def _check(ours, until: float, out: Path) -> None:
    called, wanted, messages = _told(ours, until)
    assert len(set(called)) == len(called), "nobody is called twice for the same round"
    in_order = [one for one in called if one in set(wanted)]
    assert len(wanted) > 3
    assert Counter(in_order) == Counter(wanted)
    given_up = {_of(name)[0] for name, state, _ in messages if state == "failed"}
    assert given_up <= {"broadcast"}, "only what a later round of it says again"
    lines = [line.split(" ", 1) for line in out.read_text().splitlines()]
    assert {name for _, name in lines} >= {name for name, state, _ in messages if state == "sent"}, "said to be sent"
    firsts = Counter(name for mark, name in lines if mark == "first")
    assert not [name for name, number in firsts.items() if number > 1], "what goes out again says so"
    assert ours.run("verify").endswith("as it was recorded.\n")


@pytest.mark.django_db
def test_workers_killed_a_few_times_lose_no_call(tmp_path):
    """RESPONSE.md A.4 row 12."""
    with installations(tmp_path) as make:
        lived(make("home"), 1, 5, tmp_path)


@pytest.mark.chaos
@pytest.mark.django_db
def test_workers_killed_a_thousand_times_lose_no_call(tmp_path):
    for number, done in enumerate(range(0, KILLS, LIVES)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with installations(folder) as make:
            lived(make("home"), number, min(LIVES, KILLS - done), folder)
