"""The tablet at the door in a real browser, whose network goes away (scenarios 1, 2, 4 and 11)."""

import json
from itertools import count

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import sign_in
from tests.law.worlds import DOOR
from tests.server import Server, example

NAMES = count(1)
SENTENCE = "This is a consular office. I am not authorised to let anyone in."
#: Everything that a thief finds in the page's storage.
FOUND = """async () => {
    const base = await new Promise((done) => { const r = indexedDB.open("door"); r.onsuccess = () => done(r.result); });
    const read = (name) => new Promise((done) => {
        const r = base.transaction(name).objectStore(name).getAll(); r.onsuccess = () => done(r.result); });
    const all = [...await read("kept"), ...await read("unheard")];
    const keys = all.filter((one) => one.privateKey).map((one) => one.privateKey.extractable);
    return { keys, text: JSON.stringify([all, Object.entries(localStorage), document.cookie]) };
}"""
#: Which screen is there in the first frame after the touch.
FIRST_FRAME = """() => new Promise((done) => {
    document.querySelector("#touch").click();
    requestAnimationFrame(() => done(document.querySelector("#sentence")?.innerText ?? "nothing"));
})"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if not (DOOR.parent / "src/inviolable/door/static/door/door.js").exists():
        pytest.skip("the page of the door is not built: install npm, then make setup")
    with Server(example(tmp_path_factory.mktemp("door") / "var")) as server:
        yield server


@pytest.fixture
def signed_in(server, open_context):
    """Opens a page as one of the example's people."""

    def open_it(user: str):
        page = open_context().new_page()
        sign_in(page, server.link_of(user))
        return page

    return open_it


@pytest.fixture
def enrolled(server, open_context, signed_in):
    """A tablet that the head of post has enrolled, over a line; the page of the post's devices."""

    def enrol(line=None, **wishes):
        page = open_context(**({"viewport": {"width": 800, "height": 1200}} | wishes)).new_page()
        page.goto(f"http://localhost:{line.port if line else server.port}/door/")
        head = signed_in("head-of-post")
        head.goto(f"{server.url}/posts/minneapolis/")
        head.get_by_role("link", name="Devices at the door").click()
        head.get_by_label("Code").fill(page.locator("#code").inner_text().lower())
        head.get_by_label("What the post calls it").fill(f"tablet-{next(NAMES)}")
        head.get_by_role("button", name="Enrol").press("Enter")
        expect(page.locator("#touch")).to_be_visible()
        return page, head

    return enrol


def raised(duty, server) -> int:
    """How many alarms stand open, as the duty officer sees it."""
    duty.goto(f"{server.url}/alarms/")
    return duty.locator("main a[href^='/alarms/']").filter(has_text="Minneapolis").count()


def test_one_touch_shows_the_words_in_one_frame_and_somebody_knows(server, enrolled, signed_in, picture):
    page, _ = enrolled()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    expect(page.locator("#status")).to_have_text("Connected to headquarters")
    picture(page, "door-ready")
    assert page.evaluate(FIRST_FRAME).startswith(SENTENCE)
    expect(page.locator("#sentence")).to_have_attribute("lang", "en")
    expect(page.locator("#commands li")).to_have_text(["Do not touch anybody", "Hands visible", "Close the door"])
    expect(page.locator("#status")).to_contain_text("Alarm received at")
    duty = signed_in("duty-officer")
    duty.goto(f"{server.url}/alarms/")
    duty.get_by_role("link", name="Attempted entry").first.click()
    expect(duty.get_by_text("Device at the door").first).to_be_visible()
    duty.get_by_role("button", name="I have it").first.press("Enter")
    expect(page.locator("#status")).to_contain_text("duty officer")
    picture(page, "door-pressed")
    duty.locator("#end-why").fill("they left")
    duty.locator("#end-why").press("Enter")
    expect(page.locator("#status")).to_contain_text("Stood down at")
    expect(page.locator("#goes-on")).to_be_hidden()
    page.get_by_role("button", name="Back to the beginning").press("Enter")
    expect(page.locator("#touch")).to_be_focused()
    assert not complaints


@pytest.mark.long
def test_without_a_network_from_a_cold_start_the_words_are_there_and_the_alarm_arrives_once(
    server, enrolled, signed_in, picture
):
    page, _ = enrolled(locale="es-EC")
    page.wait_for_function("navigator.serviceWorker.controller || navigator.serviceWorker.ready.then(() => true)")
    duty = signed_in("duty-officer")
    before = raised(duty, server)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#touch")).to_contain_text("Alguien quiere entrar")
    expect(page.locator("#status")).to_contain_text("SIN CONEXIÓN")
    page.locator("#touch").press("Enter")
    expect(page.locator("#sentence")).to_contain_text(SENTENCE)
    expect(page.locator("#status")).to_contain_text("ALARMA AÚN NO RECIBIDA. Llame al +1 202 555 0100")
    expect(page.locator("#status a")).to_have_attribute("href", "tel:+12025550100")
    picture(page, "door-not-received")
    page.reload()
    expect(page.locator("#status")).to_contain_text("ALARMA AÚN NO RECIBIDA"), "also after the tablet was started anew"
    assert raised(duty, server) == before
    page.context.set_offline(False)
    expect(page.locator("#status")).to_contain_text("Alarma recibida")
    assert raised(duty, server) == before + 1


