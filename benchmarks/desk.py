"""The ministry's desk on a real server: an incident's page, the list and search, beside a bare page of Django's.

The bare page is the one that says that somebody may not open it: session, reader, menu and template, and nothing else.
"""

import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.alarm import INVIOLABLE, PASSWORD, Web, centiles, process
from benchmarks.parts import Result
from benchmarks.record import home
from benchmarks.report import wrapped
from benchmarks.tablet import FLAGS, enrol_page, server, signed_in, stand_down

INCIDENTS, USUAL, LONG = 2_000, 300, 50_000
ASKED, NEWS = 100, 20
#: As many as one tablet may press in ten minutes without being a flood, less the one that opens the incident.
PRESSED = 9
FACTS = {"actor": "officer", "zone": "work", "consent_by": "none", "emergency": "none", "attempted": "yes"}
BARE = "/incidents/usual/law/keep/"
PAGES = {
    "an incident of {usual} entries": "/incidents/usual/",
    "an incident of {long} entries": "/incidents/long/",
    "the timeline of {long} entries": "/incidents/long/timeline/",
    "the list of {incidents} incidents": "/incidents/",
    "a search that finds one of them": "/incidents/?q=grabacion+original",
    "a search that finds all of them": "/incidents/?q=minneapolis",
}


class Desk(Web):
    """Somebody at the desk, with a browser without scripts."""

    def get(self, address: str, version: str = "") -> tuple[int, str, float]:
        """A page: status, text, and how long it took. version: as the page that looks again says it."""
        cookies = "; ".join(f"{key}={one.value}" for key, one in self._cookies.items())
        start = time.perf_counter()
        self._line.request("GET", address, headers={"Cookie": cookies, "Host": "localhost", "X-Live": version})
        answer = self._line.getresponse()
        text = answer.read().decode()
        return answer.status, text, time.perf_counter() - start

    def give_reason(self, address: str) -> None:
        """Say why something is looked for that may be a name; it holds for half an hour."""
        self._line.close()
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|next)" value="([^"]+)"', self._ask("GET", address)[1]))
        status, text, _to = self._ask("POST", "/searches/why/", urlencode(hidden | {"reason": "measured"}))
        if status != 302:
            raise RuntimeError(f"{address}: {status} {text[:300]}")


def fill() -> None:
    """Incidents with a few facts each; one with a usual day's entries, and one with those of a year."""
    from django.db import transaction

    from inviolable.incidents.actions import assign, open_incident
    from inviolable.incidents.desk import at_desk
    from inviolable.incidents.facts import claim, claim_at, confirm
    from inviolable.ledger import sequencer
    from inviolable.ledger.actions import SYSTEM
    from inviolable.posts.actions import add_user

    now = datetime.now(UTC)
    who = {"actor": SYSTEM, "now": now}
    post = {"class": "consulate", "head": "career", "status": "open"}
    place = {"sending": "EC", "receiving": "US", "place": "Minneapolis", "occurred": "2026-01-27T11:00-06:00"}

    def tell(name: str, title: str) -> None:
        open_incident(name, title, post=post, **place, **who)  # type: ignore[arg-type]
        for key, value in FACTS.items():
            confirm(name, key, value, claims=[claim(name, key, value, voice="the post", **who)], **who)  # type: ignore[arg-type]

    with transaction.atomic():
        add_user("desk", "duty_officer", now=now, password=PASSWORD)
        for number in range(INCIDENTS):
            tell(f"incident-{number}", f"Attempted entry {number}")
    for name, size in (("usual", USUAL), ("long", LONG)):
        who["now"] = now = now + timedelta(seconds=1)  # The newest ones, on the first page of the list.
        with transaction.atomic():
            tell(name, f"Attempted entry, {name}")
            assign(name, "Pedir la grabación original", "officer", **who)  # type: ignore[arg-type]
            desk = at_desk(name, SYSTEM, now)
            while len(desk.state.timeline) < size:
                number = len(desk.state.timeline)
                claim_at(desk, "1", f"seen.{number % 40}", f"report {number}", happened=None, voice="the post")
    sequencer.checkpoint(now)


@contextmanager
def desk() -> Iterator[Desk]:
    """All of it behind a server, with somebody signed in."""
    with home():
        fill()
        with process(INVIOLABLE, "run", "--port", "0") as server:
            assert server.stdout
            yield Desk(int(server.stdout.readline().rpartition(":")[2]), 0, server.pid)


def timed(web: Desk, address: str, expected: int = 200) -> list[float]:
    """Seconds of each of many; the first ones warm up."""
    taken = []
    for _ in range(ASKED + 3):
        status, text, seconds = web.get(address)
        if status != expected or 'name="reason"' in text:
            raise RuntimeError(f"{address}: {status} {text[:300]}")
        taken.append(seconds)
    return taken[3:]


def pages() -> Result:
    """Each page by itself, the bare one before and after it; then the first look after something new was recorded."""
    with desk() as web:
        web.give_reason("/incidents/?q=grabacion+original")
        found = {name: centiles_of(web, address) for name, address in PAGES.items()}
        fresh = {name: news(web, f"/incidents/{name}/") for name in ("usual", "long")}
        return {"pages": found, "news": fresh, "memory": memory(web.pid)}


def centiles_of(web: Desk, address: str) -> Mapping[str, float]:
    """p50 and p95 in seconds, and as ratios to those of the bare page in the same minute."""
    bare = timed(web, BARE, 403)
    ours = timed(web, address)
    bare += timed(web, BARE, 403)
    told = {"p50": at(ours, 50), "p95": at(ours, 95), "bare50": at(bare, 50), "bare95": at(bare, 95)}
    return told | {"ratio50": told["p50"] / told["bare50"], "ratio95": told["p95"] / told["bare95"]}


def news(web: Desk, address: str) -> Mapping[str, float]:
    """From the moment something is recorded until somebody who looks every two seconds has it; and making the page."""
    from inviolable.incidents.actions import assign
    from inviolable.ledger.actions import SYSTEM

    reference, waited, made = address.split("/")[2], [], []
    for number in range(NEWS):
        version = web.get(address)[1].split('data-version="')[1].split('"')[0]
        looks = time.monotonic() + 2 * (number + 1) / NEWS  # The page looks whenever it happens to.
        assign(reference, f"Something new, {number}", "officer", actor=SYSTEM, now=datetime.now(UTC))
        recorded = time.monotonic()
        time.sleep(max(0.0, looks - recorded))
        status, text, seconds = web.get(address, version)
        if status != 200 or f"Something new, {number}" not in text:
            raise RuntimeError(f"{address}: {status}, and nothing new")
        waited.append(time.monotonic() - recorded)
        made.append(seconds)
    return {"seen": centiles(waited)["p50"], "made50": at(made, 50), "made95": at(made, 95)}


#: When the page of an incident tells of more entries than it did when this was asked.
FRESH = """() => new Promise((done) => {
    const told = () => [...document.querySelectorAll("[data-live] a[href$='/timeline/']")].at(-1).textContent;
    const before = told();
    const look = () => told() !== before ? done(Date.now()) : setTimeout(look, 5);
    look();
})"""


def live() -> Result:
    """From the door to the desk: a touch on a tablet, until the incident's page that is open at the desk shows it.

    The first touch opens the incident; each other one is an alarm of its own that joins it.
    """
    from playwright.sync_api import sync_playwright

    with server() as port, sync_playwright() as playwright:
        address = f"http://localhost:{port}"
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        tablet = browser.new_context(viewport={"width": 800, "height": 1200}).new_page()
        tablet.goto(f"{address}/door/")
        enrol_page(tablet)
        duty, screen = (signed_in(browser, address) for _ in range(2))
        tablet.locator("#touch").click()
        siren(duty, address)
        stand_down(tablet, duty)
        screen.goto(f"{address}/incidents/")
        screen.locator("article h2 a").first.click()
        screen.wait_for_load_state()
        taken = [shown_after(tablet, duty, screen, address, number) for number in range(PRESSED)]
        browser.close()
    return {"p50": at(taken, 50) / 1e3, "most": max(taken) / 1e3}


def siren(duty, address: str) -> None:
    """The duty room's screen, as soon as it shows an alarm."""
    duty.goto(f"{address}/alarms/siren/")
    duty.locator("main a[href^='/alarms/']").first.wait_for()


def shown_after(tablet, duty, screen, address: str, number: int) -> float:
    """Milliseconds from one touch; the page looks every two seconds, and the touch comes at any moment between."""
    screen.wait_for_timeout(2_000 * number / PRESSED)
    screen.evaluate(f"() => void (window.fresh = ({FRESH})())")
    began = tablet.evaluate("() => { document.querySelector('#touch').click(); return Date.now(); }")
    taken = screen.evaluate("() => window.fresh") - began
    siren(duty, address)
    stand_down(tablet, duty)
    return taken


def at(values: list[float], percent: int) -> float:
    """The value that so many of a hundred do not exceed."""
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def memory(pid: int) -> int:
    """Bytes that the server has held at most."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


DESK_PARTS: dict[str, Callable[[], Result]] = {"desk_pages": pages, "desk_live": live}


def desk_report(found: dict[str, Result], when: str, commit: str, machine: str) -> list[str]:
    """The page on the desk, as Markdown."""
    told, shown = found["desk_pages"], found["desk_live"]
    sizes = {"usual": f"{USUAL:,}", "long": f"{LONG:,}", "incidents": f"{INCIDENTS + 2:,}"}
    rows = [
        f"| {name.format(**sizes)} | {one['p50'] * 1e3:.1f} | {one['p95'] * 1e3:.1f} | {one['ratio50']:.1f} |"
        f" {one['ratio95']:.1f} |"
        for name, one in told["pages"].items()
    ]
    fresh = [
        f"| {sizes[name]} entries | {one['seen']:.2f} | {one['made50'] * 1e3:.0f} | {one['made95'] * 1e3:.0f} |"
        for name, one in told["news"].items()
    ]
    return [
        "# Measured: the desk",
        "",
        wrapped(f"Made by `BENCH=desk make bench` on {when} at {commit}: {machine}. Never edited by hand."),
        "",
        wrapped(
            f"""One server with its loops, SQLite, one reader. Milliseconds of {ASKED} requests, beside a bare page of
            Django's on the same server in the same minute (session, reader, menu, template). Goal: at most 3."""
        ),
        "",
        "| | p50 | p95 | p50 to bare | p95 to bare |",
        "|---|--:|--:|--:|--:|",
        *rows,
        "",
        wrapped(
            f"""From the moment something is recorded until it is on the page of somebody else who has it open, which
            looks every two seconds: seconds (median of {NEWS}), and milliseconds that making the page anew took. The
            server held {told["memory"] / 1e6:,.0f} MB at most."""
        ),
        "",
        "| | seen after | made, p50 | made, p95 |",
        "|---|--:|--:|--:|",
        *fresh,
        "",
        wrapped(
            f"""From the door to the desk: a touch on a tablet at the door (Chromium), until the incident's page that
            the duty officer has open (also Chromium) shows it. Of {PRESSED} touches the median took {shown["p50"]:.2f}
            s, the slowest {shown["most"]:.2f} s. The page looks every two seconds."""
        ),
        "",
    ]
