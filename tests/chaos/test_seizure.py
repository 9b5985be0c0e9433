"""Somebody takes the tablet at any moment: its disk holds no name, no case, no key of ours (scenario 11, hostile 7)."""

import os
import random
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect, sync_playwright
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_counsel import sign_in
from tests.law.worlds import DOOR
from tests.server import Server, inviolable

#: What the example knows and no tablet may: people, their addresses, cases, sign-in, and keys of the server.
CANARIES = re.compile(
    rb"minneapolis-(head|desk|officer|deputy)|@example\.org|minneapolis-2026|sessionid|csrftoken"
    rb"|PRIVATE KEY|AGE-SECRET-KEY|example-head-of-post"
)
ACTS = (
    "#touch", "#else", "#more", ".tile", ".choices button", ".counter button", "#ask", "nav button", "#back", "#words",
)  # fmt: skip


@pytest.mark.parametrize(
    "moments", [pytest.param(3, marks=pytest.mark.long), pytest.param(100, marks=pytest.mark.chaos)]
)
def test_a_tablet_that_is_taken_at_any_moment_holds_nothing_worth_it(tmp_path, moments):
    if not Path(CHROMIUM).exists() or not (DOOR.parent / "src/inviolable/door/static/door/door.js").exists():
        pytest.skip("Chromium or the page of the door is missing: apt-get install chromium npm, then make setup")
    chance, profile = random.Random(11), tmp_path / "profile"  # noqa: S311
    with Server(tmp_path / "var") as server, sync_playwright() as playwright:
        for moment in range(moments):
            context = playwright.chromium.launch_persistent_context(
                profile, executable_path=CHROMIUM, args=FLAGS, locale="en-US"
            )
            page = context.new_page()
            page.set_default_timeout(500)
            page.goto(f"{server.url}/door/", timeout=30_000)
            if moment == 0:
                _enrol(page, playwright, server)
            page.locator("#touch").wait_for(timeout=30_000)
            _use(page, chance)
            for process in _processes_of(profile):
                os.kill(process, signal.SIGKILL)
            found = {str(path.relative_to(profile)): hit for path in _files(profile) if (hit := _canary(path))}
            assert not found, moment
            (profile / "SingletonLock").unlink(missing_ok=True)


def _enrol(page, playwright, server) -> None:
    other = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    head = other.new_page()
    done = inviolable("user", "link", "example-head-of-post", home=server.home, PORT=str(server.port))
    sign_in(head, done.stdout.splitlines()[-1])
    head.goto(f"{server.url}/posts/minneapolis/devices/")
    head.get_by_label("Code").fill(page.locator("#code").inner_text(timeout=30_000))
    head.get_by_label("What the post calls it").fill("desk")
    head.get_by_role("button", name="Enrol").press("Enter")
    expect(page.locator("#touch")).to_be_visible(timeout=30_000)
    other.close()


def _use(page, chance: random.Random) -> None:
    """Press here and there, as people in a hurry do."""
    for _act in range(chance.randrange(12)):
        found = page.locator(chance.choice(ACTS))
        if many := found.count():
            try:
                found.nth(chance.randrange(many)).click()
            except Error:
                continue  # The screen was another one meanwhile.


def _processes_of(profile: Path) -> list[int]:
    """Every process of the browser that has this profile."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if str(profile).encode() in line and b"chrom" in line:
            found.append(int(folder.name))
    return found


def _files(profile: Path) -> list[Path]:
    return [path for path in profile.rglob("*") if path.is_file()]


def _canary(path: Path) -> str:
    """What of the canaries is in a file, also in the two bytes per letter in which a browser keeps text."""
    content = path.read_bytes()
    found = CANARIES.search(content) or CANARIES.search(content.replace(b"\x00", b""))
    return found.group().decode() if found else ""