@pytest.mark.long
def test_held_for_a_moment_the_clock_calls_and_the_screen_stays_as_it_is(server, enrolled, signed_in):
    page, _ = enrolled()
    page.locator("#touch").press("Enter")
    expect(page.locator("#status")).to_contain_text("Alarm received")
    expect(page.locator("#status")).not_to_contain_text("being sent")
    shown = """() => [document.querySelector("main").innerHTML, document.querySelector("#status").innerText].join()"""
    before = page.evaluate(shown)
    for hold in ("clock", "F8"):
        with page.expect_response(lambda answer: '\\"threat\\"' in (answer.request.post_data or "")) as said:
            if hold == "clock":
                page.locator("#clock").hover()
                page.mouse.down()
            else:
                page.keyboard.down("F8")
        page.mouse.up()
        page.keyboard.up("F8")
        assert '"threat"' in json.dumps(said.value.json()["alarms"])
        with page.expect_response("**/door/say"):  # What the next answer tells of it is drawn by then, or never.
            pass
        assert page.evaluate(shown) == before
    duty = signed_in("duty-officer")
    duty.goto(f"{server.url}/alarms/")
    expect(duty.get_by_role("link", name="Threat").first).to_be_visible()


@pytest.mark.long
def test_a_silent_press_cuts_a_beat_short_and_nothing_shows(enrolled):
    page, _ = enrolled()
    expect(page.locator("#status")).not_to_have_attribute("data-tone", "bad")
    page.evaluate("""() => {
        const status = document.querySelector("#status");
        window.tones = [status.dataset.tone];
        const options = { attributes: true, attributeFilter: ["data-tone"], childList: true };
        new MutationObserver(() => tones.push(status.dataset.tone)).observe(status, options);
    }""")
    page.route("**/door/say", lambda route: None if '\\"beat\\"' in route.request.post_data else route.continue_())
    with page.expect_request("**/door/say"):
        page.evaluate("dispatchEvent(new Event('online'))")
    with page.expect_response(lambda answer: '\\"press\\"' in (answer.request.post_data or "")):
        page.locator("#clock").hover()
        page.mouse.down()
    page.mouse.up()
    assert len(set(page.evaluate("window.tones"))) <= 1


@pytest.mark.long
def test_before_it_is_enrolled_nobody_is_called(server, open_context):
    page = open_context().new_page()
    page.clock.install()
    page.goto(f"{server.url}/door/")
    page.wait_for_selector("#code")
    page.keyboard.down("F8")
    page.clock.run_for(2_000)
    page.keyboard.up("F8")
    found = page.evaluate(FOUND)
    assert "threat" not in found["text"]


@pytest.mark.long
def test_a_tablet_that_is_taken_holds_nothing_and_is_cut_off(server, enrolled):
    page, head = enrolled()
    expect(page.locator("#status")).not_to_have_attribute("data-tone", "bad")
    found = page.evaluate(FOUND)
    assert found["keys"] == [False], "its key cannot be read out"
    assert not page.context.cookies()
    for word in ("minneapolis-head", "minneapolis-desk", "quito", "example.org", "inv_", "session"):
        assert word not in found["text"], word
    head.reload()
    row = head.locator("main ul.rows li").first
    row.locator("summary").click()
    row.get_by_label("Why").fill("taken")
    row.get_by_role("button").press("Enter")
    page.locator("#touch").press("Enter")
    expect(page.get_by_role("heading", name="This tablet is cut off")).to_be_visible()
    assert page.evaluate(FOUND) == {"keys": [], "text": '[[],[],""]'}


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "size", "locale"), [("light", (1280, 800), "en"), ("dark", (360, 640), "es")])
def test_nobody_is_shut_out(server, enrolled, open_context, check_accessible, picture, scheme, size, locale):
    wishes = {"color_scheme": scheme, "viewport": {"width": size[0], "height": size[1]}, "locale": locale}
    page, _ = enrolled(**wishes, bypass_csp=True)
    expect(page.locator("#status")).not_to_be_empty()
    for name in ("ready", "pressed"):
        check_accessible(page)
        assert not scrolls_sideways(page), name
        picture(page, f"door-{name}-{locale}-{scheme}-{size[0]}")
        if name == "ready":
            page.locator("#touch").press("Enter")
    commands = page.locator("#commands").bounding_box()
    assert commands["y"] + commands["height"] <= size[1], "nobody has to scroll for them"
    asked = open_context(**wishes, bypass_csp=True).new_page()
    asked.goto(f"{server.url}/door/")
    asked.wait_for_selector("#code")
    check_accessible(asked)
    desk = open_context(**wishes, bypass_csp=True).new_page()
    sign_in(desk, server.link_for("head_of_post"))
    desk.goto(f"{server.url}/posts/minneapolis/devices/")
    check_accessible(desk)
    assert not scrolls_sideways(desk)
    picture(desk, f"devices-{locale}-{scheme}-{size[0]}")
