"""What a tablet filmed at the door is watched at headquarters, and is one file that plays (scenarios 8, 34)."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect
from tests.browser import scene
from tests.browser.test_door import enrolled, server, signed_in  # noqa: F401
from tests.browser.test_film import browser, entries, filming, seconds_filmed, stood_down  # noqa: F401
from tests.server import inviolable

pytestmark = pytest.mark.long


def test_scenario_34_from_the_door_to_the_last_second_at_headquarters(
    server, filming, signed_in, tmp_path, picture  # noqa: F811
):  # fmt: skip
    page, _ = filming()
    seconds_filmed(page, 5)
    page.locator("#touch").press("Enter")
    expect(page.locator("#film")).to_contain_text("safe at headquarters up to")
    [begun] = entries(server.home, "recording.begun")
    [identity, *_] = sorted(server.home.rglob("*duty*.txt"))
    duty = signed_in("duty-officer")
    duty.goto(f"{server.url}/incidents/")
    duty.get_by_role("link", name="Attempted entry").first.click()
    duty.get_by_role("link", name="Exhibits", exact=True).click()
    duty.get_by_role("region", name="Recordings").get_by_role("link").click()
    duty.get_by_label("Why").fill("To see who is at the door")
    duty.get_by_role("button", name="Open it").click()
    duty.get_by_label("The file with your identity").set_input_files(identity)
    duty.get_by_role("button", name="Open and play").click()
    expect(duty.locator(".watch")).to_have_attribute("data-playing", "full")
    expect(duty.get_by_text("ago by the device's clock")).to_be_visible()
    picture(duty, "watch-door-live")
    seconds_filmed(page, 5)
    stood_down(signed_in("duty-officer"), server.url)
    expect(duty.get_by_role("status")).to_contain_text("That is all that arrived")
    duty.get_by_role("button", name="From the beginning").click()
    expect(duty.get_by_role("status")).to_contain_text("That is all that arrived")

    film, recording = tmp_path / "film.webm", begun["body"]["recording"]
    reference = duty.url.split("/incidents/")[1].split("/")[0]
    said = ["--to", film, "--segments", tmp_path / "segments", "--identity", identity, "--reason", "for the court"]
    done = inviolable("exhibit", "play", reference, recording, *said, home=server.home)
    assert done.returncode == 0, done.stderr
    frames = scene.frames_of(film)
    steps = [(other - one + scene.FRAMES // 2) % scene.FRAMES - scene.FRAMES // 2 for one, other in pairwise(frames)]
    print(len(frames), [step for step in steps if step != 1])
    busy = scene.PER_SECOND // 2  # On a busy machine the camera drops some; a slice is a second and would be seen.
    assert max(steps) <= busy, "film is missing in the one file"
    assert min(steps) >= -busy, "film is seen twice in the one file"
