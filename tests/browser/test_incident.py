"""An incident is read, written to and proved, in a real browser: with a mouse, with a keyboard, without a script."""

import re
import subprocess

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import enter, press_until, sign_in

INCIDENT = "/incidents/minneapolis-2026/"
PAGES = {
    "list": "/incidents/",
    "overview": INCIDENT,
    "law": f"{INCIDENT}law/?as_of=2026-01-28",
    "facts": f"{INCIDENT}facts/",
    "exhibits": f"{INCIDENT}exhibits/",
    "timeline": f"{INCIDENT}timeline/",
    "entry": f"{INCIDENT}entries/12/",
    "claim-key": f"{INCIDENT}facts/claim/",
    "claim": f"{INCIDENT}facts/claim/?key=emergency",
    "confirm": f"{INCIDENT}facts/confirm/?part=1&key=body&value=private",
    "note": f"{INCIDENT}notes/add/",
    "task": f"{INCIDENT}tasks/assign/",
    "close": f"{INCIDENT}close/",
    "exhibit-add": f"{INCIDENT}exhibits/add/",
    "open": "/open-incident/",
}


def go(page: Page, tab: str) -> None:
    page.get_by_role("navigation", name=re.compile("This incident|Este incidente")).get_by_role(
        "link", name=tab
    ).click()


@pytest.mark.long
def test_the_example_is_read_from_the_list_to_a_proof_in_both_languages(example_server, open_context, picture):
    page = open_context().new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: request.url.startswith(example_server.url) or complaints.append(request.url))
    sign_in(page, example_server.link_for("auditor"))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Incidents").click()
    row = page.get_by_role("article").filter(has_text="minneapolis-2026")
    expect(row).to_contain_text("Refuse: they may not enter")
    expect(row).to_contain_text("EXAMPLE")
    row.get_by_role("link").click()
    expect(page.locator(".verdict-answer")).to_have_text("Refuse: they may not enter")
    expect(page.get_by_role("region", name="To be done")).to_contain_text("Ask whoever filmed")
    expect(page.get_by_text("Verified up to entry")).to_be_visible()

    go(page, "Facts")
    contested = page.get_by_role("article", name="Were they in pursuit of somebody?")
    yes, no = (contested.locator(".value").nth(side).bounding_box() for side in (0, 1))
    assert yes["y"] == no["y"]
    assert yes["x"] < no["x"]
    expect(contested).to_contain_text("denied by Department of Homeland Security")

    go(page, "Timeline")
    first = page.get_by_role("listitem").filter(has_text="Task assigned").first
    expect(first).to_contain_text("27 January 2026, 11:25 (UTC−06:00), 17:25 UTC")
    expect(first).to_contain_text("by EXAMPLE")
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Entry 12: Task assigned")).to_be_visible()
    expect(page.get_by_role("heading", name="Check it by hand")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="entry.json").click()
    line = download.value.path().read_bytes()
    assert line.decode() == page.locator("pre").first.inner_text()

    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="Compruébela a mano")).to_be_visible()
    go(page, "Hechos")
    expect(page.get_by_role("heading", name="En disputa", exact=True)).to_be_visible()
    go(page, "Resumen")
    expect(page.locator(".verdict-answer")).to_have_text("Negar el paso: no pueden entrar")
    picture(page, "incident-es")
    assert complaints == []


