"""The tablet at the door: its page in a browser six times slowed down, and how many tablets one server hears."""

import json
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import cycle
from typing import Any

from benchmarks.alarm import PASSWORD, centiles, process
from benchmarks.parts import Result
from benchmarks.record import home
from benchmarks.report import wrapped

POSTS, LINES, SECONDS, STARTS, TOUCHES, ALARMS, SLOWER = 100, 8, 10, 15, 30, 10, 6
BEAT = 30
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
INVIOLABLE = shutil.which("inviolable", path=sys.executable.rpartition("/")[0]) or "inviolable"
#: Milliseconds from the touch until what it draws was painted.
TOUCH = """() => new Promise((done) => {
    const began = performance.now();
    document.querySelector("#touch").click();
    requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now() - began); port2.postMessage(0); });
})"""
#: Milliseconds from the beginning of the visit until the button is there.
READY = """() => new Promise((done) => {
    const look = () => document.querySelector("#touch") ? done(performance.now()) : requestAnimationFrame(look);
    look();
})"""
#: When the duty room's screen shows an alarm that was not there.
SHOWN = """(before) => new Promise((done) => {
    const shown = () => document.querySelectorAll("main a[href^='/alarms/']").length;
    const look = () => shown() > before ? done(Date.now()) : setTimeout(look, 5);
    look();
})"""


def found_posts() -> None:
    """A hundred posts, each with a head, and who is on duty."""
    from django.db import transaction

    from inviolable.ledger.actions import SYSTEM
    from inviolable.posts.actions import add_user, describe_post, give_role, list_person
    from inviolable.posts.consent import Holding

    now = datetime.now(UTC)
    who, since = {"actor": SYSTEM, "now": now}, now - timedelta(days=1)
    with transaction.atomic():
        told = {"time_zone": "America/Guayaquil", "sending": "EC"}
        describe_post("ministry", told | {"name": "Ministry", "class": "ministry"}, **who)
        for number in range(POSTS):
            place = told | {"name": f"Consulate {number}", "class": "consulate", "receiving": "US", "head": "career"}
            describe_post(f"post-{number}", place, **who)
            list_person(f"head-{number}", name="the head", language="en", time_zone="UTC", contacts=[], **who)
            give_role(Holding("", "head", f"head-{number}", f"post-{number}", since), **who)
        add_user("desk", "duty_officer", now=now, password=PASSWORD)


@contextmanager
def server() -> Iterator[int]:
    """Its port."""
    with home():
        found_posts()
        with process(INVIOLABLE, "run", "--port", "0") as running:
            assert running.stdout
            yield int(running.stdout.readline().rpartition(":")[2])


def enrol(code: str, number: int) -> None:
    """The head of a post types in the code."""
    from inviolable.door.actions import approve
    from inviolable.ledger.actions import SYSTEM

    approve(code, f"post-{number}", "desk", person=f"head-{number}", actor=SYSTEM, now=datetime.now(UTC))


# ---- how many are heard ------------------------------------------------------------------------


class Tablet:
    """One that beats."""

    def __init__(self, line: HTTPConnection, number: int) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        from inviolable.door.actions import ASKING
        from inviolable.ledger.keys import key_id

        self._private = Ed25519PrivateKey.generate()
        public = self._private.public_key().public_bytes_raw()
        self._key, self._number = key_id(public), 0
        proof = self._private.sign(f"{ASKING}{public.hex()}".encode()).hex()
        enrol(self._post(line, "/door/enrol", {"public": public.hex(), "proof": proof})["code"], number)

    def beat(self, line: HTTPConnection) -> None:
        self.say(line, "beat")

    def say(self, line: HTTPConnection, say: str, film: str | None = None, **more: str) -> dict[str, Any]:
        from inviolable.ledger import canonical
        from inviolable.ledger.moments import written

        self._number += 1
        said = {"device": self._key, "made": written(datetime.now(UTC)), "number": self._number, "say": say, "v": 1}
        statement = canonical.encode(said | more)
        told = {"statement": statement.decode(), "signature": self.sign(statement)}
        return self._post(line, "/door/say", told if film is None else {**told, "film": film})

    def sign(self, statement: bytes) -> str:
        return self._private.sign(statement).hex()

    def _post(self, line: HTTPConnection, path: str, body: dict[str, str]) -> dict[str, Any]:
        line.request("POST", path, json.dumps(body), {"Content-Type": "application/json", "Host": "localhost"})
        answer = line.getresponse()
        told = json.loads(answer.read())
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {told}")
        return told


