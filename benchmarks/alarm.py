"""The alarm on a real server and a real gateway, beside a bare client and Apprise handing over the same messages.

Each part has a home of its own: a ministry of a hundred posts with an officer on duty and two deputies. Moments are of
this machine's clock, by which every process here tells the time.
"""

import asyncio
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.gateway import AT_ONCE, DELAY
from benchmarks.parts import Result
from benchmarks.record import home

POSTS, CROWD, PRESSES, OPEN, APPRISED, KILLS = 100, 1_000, 300, 1_000, 50, 15
INVIOLABLE = Path(sys.executable).with_name("inviolable")
PASSWORD = "correct horse battery"
PROTOCOL = """
number = "BENCH-1"
date = 2026-01-05
in_force = 2026-01-05
title = { es = "Medición", en = "Measuring" }

[steps.duty]
tell = "duty_officer"
ways = ["sms"]
pause = 60
rounds = 9

[steps.everybody]
tell = "press"
ways = ["sms"]
answers = 0

[network]
do = [
  { es = "Uno", en = "One" },
  { es = "Dos", en = "Two" },
  { es = "Tres", en = "Three" },
]
"""
KIND = """
[incidents.{}]
steps = ["duty", "everybody"]
tasks = []
do = {{ es = "Llame a la oficina consular.", en = "Call the post." }}
"""


# ---- a ministry, its server and its gateway ----------------------------------------------------


def found_ministry(crowd: int) -> None:
    """A hundred posts, three who are on duty, a crowd whom the protocol only tells, and who signs in."""
    from django.db import transaction

    from inviolable.alarm.actions import import_protocol
    from inviolable.alarm.protocols import read_protocol
    from inviolable.alarm.terms import Danger
    from inviolable.ledger.actions import SYSTEM
    from inviolable.posts.actions import Reached, add_user, describe_post, give_role, list_person
    from inviolable.posts.consent import Holding

    now = datetime.now(UTC)
    who = {"actor": SYSTEM, "now": now}
    since = now - timedelta(days=1)
    with transaction.atomic():
        told = {"time_zone": "America/Guayaquil", "sending": "EC"}
        describe_post("ministry", told | {"name": "Ministry", "class": "ministry"}, **who)
        for number in range(POSTS):
            place = told | {"name": f"Consulate {number}", "class": "consulate", "receiving": "US"}
            describe_post(f"post-{number}", place, **who)
        people = [("duty_officer", f"duty-{number}") for number in range(3)]
        people += [("press", f"press-{number}") for number in range(crowd)]
        for number, (role, person) in enumerate(people):
            ways = [Reached("sms", f"+1202{number:07}", now)]
            common = {"time_zone": "America/Guayaquil", "contacts": ways, **who}
            list_person(person, name=person, language="en" if number % 2 else "es", **common)
            give_role(Holding("", role, person, "ministry", since, rank=number), **who)
        text = PROTOCOL + "".join(KIND.format(danger) for danger in Danger.values)
        import_protocol(read_protocol(text, "bench"), "bench", **who)
        add_user("desk", "duty_officer", now=now, password=PASSWORD)