def focus_on(page: Page, name: str, most: int = 30) -> None:
    """Press Tab until the field called `name` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            assert page.evaluate("getComputedStyle(document.activeElement.closest('.choice') ?? document.activeElement)"
                                 ".outlineStyle") == "solid"  # fmt: skip
            return
    raise AssertionError(f"no Tab reached {name!r}")


def test_a_fact_is_claimed_and_confirmed_with_a_keyboard_only(example_server, open_context, picture):
    page = open_context().new_page()
    page.goto(example_server.link_for("duty_officer"))
    press_until(page, "^Skip to the content$")
    page.keyboard.press("Enter")
    press_until(page, "^Sign in$")
    enter(page)
    page.goto(f"{example_server.url}{INCIDENT}")
    beside = page.context.new_page()
    beside.goto(f"{example_server.url}{INCIDENT}")
    more = beside.locator("details", has=beside.get_by_text(re.compile("more facts$")))
    before = more.locator("summary").inner_text()
    more.locator("summary").click()
    page.bring_to_front()
    press_until(page, "^Facts$")
    enter(page)
    press_until(page, "^Record what somebody said$")
    enter(page)
    focus_on(page, "other")
    page.keyboard.type("vehicle")
    press_until(page, "^Go on$", 3)
    enter(page)

    press_until(page, "^Record it$", 60)
    enter(page)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was recorded yet.")
    expect(page.get_by_label("vehicle")).to_have_attribute("aria-invalid", "true")
    focus_on(page, "value")
    page.keyboard.type("A white van")
    focus_on(page, "voice")
    page.keyboard.type("A worker in a shop nearby")
    press_until(page, "^Record it$", 60)
    enter(page)

    fact = page.get_by_role("article").filter(has_text="vehicle")
    expect(fact).to_contain_text("A white van claimed")
    expect(fact).to_contain_text("A worker in a shop nearby")
    press_until(page, "^Confirm\\s*: vehicle A white van", 400)
    enter(page)
    expect(page.get_by_role("checkbox")).to_be_checked()
    press_until(page, "^Confirm$")
    enter(page)
    fact = page.get_by_role("article").filter(has_text="vehicle")
    expect(fact).to_contain_text("A white van counts")
    expect(page.get_by_role("region", name="Confirmed", exact=True)).to_contain_text("A white van")
    picture(page, "facts-confirmed")
    expect(more.locator("summary")).not_to_have_text(before)
    expect(more, "what was unfolded stays so, though it is called otherwise now").to_have_attribute("open", "")


@pytest.mark.long
def test_an_exhibit_is_uploaded_with_its_progress_and_leads_to_its_proof(
    example_server, open_context, picture, tmp_path
):
    video = tmp_path / "Filmed by somebody.mp4"
    video.write_bytes(bytes(range(256)) * 4 * 4096)
    page = open_context().new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    sign_in(page, example_server.link_for("reception"))
    page.goto(f"{example_server.url}{INCIDENT}")
    page.get_by_role("link", name="Add an exhibit").click()
    page.get_by_label("From whom?").fill("passer-by")
    page.get_by_label("Name of the giver").fill("Somebody")

    # The server refuses; what was written and the file that was chosen are still there.
    page.get_by_label("From whom?").evaluate("it => { it.removeAttribute('maxlength'); it.value = 'x'.repeat(301) }")
    page.get_by_label("File").set_input_files(video)
    page.get_by_role("button", name="Seal and record it").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("From whom?")
    expect(page.get_by_label("Name of the giver")).to_have_value("Somebody")
    assert page.get_by_label("File").evaluate("it => it.files[0].name") == video.name
    complaints.clear()  # The browser itself says that the answer was 422.

    heard = []
    page.expose_function("heard", lambda text, value: heard.append((text, value)))
    page.evaluate(
        "() => { const bar = document.querySelector('progress'); const words = document.querySelector('[role=status]');"
        " new MutationObserver(() => heard(words.textContent, bar.value)).observe(words, {childList: true}) }"
    )
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2 * 1024 * 1024}
    network.send("Network.emulateNetworkConditions", slow)
    page.get_by_label("From whom?").fill("passer-by")
    page.get_by_role("button", name="Seal and record it").click()
    expect(page.get_by_role("progressbar", name="Sending")).to_be_visible()
    picture(page, "exhibit-sending")
    expect(page).to_have_url(re.compile("/exhibits/[0-9a-f-]{36}/$"))
    shares = [value for text, value in heard if "of 100 sent" in text]
    assert shares == sorted(shares)
    assert len(shares) > 2
    assert heard[-1][0] == "All sent; it is being sealed and stored."

    expect(page.get_by_role("heading", level=2)).to_contain_text("· video")
    digest = subprocess.run(["sha256sum", video], capture_output=True, text=True).stdout.partition(" ")[0]
    expect(page.get_by_role("definition").filter(has_text=digest)).to_be_visible()
    assert video.name not in page.content()
    picture(page, "exhibit")
    page.locator("dd", has_text="Reception").get_by_role("link").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("Exhibit received")
    expect(page.get_by_text("commitment").first).to_be_visible()
    hand = page.get_by_role("heading", name="Check it by hand")
    for _ in range(300):  # Until the next checkpoint, at most five seconds away.
        if hand.count():
            break
        page.reload()
    expect(hand).to_be_visible()
    expect(page.get_by_text("by EXAMPLE")).to_be_visible()
    picture(page, "exhibit-proof")
    assert complaints == []


@pytest.mark.long
def test_without_any_script_an_exhibit_is_uploaded_all_the_same(example_server, open_context, tmp_path):
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7 a letter")
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page, example_server.link_for("officer"))
    page.goto(f"{example_server.url}{INCIDENT}exhibits/add/")
    page.get_by_role("button", name="Seal and record it").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a file.")
    page.get_by_label("D: collected from the open web").check()
    page.get_by_label("File").set_input_files(tmp_path / "letter.pdf")
    page.get_by_role("button", name="Seal and record it").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("PDF document")
    expect(page.locator("main")).to_contain_text("D: collected from the open web")


@pytest.mark.long
def test_who_may_fetch_an_exhibit_gets_it_sealed(example_server, open_context):
    page = open_context().new_page()
    sign_in(page, example_server.link_for("legal"))
    page.goto(f"{example_server.url}{INCIDENT}exhibits/")
    page.get_by_role("link", name=re.compile("^Exhibit 1 ")).click()
    page.get_by_role("button", name="The sealed file").click()
    expect(page.get_by_role("alert")).to_contain_text("Why")
    region = page.get_by_role("region", name="Fetch it sealed")
    region.get_by_label("Why").fill("To show it to the court")
    with page.expect_download() as download:
        region.get_by_role("button", name="The sealed file").click()
    assert download.value.path().read_bytes().startswith(b"age-encryption.org/v1\n")
    page.reload()
    expect(page.get_by_role("region", name=re.compile("^Opened"))).to_contain_text("To show it to the court")


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "width", "locale"), [("light", 1280, "en"), ("dark", 320, "es")])
def test_nobody_is_shut_out_of_an_incident(
    example_server, open_context, check_accessible, picture, scheme, width, locale
):
    wishes = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "bypass_csp": True, "locale": locale}
    page = open_context(**wishes).new_page()
    sign_in(page, example_server.link_for("head_of_post"))
    page.goto(f"{example_server.url}{INCIDENT}exhibits/")
    exhibit = page.locator(".exhibit-what a").first.get_attribute("href")
    for name, where in {**PAGES, "exhibit": exhibit}.items():
        page.goto(f"{example_server.url}{where}")
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
        check_accessible(page)
        assert not scrolls_sideways(page), name
        picture(page, f"incident-{name}-{locale}-{scheme}-{width}")


@pytest.mark.long
def test_an_incident_at_twice_the_size(example_server, open_context):
    page = open_context(viewport={"width": 640, "height": 400}, device_scale_factor=2).new_page()
    sign_in(page, example_server.link_for("duty_officer"))
    for name, where in PAGES.items():
        page.goto(f"{example_server.url}{where}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not scrolls_sideways(page), name


@pytest.mark.long
def test_what_a_finger_must_hit_is_large_enough(example_server, open_context):
    page = open_context(viewport={"width": 360, "height": 740}, has_touch=True).new_page()
    sign_in(page, example_server.link_for("duty_officer"))
    for where in (INCIDENT, f"{INCIDENT}facts/claim/?key=emergency", f"{INCIDENT}exhibits/add/"):
        page.goto(f"{example_server.url}{where}")
        targets = page.locator(
            "main .button, main button, main .choice, main .tabs a, main select, main input[type=text]"
        )
        page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
        heights = targets.evaluate_all("all => all.map(it => [it.innerText, it.getBoundingClientRect().height])")
        assert heights
        assert [name for name, height in heights if height < 44] == []
