"""Two thousand incidents, one of them of fifty thousand entries, and twenty people on it who read and write at once."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from tests.alarm.test_whole import pages
from tests.installation import Installation, installation
from tests.server import Server

pytestmark = pytest.mark.django_db

#: So many incidents, one of them with so many entries; and so many people, of whom links to sign in are printed.
FILLED = """
from datetime import UTC, datetime
from django.db import transaction
from inviolable.incidents.actions import open_incident
from inviolable.incidents.facts import claim, claim_at, confirm
from inviolable.incidents.desk import at_desk
from inviolable.ledger.actions import SYSTEM
from inviolable.posts.actions import add_user
incidents, entries, people = map(int, argv)
now = datetime.now(UTC)
who = {"actor": SYSTEM, "now": now}
place = {"sending": "EC", "receiving": "US", "place": "Minneapolis", "occurred": "2026-01-27T11:00-06:00"}
place["post"] = {"class": "consulate", "head": "career", "status": "open"}
with transaction.atomic():
    for number in range(people):
        add_user(f"desk-{number}", "duty_officer", now=now, password="correct horse battery")
    for number in range(incidents):
        name = f"incident-{number}"
        open_incident(name, f"Attempted entry {number}", **place, **who)
        confirm(name, "actor", "officer", claims=[claim(name, "actor", "officer", voice="the post", **who)], **who)
with transaction.atomic():
    desk = at_desk("incident-0", SYSTEM, now)
    for number in range(len(desk.state.timeline), entries):
        claim_at(desk, "1", f"seen.{number % 40}", f"report {number}", happened=None, voice="the post")
"""
#: How many tasks there are in the incident, and whether its chain is whole.
COUNTED = """
from inviolable.incidents.lookup import whole, find_incident
found = whole(find_incident("incident-0").stream)
assert found.broken is None
print(sum(one.kind == "task.assigned" for one in found.state.timeline), len(found.entries))
"""
LONG = "/incidents/incident-0/"


@pytest.fixture
def filled(tmp_path, request) -> Iterator[Installation]:
    with installation(tmp_path / "desk") as made:
        made.headquarters(tmp_path)
        made.python(FILLED, *request.param)
        yield made


class Person:
    """Somebody at the desk with a browser without scripts, who finds whatever they wrote and loses nothing they saw."""

    def __init__(self, server: Server, number: int) -> None:
        self.visit, self.name, self.written, self.seen = pages(server), f"desk-{number}", list[str](), 0
        told = {"username": self.name, "password": "correct horse battery"}
        assert self.visit("/sign-in/", told)[0] != f"{server.url}/sign-in/"

    def work(self, rounds: int, incidents: int) -> None:
        """Write one thing, then read all that a desk reads; everything answers."""
        for number in range(rounds):
            self.written.append(f"Call the office of {self.name}, time {number}")
            address, page = self.visit(f"{LONG}tasks/assign/", {"what": self.written[-1], "to": "officer"})
            assert address.endswith(LONG), unescape(page)
            self._read(page)
            self._read(self.visit(LONG)[1])
            assert f"{incidents} incidents" in self.visit("/incidents/")[1]
            assert f"{incidents} incidents" in self.visit("/incidents/?q=attempted+entry")[1]
            self.visit(f"{LONG}timeline/")

    def _read(self, page: str) -> None:
        shown = unescape(page)
        assert all(one in shown for one in self.written), "what somebody wrote is there for them at once"
        entries = int(re.search(r"The whole timeline: (\d+) entries", shown)[1])
        assert entries >= self.seen, "nobody is shown less than they were shown before"
        self.seen = entries


SIZES = [
    pytest.param((25, 500, 8), 1, id="a sample", marks=pytest.mark.long),
    pytest.param((2_000, 50_000, 20), 10, id="whole", marks=pytest.mark.chaos),
]


@pytest.mark.parametrize(("filled", "rounds"), SIZES, indirect=["filled"])
def test_twenty_people_on_one_incident_read_and_write_and_nothing_fails(filled, rounds, request):
    incidents, entries, people = request.node.callspec.params["filled"]
    with Server(filled.home, **filled.database) as server, ThreadPoolExecutor(people) as crowd:
        desk = crowd.map(lambda number: Person(server, number), range(people))
        done = [crowd.submit(one.work, rounds, incidents) for one in list(desk)]
        faults = [fault for one in done if (fault := one.exception())]
        code, errors = server.interrupt()
    assert (code, errors, faults) == (0, "", [])
    tasks, now = map(int, filled.python(COUNTED).split())
    assert tasks == people * rounds
    assert now >= entries + tasks
