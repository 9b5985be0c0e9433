"""The server is killed while posts press: what it said it had is there, once, and people are called for it."""

import json
import os
from collections.abc import Iterator
from http.client import IncompleteRead
from random import Random
from threading import Timer
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from tests.installation import Installation, installation
from tests.server import Server

from inviolable.alarm.terms import Danger

#: Of a thousand; the others are of workers (test_alarms.py).
KILLS = max(1, int(os.environ.get("INVIOLABLE_KILLS", "1000")) // 4)
#: Lives of one home: a token raises at most ten alarms at each of its posts within ten minutes.
LIVES = 25
POSTS = """
import json
from inviolable.posts.models import Post
print(json.dumps(list(Post.objects.values_list("slug", flat=True))))
"""
#: What is open of all that was pressed: how often each was recorded, and how many calls of each are in the outbox.
LEFT = """
import json
from collections import Counter
from inviolable.alarm.models import Alarm
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.outbox.models import Message
lines = Entry.objects.filter(kind="alarm.raised").values_list("line", flat=True)
raised = Counter(canonical.decode(bytes(line))["body"]["alarm"] for line in lines)
calls = Message.objects.filter(template__startswith="alarm").values_list("id", "context")
told = {one for name, context in calls for one in [name.partition("/")[0], *context.get("alarms", "").split()]}
print(json.dumps([list(Alarm.objects.filter(ended=None).values_list("id", flat=True)), raised, list(told)]))
"""


class Panel:
    """The guards' panel of every post: one alarm after another, and the same again until it is answered."""

    def __init__(self, ours: Installation) -> None:
        self.token = ours.run("token", "add", "panel", "--scope", "alarms:raise").split()[-1]
        posts = json.loads(ours.python(POSTS))
        self._next: Iterator[tuple[str, str]] = ((post, danger) for danger in Danger.values for post in posts)
        self._first = next(self._next)
        self._waiting: tuple[str, str] | None = self._first
        self.taken = list[str]()

    def press_all(self, server: Server) -> None:
        """One after another."""
        while self._waiting:
            self.taken.append(self._put(server, *self._waiting))
            self._waiting = next(self._next, None)

    def press_until_it_is_gone(self, server: Server) -> None:
        """The same; where all are taken, the first again and again."""
        try:
            self.press_all(server)
            while True:
                self._put(server, *self._first)
        except HTTPError:
            raise
        except (URLError, ConnectionError, IncompleteRead):
            pass

    def _put(self, server: Server, post: str, danger: str) -> str:
        name = f"{post}-{danger}".replace("_", "-")
        asked = Request(
            f"{server.url}/api/v1/alarms/{name}",
            json.dumps({"post": post, "danger": danger}).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            method="PUT",
        )
        with urlopen(asked, timeout=60) as answer:
            assert answer.status in (200, 201)
            assert json.load(answer)["id"] == name
        return name


def lived(ours: Installation, seed: int, kills: int) -> int:
    """Kill the server so many times in the midst of presses; how many alarms it took."""
    chance = Random(seed)  # noqa: S311
    ours.run("example", "load")
    panel = Panel(ours)
    for _ in range(kills):
        with Server(ours.home, **ours.database) as server:
            Timer(chance.random() / 3, server.process.kill).start()
            panel.press_until_it_is_gone(server)
            server.process.wait()
    with Server(ours.home, **ours.database) as server:
        panel.press_all(server)
    is_open, raised, told = json.loads(ours.python(LEFT))
    assert sorted(is_open) == sorted(panel.taken)
    assert set(raised.values()) == {1}
    assert set(told) >= set(panel.taken)
    assert ours.run("verify").endswith("as it was recorded.\n")
    return len(panel.taken)


@pytest.mark.django_db
@pytest.mark.chaos
def test_a_server_killed_a_few_times_has_every_alarm_that_it_took(tmp_path):
    """RESPONSE.md A.4 row 6."""
    with installation(tmp_path / "one") as ours:
        assert lived(ours, 1, 4) == 100


@pytest.mark.chaos
@pytest.mark.django_db
def test_a_server_killed_hundreds_of_times_has_every_alarm_that_it_took(tmp_path):
    for number, done in enumerate(range(0, KILLS, LIVES)):
        with installation(tmp_path / str(number)) as ours:
            assert lived(ours, number, min(LIVES, KILLS - done)) == 100
