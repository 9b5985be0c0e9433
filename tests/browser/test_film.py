"""What the tablet's camera saw is at headquarters, from before the touch to the last second (scenarios 8, 11)."""

import json
import shutil
import sqlite3
import subprocess
from collections import defaultdict
from hashlib import sha256
from itertools import pairwise

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.browser import scene
from tests.browser.conftest import CHROMIUM, FLAGS, scrolls_sideways
from tests.browser.test_door import enrolled, server, signed_in  # noqa: F401
from tests.line import Line

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
        "--autoplay-policy=no-user-gesture-required",
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
def filming(enrolled, signed_in, server):  # noqa: F811
    """An enrolled tablet whose camera is on, at a post where nothing happens."""
    stood_down(signed_in("duty-officer"), server.url)

    def film(line=None, **wishes):
        page, head = enrolled(line, **wishes)
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
    """No alarm stands open at the post any more."""
    duty.goto(f"{url}/alarms/")
    links = duty.locator("main a[href^='/alarms/']").filter(has_text="Minneapolis")
    for address in links.evaluate_all("(all) => all.map((one) => one.href)"):
        duty.goto(address)
        if duty.locator("#end-why").count():
            duty.locator("#end-why").fill("they left")
            with duty.expect_navigation():
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


def stand_down_and_end(page, duty, server):  # noqa: F811
    """Stand down; what the tablet says of its recording when all of it is sent."""
    recording = entries(server.home, "recording.begun")[-1]["body"]["recording"]
    stood_down(duty, server.url)
    for _ in range(300):
        for one in entries(server.home, "recording.ended"):
            if one["body"]["recording"] == recording:
                return one["body"]
        page.wait_for_timeout(200)
    raise AssertionError(f"the recording did not end: {page.locator('#film').inner_text()}")


def chain(home):
    """The statements of the last recording that began, in their order, each said to follow the one before."""
    recording = entries(home, "recording.begun")[-1]["body"]["recording"]
    bodies = [one["body"] for one in entries(home, "segment.received")]
    lines = {
        json.loads(one["statement"])["number"]: one["statement"] for one in bodies if one["recording"] == recording
    }
    assert list(range(len(lines))) == sorted(lines)
    for number in range(1, len(lines)):
        assert json.loads(lines[number])["prev"] == sha256(lines[number - 1].encode()).hexdigest()
    return [lines[number] for number in sorted(lines)]


def follows(found):
    """Frames that are missing between the slices of a layer."""
    return [scene.missing_between(one, other) for one, other in pairwise(scene.frames_of(path) for _, path in found)]


@pytest.fixture
def line(server):  # noqa: F811
    with Line(server.port) as line:
        yield line


#: What the tablet keeps until headquarters has it.
KEPT = """() => new Promise((done) => {
    const r = indexedDB.open("film");
    r.onsuccess = () => {
        const all = r.result.transaction("waiting").objectStore("waiting").getAll();
        all.onsuccess = () => { r.result.close(); done(all.result.map((one) => one.statement)); };
    };
})"""


def test_scenario_8_what_was_before_the_touch_is_there_and_nothing_is_missing_between(
    server, filming, signed_in, tmp_path, picture  # noqa: F811
):  # fmt: skip
    page, _ = filming()
    picture(page, "film-ready")
    seconds_filmed(page, 12)
    page.locator("#touch").press("Enter")
    expect(page.locator("#film")).to_contain_text("safe at headquarters up to")
    seconds_filmed(page, 6)
    picture(page, "film-recording")
    over = stand_down_and_end(page, signed_in("duty-officer"), server)
    expect(page.locator("#film")).to_contain_text("in memory")
    assert (over["gaps"], over["segments"]) == ([], over["made"])
    assert len(chain(server.home)) == over["made"]
    found = pieces(server.home, tmp_path)
    assert set(found) == {"full", "low"}, "no sound is recorded until legal decides"
    for filmed in found.values():
        assert max(follows(filmed)) <= 0, "frames are missing between slices"
        assert len(filmed) >= 8
    server.run("verify")


