"""A recording is watched at headquarters, in a real browser, with an identity from a file; scenario 34."""

import subprocess
import sys
from contextlib import contextmanager

import pyrage
import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import press_until, sign_in
from tests.filming import scene, shade
from tests.server import environment

REFERENCE = "minneapolis-2026"
#: The grey in the corner of the picture that is in front: it tells which slice is seen.
CORNER = """() => {
    const video = document.querySelector("video.front"), canvas = document.createElement("canvas");
    if (!video?.videoWidth) return -1;
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const brush = canvas.getContext("2d");
    brush.drawImage(video, 0, 0);
    return brush.getImageData(canvas.width / 8, canvas.height / 8, 1, 1).data[0];
}"""
#: Everything that the page shows, as it shows it.
NOTED = """() => {
    window.noted = [];
    const stage = document.querySelector(".watch");
    new MutationObserver(() => noted.push(stage.dataset.playing + " " + document.querySelector("#at").value))
        .observe(stage, {attributes: true, attributeFilter: ["data-playing"], subtree: false});
}"""


@contextmanager
def filming(server):
    """A camera that films into the incident while the server runs: (recording, do this)."""
    command = [sys.executable, "-m", "tests.filming", REFERENCE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment(server.home, {}), **pipes) as camera:

        def do(line: str) -> None:
            camera.stdin.write(f"{line}\n")
            camera.stdin.flush()
            assert camera.stdout.readline() == "done\n"

        yield camera.stdout.readline().strip(), do
        camera.stdin.close()


def identity(server):
    return server.home / "example-keys/duty-officer.txt"


def opened(page, server, recording, why="To see who came to the door"):
    """Says why; on the page on which one watches."""
    page.goto(f"{server.url}/incidents/{REFERENCE}/recordings/{recording}/")
    page.get_by_label("Why").fill(why)
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_label("The file with your identity")).to_be_visible()


def play(page, file):
    page.get_by_label("The file with your identity").set_input_files(file)
    page.get_by_role("button", name="Open and play").click()


def seen(page, number):
    """Wait until slice `number` is what is to be seen."""
    page.wait_for_function(f"() => Math.abs(({CORNER})() - {shade(number)}) <= 5")


@pytest.mark.long
def test_what_arrived_is_played_to_its_last_second_and_nothing_opened_leaves(example_server, open_context, picture):
    with filming(example_server) as (recording, do):
        do("0,1 full,sound")
        do("2 sound")
        do("5 low,sound")
        do("6 full")
        do("end")
    page = open_context().new_page()
    complaints, sent = [], []
    page.on("console", lambda message: complaints.append(message.text))
    sign_in(page, example_server.link_for("legal"))
    page.on("request", lambda request: sent.append((request.method, request.url, request.post_data_buffer)))
    opened(page, example_server, recording)
    stranger = example_server.home / "stranger.txt"
    stranger.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    play(page, stranger)
    expect(page.get_by_role("status")).to_contain_text("No identity in this file opens this recording.")
    stranger.write_text("a letter\n")
    play(page, stranger)
    expect(page.get_by_role("status")).to_contain_text("This file holds no age identity")
    expect(page.get_by_role("region", name="Player")).to_be_hidden()

    page.evaluate(NOTED)
    before = len(sent)
    play(page, identity(example_server))
    seen(page, 0)
    picture(page, "watch")
    expect(page.get_by_text("Filmed at ")).to_be_visible()
    seen(page, 1)
    expect(page.get_by_text("sound alone").last).to_be_visible()
    expect(page.locator(".card")).to_have_text("4 seconds are missing")
    picture(page, "watch-gap")
    seen(page, 5)
    assert page.locator("audio").evaluate("it => !it.paused && it.src.startsWith('blob:')"), "what was said, beside it"
    seen(page, 6)
    assert page.locator("audio").evaluate("it => it.paused && !it.src")
    expect(page.get_by_role("status")).to_contain_text("That is all that arrived")
    assert page.locator("video.front").evaluate("it => it.currentTime") > 1.9, "it was not played to its last second"
    played = [one.split()[0] for one in page.evaluate("noted")]
    assert played == ["full", "full", "sound", "gap", "low", "full", "end"]

    # Only sealed things were asked for, and nothing was sent.
    asked = [(method, url, body) for method, url, body in sent[before:] if not url.startswith("blob:")]
    assert {(method, body) for method, _url, body in asked} == {("GET", None)}
    names = {url.rpartition("/")[2].partition("?")[0] for _method, url, _body in asked if "/watch/" in url}
    assert names == {"list.json", "key.age", "0.age", "2.age", "4.age", "5.age", "6.age", "7.age"}
    assert page.evaluate("document.querySelector('#identity').value") == ""
    secret = identity(example_server).read_text().splitlines()[-1]
    assert not any(secret in url or secret.encode() in (body or b"") for _method, url, body in sent)
    assert not any(scene(0)[:40] in (body or b"") for _method, _url, body in sent)
    assert complaints == []

    page.reload()
    expect(page.get_by_label("The file with your identity")).to_have_value("")
    expect(page.get_by_role("region", name="Player")).to_be_hidden()


