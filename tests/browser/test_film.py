"""What the tablet's camera saw is at headquarters, from before the touch to the last second (scenarios 8, 11)."""

import json
import shutil
import sqlite3
import subprocess
from collections import defaultdict
from itertools import pairwise

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.browser import scene
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_door import enrolled, server, signed_in  # noqa: F401
from tests.server import inviolable

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Chromium with a camera that shows the scene."""
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is missing: apt-get install ffmpeg")
    path = tmp_path_factory.mktemp("scene") / "scene.y4m"
    scene.write_scene(path)
    camera = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS + camera)
        yield browser
        browser.close()


def entries(home, kind):
    """What is recorded of a kind, as the database has it."""
    with sqlite3.connect(home / "inviolable.sqlite3") as base:
        rows = base.execute("SELECT line FROM ledger_entry WHERE kind = ? ORDER BY id", [kind]).fetchall()
    return [json.loads(line) for (line,) in rows]


@pytest.fixture
def filming(enrolled):  # noqa: F811
    """An enrolled tablet whose camera is on."""

    def film(**wishes):
        page, head = enrolled(**wishes)
        page.locator("#film-open").press("Enter")
        page.locator("#film-turn").press("Enter")
        expect(page.locator("#picture")).to_be_visible()
        page.locator("#film-done").press("Enter")
        expect(page.locator("#film")).to_contain_text("the last two minutes are in memory")
        return page, head

    return film


def seconds_filmed(page, seconds):
    """Let the camera film, until the tablet says that it did."""
    page.wait_for_timeout(1000 * seconds)


def stood_down(duty, url):
    duty.goto(f"{url}/alarms/")
    duty.get_by_role("link", name="Attempted entry").first.click()
    duty.locator("#end-why").fill("they left")
    duty.locator("#end-why").press("Enter")


def pieces(home, tmp_path):
    """The opened segments of the only recording, by layer, in their order: (statement, file)."""
    [identity, *_] = sorted(home.rglob("*duty*.txt"))
    found = defaultdict(list)
    for entry in entries(home, "segment.received"):
        said = json.loads(entry["body"]["statement"])
        path = tmp_path / f"{said['number']}.webm"
        open_segment(home, entry["body"], identity, path)
        found[said["layer"]].append((said, path))
    return {layer: sorted(all_of, key=lambda one: one[0]["slice"]) for layer, all_of in found.items()}


def open_segment(home, body, identity, to):
    """With the `age` tool alone: the recording's key first, then the segment."""
    key = to.parent / f"{body['recording']}.txt"
    if not key.exists():
        sealed = home / "keys/subjects" / f"{body['recording']}.age"
        subprocess.run(["age", "-d", "-i", identity, "-o", key, sealed], check=True)
    sealed = home / "objects" / body["segment"][:2] / f"{body['segment']}.age"
    subprocess.run(["age", "-d", "-i", key, "-o", to, sealed], check=True)


def test_scenario_8_what_was_before_the_touch_is_there_and_nothing_is_missing_between(
    server, filming, signed_in, tmp_path, picture  # noqa: F811
):  # fmt: skip
    page, _ = filming()
    picture(page, "film-ready")
    seconds_filmed(page, 12)
    page.locator("#touch").press("Enter")
    expect(page.locator("#film")).to_contain_text("safe at headquarters up to", timeout=20_000)
    seconds_filmed(page, 6)
    picture(page, "film-recording")
    duty = signed_in("duty-officer")
    stood_down(duty, server.url)
    expect(page.locator("#film")).to_contain_text("in memory", timeout=20_000)
    for _ in range(100):
        if entries(server.home, "recording.ended"):
            break
        page.wait_for_timeout(200)
    [ended] = entries(server.home, "recording.ended")
    assert ended["body"]["gaps"] == []
    assert ended["body"]["segments"] == ended["body"]["made"]
    found = pieces(server.home, tmp_path)
    assert set(found) == {"full", "low"}, "no sound is recorded until legal decides"
    for layer, filmed in found.items():
        frames = [scene.frames_of(path) for _, path in filmed]
        between = [scene.missing_between(one, other) for one, other in pairwise(frames)]
        print(layer, len(filmed), between, [len(one) for one in frames])
        assert max(between) <= 0, f"{layer}: {between} frames are missing between slices"
        assert len(filmed) >= 8
    assert inviolable("verify", home=server.home).returncode == 0
