"""How long headquarters waits until a recording plays: from the choice of an identity to the first picture."""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.server import Server, environment

from benchmarks.parts import Result

REFERENCE = "minneapolis-2026"
#: Slices of two seconds: some seconds, and an hour.
LENGTHS, TRIES = (10, 1800), 5
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
#: Milliseconds from the press of the button until the first picture was shown.
STARTED = """() => new Promise((done) => {
    let pressed = 0;
    document.querySelector("#watch form").addEventListener("submit", () => { pressed = performance.now() }, true);
    const look = () => {
        const video = document.querySelector("video.front");
        if (video && video.currentTime > 0) done(performance.now() - pressed);
        else requestAnimationFrame(look);
    };
    look();
    document.querySelector("#watch form button").click();
})"""


def replay_start() -> Result:
    """Median and longest start in milliseconds, by how many slices there are; in Chromium, beside the server."""
    from playwright.sync_api import sync_playwright

    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder, "var")) as server,
        sync_playwright() as playwright,
    ):
        page = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS).new_page()
        page.goto(server.link_for("legal"))
        page.get_by_role("main").get_by_role("button").click()
        for length in LENGTHS:
            recording, took = filmed(server, length), []
            for _ in range(TRIES):
                page.goto(f"{server.url}/incidents/{REFERENCE}/recordings/{recording}/")
                page.locator("#open_reason").fill("measured")
                page.locator("#open_reason").press("Enter")
                page.locator("#identity").set_input_files(server.home / "example-keys/duty-officer.txt")
                took.append(page.evaluate(STARTED))
            rows.append({"slices": length, "median_ms": round(statistics.median(took)), "longest_ms": round(max(took))})
    return {"rows": rows}


def filmed(server: Server, slices: int) -> str:
    """The id of a recording of so many slices."""
    command, numbers = [sys.executable, "-m", "tests.filming", REFERENCE], ",".join(map(str, range(slices)))
    done = subprocess.run(
        command,
        input=f"same {numbers} full\nend\n",
        env=environment(server.home, {}),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()[0]