@pytest.mark.long
def test_slices_that_overlap_are_not_seen_twice(example_server, open_context):
    with filming(example_server) as (recording, do):
        do("overlap 0,1 full")
        do("end")
    page = open_context().new_page()
    sign_in(page, example_server.link_for("legal"))
    opened(page, example_server, recording)
    play(page, identity(example_server))
    seen(page, 1)
    left = page.locator("video:not(.front)").evaluate("it => it.currentTime")
    assert 1.74 < left < 1.95, "it goes on where the next slice begins"
    expect(page.get_by_role("status")).to_contain_text("That is all that arrived")
    assert page.locator("video.front").evaluate("it => it.currentTime") > 1.9


@pytest.mark.long
def test_it_is_followed_while_it_is_filmed(example_server, open_context, picture):
    with filming(example_server) as (recording, do):
        do("0,1,2,3 full")
        page = open_context(locale="es").new_page()
        sign_in(page, example_server.link_for("duty_officer"))
        page.goto(f"{example_server.url}/incidents/{REFERENCE}/recordings/{recording}/")
        page.get_by_label("Por qué").fill("Para verlo ahora")
        page.get_by_role("button", name="Abrirla").click()
        page.get_by_label("El archivo con su identidad").set_input_files(identity(example_server))
        page.get_by_role("button", name="Abrir y reproducir").click()
        seen(page, 3)
        expect(page.get_by_role("status")).to_have_text("Se espera lo que se filme a continuación.")
        do("4 full")
        seen(page, 4)
        expect(page.get_by_text("según el reloj del dispositivo, recibido hace")).to_be_visible()

        # What is announced and has not come is told; as soon as it comes it is played.
        do("head 5,6 full")
        expect(page.locator(".card")).to_contain_text("4 segundos se filmaron y se anunciaron")
        picture(page, "watch-live-es")
        do("7 full")
        seen(page, 7)
        do("end")
        expect(page.get_by_role("status")).to_contain_text("Eso es todo lo que llegó")
        page.get_by_role("button", name="Desde el comienzo").click()
        seen(page, 0)


@pytest.mark.long
def test_what_does_not_open_or_play_is_told_and_the_rest_is_played(example_server, open_context):
    with filming(example_server) as (recording, do):
        do("0 full")
        do("junk 1 full,low")
        do("junk 2 full")
        do("2 low")
        do("foreign 3 full")
        do("4 full")
        do("end")
    page = open_context().new_page()
    sign_in(page, example_server.link_for("legal"))
    opened(page, example_server, recording)
    page.evaluate(NOTED)
    play(page, identity(example_server))
    expect(page.locator(".card")).to_contain_text("it cannot be opened or played")
    seen(page, 4)
    expect(page.get_by_role("status")).to_contain_text("That is all that arrived")
    played = page.evaluate("noted")
    assert played[0] == "full 0"
    assert "gap 1" in played, "a file that is no video"
    assert "low 2" in played, "the small picture, since the full one is no video"
    assert "gap 3" in played, "sealed to somebody else"
    assert played[-2:] == ["full 4", "end 4"]


@pytest.mark.long
@pytest.mark.parametrize(("width", "locale"), [(360, "en"), (1280, "es")])
def test_nobody_is_shut_out_of_watching(example_server, open_context, check_accessible, picture, width, locale):
    with filming(example_server) as (recording, do):
        do("0,1,2 full")
        do("end")
    page = open_context(viewport={"width": width, "height": 740}, bypass_csp=True, locale=locale).new_page()
    sign_in(page, example_server.link_for("legal"))
    address = f"{example_server.url}/incidents/{REFERENCE}/recordings/{recording}/"
    page.goto(address)
    check_accessible(page)
    assert not scrolls_sideways(page)
    picture(page, f"recording-{locale}-{width}")
    page.locator("#open_reason").fill("x")
    page.locator("#open_reason").press("Enter")
    expect(page.locator("#identity")).to_be_visible()
    check_accessible(page)
    page.locator("#identity").set_input_files(identity(example_server))
    press_until(page, "^(Open and play|Abrir y reproducir)$")
    page.keyboard.press("Enter")
    seen(page, 0)
    # With the keyboard: stop, go to the last slice, go on to the end.
    pause = page.locator("[data-does=play]")
    expect(pause).to_be_focused()
    page.keyboard.press("Enter")
    expect(pause).to_have_text({"en": "Play", "es": "Reproducir"}[locale])
    assert page.locator("video.front").evaluate("it => it.paused")
    check_accessible(page)
    slider = page.get_by_role("slider")
    page.keyboard.press("Shift+Tab")
    expect(slider).to_be_focused()
    page.keyboard.press("End")
    seen(page, 2)
    assert "UTC" in slider.get_attribute("aria-valuetext")
    assert not scrolls_sideways(page)
    picture(page, f"watch-{locale}-{width}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".watch")).to_have_attribute("data-playing", "end")
    targets = page.locator("main .watch button, main .watch input")
    assert min(targets.evaluate_all("all => all.map(it => it.offsetHeight)")) >= 44