@contextmanager
def process(*command: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A process, ended with the block."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.send_signal(signal.SIGTERM)


class Web:
    """A browser without scripts that has signed in, and the gateway's list of calls."""

    def __init__(self, server: int, gateway: int, pid: int) -> None:
        self.gateway, self.pid = gateway, pid
        self._line, self._cookies = HTTPConnection("127.0.0.1", server), SimpleCookie()
        self.post("/sign-in/", {"username": "desk", "password": PASSWORD, "next": "/"})

    def post(self, address: str, fields: dict[str, str]) -> tuple[float, float, str]:
        """A form, filled in and sent: (when it was sent, when the answer came, where it leads)."""
        self._line.close()  # The server ends what was idle for some seconds.
        page = self._ask("GET", address)[1]
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|name)" value="([^"]+)"', page))
        start = time.time()
        status, body, to = self._ask("POST", address, urlencode(hidden | fields))
        if status != 302:
            raise RuntimeError(f"{address}: {status} {body}")
        return start, time.time(), to

    def press(self, post: str, danger: str) -> tuple[float, float, str]:
        """(when the button was pressed, when it was committed, the alarm's id)."""
        start, committed, to = self.post("/alarms/raise/", {"post": post, "danger": danger})
        return start, committed, to.split("/")[-2]

    def calls(self) -> list[tuple[float, str]]:
        """What the gateway got since it was asked last."""
        line = HTTPConnection("127.0.0.1", self.gateway)
        line.request("GET", "/")
        return [(at, name) for at, name in json.loads(line.getresponse().read())]

    def wait(self, enough: Callable[[list[tuple[float, str]]], bool], seconds: float = 120) -> list[tuple[float, str]]:
        """All calls until there are enough."""
        found, end = self.calls(), time.monotonic() + seconds
        while not enough(found):
            if time.monotonic() > end:
                raise TimeoutError(f"{len(found)} calls after {seconds} s")
            time.sleep(0.2)
            found += self.calls()
        return found

    def _ask(self, method: str, address: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{key}={one.value}" for key, one in self._cookies.items()), "Host": "localhost"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request(method, address, body, headers)
        answer = self._line.getresponse()
        for set_cookie in answer.headers.get_all("Set-Cookie", []):
            self._cookies.load(set_cookie)
        return answer.status, answer.read().decode(), answer.headers.get("Location", "")


def configure(place: Path, port: int) -> None:
    """Text messages go to the gateway."""
    (place / "home/outbox.toml").write_text(
        f'[[sms]]\nname = "one"\nkind = "gateway"\nurl = "http://127.0.0.1:{port}/"\nsecret = "one.secret"\n'
    )
    (place / "home/one.secret").write_text("only for measuring\n")


@contextmanager
def gateway() -> Iterator[int]:
    """Its port."""
    with process(sys.executable, "-m", "benchmarks.gateway") as running:
        assert running.stdout
        yield int(running.stdout.readline())


@contextmanager
def ministry(crowd: int = 1) -> Iterator[tuple[Web, Path]]:
    """All of it, at work."""
    with home() as place, gateway() as port, ExitStack() as stack:
        found_ministry(crowd)
        configure(place, port)
        server = stack.enter_context(process(INVIOLABLE, "run", "--port", "0"))
        assert server.stdout
        yield Web(int(server.stdout.readline().rpartition(":")[2]), port, server.pid), place


# ---- what is measured --------------------------------------------------------------------------


def centiles(values: Sequence[float]) -> dict[str, float]:
    """Median, the slowest of a hundred, the slowest."""
    cut = statistics.quantiles(values, n=100, method="inclusive")
    return {"p50": cut[49], "p99": cut[98], "most": max(values)}


def presses() -> Result:
    """One press after another, each another alarm: until it is committed, and until the gateway has the first call."""
    from inviolable.alarm.terms import Danger

    with ministry() as (web, _):
        web.press(f"post-{POSTS - 1}", "closure_order")  # The first request warms up.
        committed, called = [], []
        for post, danger in list(product(range(POSTS), Danger.values))[:PRESSES]:
            start, done, alarm = web.press(f"post-{post}", danger)
            committed.append(done - start)
            [first, *_] = web.wait(lambda calls: any(name.startswith(alarm) for _, name in calls))  # noqa: B023
            called.append(first[0] - start)
        return {"presses": PRESSES, "committed": centiles(committed), "called": centiles(called)}


def thousand() -> Result:
    """A thousand recipients from the press to the last; a bare client and Apprise with the same messages."""
    with ministry(CROWD) as (web, _):
        ours, bare, bodies = [], [], []
        for turn in range(4):  # The first warms up.
            start, committed, alarm = web.press("post-0", f"{('fire', 'threat', 'medical', 'entry')[turn]}")
            calls = web.wait(lambda calls: sum(name.startswith(alarm) for _, name in calls) > CROWD)  # noqa: B023
            mine = sorted(at for at, name in calls if name.startswith(alarm))
            ours.append({"committed": committed - start, "first": mine[0] - start, "last": mine[-1] + DELAY - start})
            bodies = bodies or bodies_of(alarm)
            bare.append(asyncio.run(hand_over(web.gateway, bodies)))
        web.calls()
        return {
            "recipients": CROWD + 1,
            "apprised": APPRISED,
            **{name: statistics.median(one[name] for one in ours[1:]) for name in ("committed", "first", "last")},
            "bare": statistics.median(bare[1:]),
            "apprise": apprised(web.gateway, bodies[:APPRISED]) * len(bodies) / APPRISED,
        }


def bodies_of(alarm: str) -> list[dict[str, str]]:
    """The messages of an alarm as our own JSON writes them."""
    from inviolable.outbox.loop import words_of
    from inviolable.outbox.models import Message
    from inviolable.posts.models import Contact, Person

    people, found = Person.objects.in_bulk(), []
    addresses = {way.person_id: way.address for way in Contact.objects.all()}
    for one in Message.objects.filter(id__startswith=alarm).order_by("id"):
        text = words_of(one, people[one.person], False, datetime.now(UTC))
        found.append({"id": "", "kind": "sms", "to": addresses[one.person], "text": text.short, "language": "en"})
    return found


async def hand_over(port: int, bodies: Sequence[dict[str, str]]) -> float:
    """Seconds that fifty connections of aiohttp take for them."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def hand(body: dict[str, str]) -> None:
            async with session.post(f"http://127.0.0.1:{port}/", json=body) as answer:
                await answer.read()

        start = time.perf_counter()
        await asyncio.gather(*map(hand, bodies))
        return time.perf_counter() - start


def apprised(port: int, bodies: Sequence[dict[str, str]]) -> float:
    """Seconds that Apprise takes for them, one after another."""
    import apprise

    start = time.perf_counter()
    for body in bodies:
        to = apprise.Apprise()
        to.add(f"json://127.0.0.1:{port}/")
        if not to.notify(body=body["text"]):
            raise RuntimeError("Apprise could not hand it over.")
    return time.perf_counter() - start


def lateness(calls: Sequence[tuple[float, str]]) -> list[float]:
    """Of each call after the first of its alarm, by how much it came later than its step was due."""
    from inviolable.ledger import canonical
    from inviolable.ledger.models import Entry
    from inviolable.ledger.moments import read

    due, wanted = dict[tuple[str, str], str](), dict[tuple[str, str, int, str], float]()
    lines = Entry.objects.filter(kind="alarm.stepped").order_by("id").values_list("line", flat=True)
    for body in (canonical.decode(bytes(line))["body"] for line in lines):
        run = body["alarm"], body["step"]
        for person in body.get("calls", []) if run in due else ():
            wanted[*run, body["round"], person] = read(due[run]).timestamp()
        if "due" in body:
            due[run] = body["due"]
    found = []
    for at, name in calls:
        alarm, step, _, number, person, _ = name.split("/")
        if (moment := wanted.get((alarm, step, int(number), person))) is not None:
            found.append(at - moment)
    return found


def crashes() -> Result:
    """A server and a worker move alarms on; the worker is killed again and again in the midst of it."""
    with ministry() as (web, _):
        from inviolable.alarm.terms import Danger
        from inviolable.outbox.actions import LEASE

        for post, danger in list(product(range(30), Danger.values[:2])):
            web.press(f"post-{post}", danger)
        calls, command = web.calls(), [INVIOLABLE, "worker"]
        worker = subprocess.Popen(command)
        try:
            for _ in range(KILLS):
                time.sleep(12)
                worker.kill()
                worker.wait()
                worker = subprocess.Popen(command)
        finally:
            worker.kill()
            worker.wait()
        late = lateness(calls + web.calls())
        lease = LEASE.total_seconds()
        told = {
            "alarms": 60,
            "kills": KILLS,
            "calls": len(late),
            "late": centiles([one for one in late if one < lease]),
        }
        return told | {"taken_over": [one - lease for one in late if one >= lease]}


def opened() -> Result:
    """A thousand alarms open at once, each calling somebody each minute, for three minutes."""
    from inviolable.alarm.terms import Danger

    with ministry() as (web, _):
        pressed, refused = time.time(), 0
        for post, danger in list(product(range(POSTS), Danger.values))[:OPEN]:
            while True:
                try:
                    web.press(f"post-{post}", danger)
                    break
                except RuntimeError:  # The database is busy, says the page.
                    refused += 1
        raising = time.time() - pressed
        web.calls()
        used, start = cpu_of(web.pid), time.time()
        time.sleep(180)
        took, spent = time.time() - start, cpu_of(web.pid) - used
        late = lateness(web.calls())
        told = {"open": OPEN, "raising": raising, "refused": refused, "cpu": spent / took}
        return {**told, "calls": len(late), "late": centiles(late)}


def cpu_of(pid: int) -> float:
    """CPU-seconds that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


ALARM_PARTS: dict[str, Callable[[], Result]] = {
    "alarm_presses": presses,
    "alarm_thousand": thousand,
    "alarm_crashes": crashes,
    "alarm_open": opened,
}