def test_with_the_cable_pulled_everything_is_kept_sealed_and_arrives_in_order(
    server, filming, signed_in, line, tmp_path, picture  # noqa: F811
):  # fmt: skip
    page, _ = filming(line)
    seconds_filmed(page, 5)
    line.cut()
    page.locator("#touch").press("Enter")
    expect(page.locator("#film")).to_contain_text("NOT sent yet")
    seconds_filmed(page, 6)
    picture(page, "film-not-sent")
    kept = page.evaluate(KEPT)
    assert len(kept) >= 8
    page.reload()
    expect(page.locator("#film")).to_contain_text("NOT sent yet"), "also after the tablet was started anew"
    seconds_filmed(page, 5)
    before = len(entries(server.home, "segment.received"))
    line.mend()
    expect(page.locator("#film")).to_contain_text("safe at headquarters")
    expect(page.locator("#film")).not_to_contain_text("NOT sent")
    line.cut()
    expect(page.locator("#film")).to_contain_text(". What followed is NOT sent yet")
    line.mend()
    over = stand_down_and_end(page, signed_in("duty-officer"), server)
    assert (over["gaps"], over["segments"]) == ([], over["made"])
    told = chain(server.home)
    assert set(kept) <= set(told), "what the tablet kept is what headquarters has, byte by byte"
    assert len(entries(server.home, "segment.received")) - before == len(told)
    assert page.evaluate(KEPT) == []


def test_on_a_line_that_breaks_all_the_time_each_segment_arrives_once(
    server, filming, signed_in, line  # noqa: F811
):  # fmt: skip
    page, _ = filming(line)
    line.resets = 0.004  # Of 4 kB: two of three large segments arrive.
    page.locator("#touch").press("Enter")
    seconds_filmed(page, 12)
    over = stand_down_and_end(page, signed_in("duty-officer"), server)
    assert (over["gaps"], over["segments"]) == ([], over["made"])
    assert len(chain(server.home)) == over["made"]


def test_on_a_thin_line_what_matters_comes_first(server, filming, signed_in, line):  # noqa: F811
    """64 kbit/s: what was filmed is announced at once, sound before pictures, small ones before large ones."""
    may_hear(server, signed_in)
    page, _ = filming(line)
    expect(page.locator("#heard")).to_have_text("Sound is recorded here.")
    seconds_filmed(page, 8)
    line.rate = 8_000
    page.locator("#touch").press("Enter")
    expect(page.locator("#film")).to_contain_text("safe at headquarters up to")
    seconds_filmed(page, 20)
    recording = entries(server.home, "recording.begun")[-1]["body"]["recording"]
    order = [
        json.loads(one["body"]["statement"])
        for one in entries(server.home, "segment.received")
        if one["body"]["recording"] == recording
    ]
    layers = [one["layer"] for one in order]
    assert layers[0] == "sound"
    assert layers.count("sound") > layers.count("low") >= layers.count("full")
    heads = [one for one in entries(server.home, "segments.announced") if one["body"]["recording"] == recording]
    announced = sum(len(one["body"]["heads"]) for one in heads)
    assert announced > len(order), "that it was filmed is at headquarters before the rest can be"
    line.rate = 0
    over = stand_down_and_end(page, signed_in("duty-officer"), server)
    assert (over["gaps"], over["segments"]) == ([], over["made"])
    assert len(chain(server.home)) == over["made"]


def may_hear(server, signed_in):  # noqa: F811
    """Legal decides that sound is recorded, announced."""
    page = signed_in("legal")
    page.goto(f"{server.url}/posts/minneapolis/recording/")
    page.get_by_label("Who must agree").select_option("all")
    page.get_by_label("What is recorded besides").select_option("announced")
    page.get_by_label("Why").fill("the statute of the State")
    page.get_by_role("button", name="Decide").press("Enter")
    expect(page.get_by_text("decided")).to_be_visible()