def hearts() -> Result:
    """Beats in a second, from a hundred tablets on eight lines at once."""
    with server() as port:
        first = HTTPConnection("127.0.0.1", port)
        tablets = [Tablet(first, number) for number in range(POSTS)]
        counts = [0] * LINES
        end = time.monotonic() + SECONDS

        def beat(line: int) -> None:
            own, mine = HTTPConnection("127.0.0.1", port), cycle(tablets[line::LINES])
            while time.monotonic() < end:
                next(mine).beat(own)
                counts[line] += 1

        threads = [threading.Thread(target=beat, args=(line,)) for line in range(LINES)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        rate = sum(counts) / SECONDS
        return {"rate": rate, "posts": int(rate * BEAT)}


# ---- the page ----------------------------------------------------------------------------------


def page() -> Result:
    """The page on a processor six times slower: touch to words, start without a network; and touch to the duty room."""
    from playwright.sync_api import sync_playwright

    with server() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        address = f"http://localhost:{port}"
        context = browser.new_context(viewport={"width": 800, "height": 1200})
        tablet = context.new_page()
        tablet.goto(f"{address}/door/")
        enrol_page(tablet)
        duty = signed_in(browser, address)
        reached = [to_the_duty_room(tablet, duty, address) for _ in range(ALARMS)]
        slow = slowed(context, address)
        touches = [touched(slow) for _ in range(TOUCHES)]
        slow.close()
        context.set_offline(True)
        starts = [started(context, address) for _ in range(STARTS)]
        browser.close()
    return {
        "touch": centiles(touches),
        "start": {"p50": statistics.median(starts), "most": max(starts)},
        "reached": {"p50": statistics.median(reached), "most": max(reached)},
    }


def signed_in(browser, address: str):
    """A page of whoever is on duty."""
    duty = browser.new_context().new_page()
    duty.goto(f"{address}/sign-in/")
    duty.locator("[name=username]").fill("desk")
    duty.locator("[name=password]").fill(PASSWORD)
    duty.locator("[name=password]").press("Enter")
    duty.wait_for_load_state()
    return duty


def enrol_page(tablet) -> None:
    """In another thread: whoever drives a browser has an event loop in this one, and Django minds."""
    tablet.locator("#code").wait_for()
    code = tablet.locator("#code").inner_text()
    worker = threading.Thread(target=enrol, args=(code, 0))
    worker.start()
    worker.join()
    tablet.locator("#touch").wait_for()
    tablet.evaluate("navigator.serviceWorker.ready.then(() => 1)")


def to_the_duty_room(tablet, duty, address: str) -> float:
    """Milliseconds from the touch until the duty room's screen shows the alarm; it is stood down afterwards."""
    duty.goto(f"{address}/alarms/siren/")
    before = duty.locator("main a[href^='/alarms/']").count()
    duty.evaluate(f"() => void (window.shown = ({SHOWN})({before}))")
    began = tablet.evaluate("() => { document.querySelector('#touch').click(); return Date.now(); }")
    taken = duty.evaluate("() => window.shown") - began
    stand_down(tablet, duty)
    return taken


def stand_down(tablet, duty) -> None:
    """The alarm that the duty room's screen shows is over."""
    duty.locator("main a[href^='/alarms/']").first.click()
    duty.locator("#end-why").fill("measured")
    duty.locator("#end-why").press("Enter")
    duty.wait_for_load_state()
    tablet.locator("#back").click()


def slowed(context, address: str):
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{address}/door/")
    page.locator("#touch").wait_for()
    return page


def touched(page) -> float:
    page.wait_for_timeout(300)
    taken = page.evaluate(TOUCH)
    page.locator("#back").click()
    return taken


def started(context, address: str) -> float:
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{address}/door/", wait_until="commit")
    taken = page.evaluate(READY)
    page.close()
    return taken


TABLET_PARTS: dict[str, Callable[[], Result]] = {"tablet_page": page, "tablet_hearts": hearts}


def tablet_report(found: dict[str, Result]) -> list[str]:
    """The section on the tablet, as Markdown."""
    page, hearts = found["tablet_page"], found["tablet_hearts"]
    rows = [
        ("touch until the words are painted, processor six times slower (a frame)", page["touch"]),
        ("start without a network until the button is there, processor six times slower (target 1,000)", page["start"]),
        ("touch until the duty room's screen shows it", page["reached"]),
    ]
    return [
        "## The tablet at the door",
        "",
        wrapped(
            f"""Chromium, one server, SQLite, all on this machine. Milliseconds, {TOUCHES} touches, {STARTS} starts,
            {ALARMS} alarms:"""
        ),
        "",
        "| | median | slowest |",
        "|---|--:|--:|",
        *(f"| {what} | {taken['p50']:,.0f} | {taken['most']:,.0f} |" for what, taken in rows),
        "",
        wrapped(
            f"""One process hears {hearts["rate"]:,.0f} beats in a second from {POSTS} tablets on {LINES} lines: at one
            in {BEAT} s, as they come while nothing happens, {hearts["posts"]:,} posts."""
        ),
        "",
    ]