@pytest.mark.chaos
def test_promise_11_where_there_is_no_room_small_pictures_are_kept_and_the_rest_is_at_least_told_of(
    server, filming, signed_in, line  # noqa: F811
):  # fmt: skip
    page, _ = filming(line)
    origin = f"http://localhost:{line.port}"
    used = page.evaluate("navigator.storage.estimate().then(({ usage }) => usage)")
    quota = {"origin": origin, "quotaSize": used + 300_000}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
    line.cut()
    page.locator("#touch").press("Enter")
    # The browser looks at the room only each half minute, and finds some megabytes again when it tidies up meanwhile.
    expect(page.locator("#film")).to_contain_text("This tablet is nearly full", timeout=180_000)
    seconds_filmed(page, 5)
    line.mend()
    expect(page.locator("#film")).to_contain_text("safe at headquarters up to")
    expect(page.locator("#status")).to_contain_text("Alarm received")
    over = stand_down_and_end(page, signed_in("duty-officer"), server)
    recording = over["recording"]
    came = [one["body"] for one in entries(server.home, "segment.received") if one["body"]["recording"] == recording]
    assert came
    heads = [one["body"] for one in entries(server.home, "segments.announced") if one["body"]["recording"] == recording]
    said = [json.loads(head.rpartition(" ")[0]) for one in heads for head in one["heads"]]
    there = {one["number"] for one in came}
    assert {one["number"] for one in said} | there == set(range(over["made"]))
    missing = {one["layer"] for one in said if one["number"] not in there}
    assert "full" in missing
    assert "sound" not in missing


def test_a_silent_press_is_filmed_and_nothing_on_the_screen_tells_of_it(server, filming, signed_in):  # noqa: F811
    page, _ = filming()
    seconds_filmed(page, 4)
    before, shown = len(entries(server.home, "recording.begun")), page.locator("body").inner_text()
    page.keyboard.down("F8")
    page.wait_for_timeout(1_700)
    page.keyboard.up("F8")
    for _ in range(100):
        if len(entries(server.home, "recording.begun")) > before:
            break
        page.wait_for_timeout(200)
    assert len(entries(server.home, "recording.begun")) == before + 1
    assert page.locator("#film").inner_text() in shown
    stood_down(signed_in("duty-officer"), server.url)


def test_a_tablet_that_is_cut_off_films_no_more_and_keeps_nothing(server, filming, line):  # noqa: F811
    page, head = filming(line)
    page.locator("#touch").press("Enter")
    expect(page.locator("#film")).to_contain_text("safe at headquarters")
    line.rate = 1_000
    seconds_filmed(page, 5)
    assert page.evaluate(KEPT)
    line.rate = 0
    head.reload()
    row = head.locator("main ul.rows li").first
    row.locator("summary").click()
    row.get_by_label("Why").fill("taken")
    row.get_by_role("button").press("Enter")
    expect(page.get_by_role("heading", name="This tablet is cut off")).to_be_visible()
    expect(page.locator("#film")).to_be_empty()
    assert page.evaluate(KEPT) == []
    stood_down(head, server.url)


@pytest.mark.parametrize(("scheme", "size", "locale"), [("light", (1280, 800), "en"), ("dark", (360, 640), "es")])
def test_nobody_is_shut_out_of_the_camera(filming_as, check_accessible, picture, scheme, size, locale):
    page = filming_as(locale, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    for name in ("film", "ready"):
        if name == "film":
            page.locator("#film-open").press("Enter")
            expect(page.locator("#picture")).to_be_visible()
        else:
            page.locator("#film-done").press("Enter")
        check_accessible(page)
        assert not scrolls_sideways(page)
        picture(page, f"camera-{name}-{locale}")


@pytest.fixture
def filming_as(enrolled, filming):  # noqa: F811
    def film(locale, **wishes):
        page, _ = enrolled(None, locale=locale, **wishes)
        page.locator("#film-open").press("Enter")
        page.locator("#film-turn").press("Enter")
        expect(page.locator("#picture")).to_be_visible()
        page.locator("#film-done").press("Enter")
        return page

    return film
