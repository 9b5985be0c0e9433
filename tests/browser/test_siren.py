"""The screen of a duty room and notifications, in a real browser on a server of their own, which is stopped, too."""

import json
import re
import time

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_alarms import raise_by_keyboard
from tests.browser.test_counsel import sign_in
from tests.outbox.pushing import Browser, opened, push_service
from tests.server import Server, example

pytestmark = pytest.mark.long
#: Writes down what is played and what the title was.
EAR = """
    window.played = []; window.titles = new Set();
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...at) {
        window.played.push(this.frequency.value); start.apply(this, at);
    };
    addEventListener("DOMContentLoaded", () => new MutationObserver(() => window.titles.add(document.title))
        .observe(document.querySelector("title"), { childList: true }));
"""
ALARM, DRILL, LOST = 520, 880, 330


@pytest.fixture
def server(tmp_path):
    """One that no other test's alarm disturbs."""
    with Server(example(tmp_path / "var")) as server:
        yield server


@pytest.fixture
def watch(server, open_context):
    """Opens the siren, signed in as an administrator of the example, with an ear."""

    def open_it(**wishes):
        page = open_context(**wishes).new_page()
        page.add_init_script(EAR)
        sign_in(page, server.link_for("administrator"))
        page.goto(f"{server.url}/alarms/siren/")
        return page

    return open_it


def hears(page, frequency: int) -> None:
    page.evaluate("window.played.length = 0")
    page.wait_for_function("frequency => window.played.includes(frequency)", arg=frequency)


def raised(server, open_context, danger="Threat", drill=False):
    desk = open_context().new_page()
    sign_in(desk, server.link_for("reception"))
    raise_by_keyboard(desk, danger, drill)
    return desk.url


def answered(server, open_context, url):
    duty = open_context().new_page()
    sign_in(duty, server.link_for("duty_officer"))
    duty.goto(url)
    duty.get_by_role("button", name="I have it").press("Enter")
    return duty


def test_a_night_in_a_duty_room(server, open_context, watch):
    """Calm; an alarm sounds until the ministry has it; a drill sounds otherwise; a server that is gone is loud, too."""
    wall = watch()
    expect(wall.get_by_role("heading", name="No alarm.")).to_be_visible()
    expect(wall.get_by_text("The sound is off.")).to_be_visible()
    wall.get_by_role("button", name="Sound on").press("Enter")
    expect(wall.get_by_role("button", name="Sound off")).to_be_focused()
    expect(wall.get_by_text("The sound is off.")).to_be_hidden()

    url = raised(server, open_context)
    expect(wall.get_by_role("heading", name="ALARM", exact=True)).to_be_visible()
    expect(wall.get_by_text("NOBODY AT THE MINISTRY HAS IT YET")).to_be_visible()
    hears(wall, ALARM)
    expect(wall).to_have_title(re.compile("ALARM: Threat · EXAMPLE Consulate of Ecuador, Houston"))
    link = wall.get_by_role("link", name="Open the alarm Threat")
    link.focus()
    duty = answered(server, open_context, url)
    expect(wall.get_by_role("heading", name="The ministry has every alarm.")).to_be_visible()
    expect(link).to_be_focused()
    expect(wall).to_have_title(re.compile("^Siren"))
    wall.evaluate("window.played.length = 0")
    duty.get_by_label("Why it is over").fill("false alarm")
    duty.get_by_role("button", name="Stand down").press("Enter")
    expect(wall.get_by_role("heading", name="No alarm.")).to_be_visible()
    assert wall.evaluate("window.played") == [], "calm is silent"

    raised(server, open_context, "Fire", drill=True)
    expect(wall.get_by_role("heading", name="DRILL", exact=True)).to_be_visible()
    hears(wall, DRILL)
    assert ALARM not in wall.evaluate("window.played")
    assert any("\u25a0" in title for title in wall.evaluate("[...window.titles]"))

    wall.get_by_role("button", name="Sound off").press("Enter")
    expect(wall.get_by_role("button", name="Sound on")).to_be_focused()
    wall.get_by_role("button", name="Sound on").press("Enter")
    server.interrupt()
    expect(wall.get_by_role("alert").get_by_text("NOT CONNECTED")).to_be_visible()
    expect(wall).to_have_title(re.compile("NOT CONNECTED"))
    hears(wall, LOST)


@pytest.mark.parametrize(("scheme", "width", "locale"), [("light", 1600, "en"), ("dark", 320, "es")])
def test_nobody_is_shut_out_of_the_siren(server, open_context, watch, check_accessible, picture, scheme, width, locale):
    """Nothing depends on sound, colour or movement alone."""
    wishes = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}, "bypass_csp": True}
    wall = watch(**wishes, locale=locale, reduced_motion="reduce")
    marks = {"en": ("No alarm", "DRILL", "ALARM", "The ministry has", "NOT CONN"),
             "es": ("Ninguna", "SIMULACRO", "ALARMA", "El ministerio", "SIN CONE")}[locale]  # fmt: skip

    def look(name: str, mark: str) -> None:
        expect(wall.get_by_text(re.compile(f"^{mark}")).first).to_be_visible()
        check_accessible(wall)
        assert not scrolls_sideways(wall), name
        picture(wall, f"siren-{name}-{locale}-{scheme}-{width}")

    look("calm", marks[0])
    wall.get_by_role("button").press("Enter")
    expect(wall.get_by_role("button")).to_be_focused()
    raised(server, open_context, "Fire", drill=True)
    look("drill", marks[1])
    url = raised(server, open_context)
    look("alarm", marks[2])
    hears(wall, ALARM)
    hears(wall, ALARM)
    assert all("\u25a0" not in title for title in wall.evaluate("[...window.titles]")), "nothing moves"
    answered(server, open_context, url)
    look("answered", marks[1])
    server.interrupt()
    look("lost", marks[4])


def test_a_server_that_is_gone_takes_its_word_with_it(server, watch, check_accessible, picture):
    """Nobody reads that there is no alarm from a screen that cannot know."""
    wall = watch(bypass_csp=True, viewport={"width": 1600, "height": 900})
    expect(wall.get_by_text("No alarm.")).to_be_visible()
    server.interrupt()
    expect(wall.get_by_text("NOT CONNECTED")).to_be_visible()
    expect(wall.get_by_text("No alarm.")).to_be_hidden()
    expect(wall.get_by_text("Watching;")).to_be_hidden()
    check_accessible(wall)
    picture(wall, "siren-calm-lost")


def test_without_any_script_it_says_that_it_cannot_watch(server, open_context):
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page, server.link_for("duty_officer"))
    page.goto(f"{server.url}/alarms/siren/")
    expect(page.get_by_text("Without JavaScript this screen neither sounds nor renews itself.")).to_be_visible()
    expect(page.get_by_text("No alarm.")).to_be_hidden()
    raised(server, open_context)
    page.reload()
    expect(page.get_by_role("heading", name="ALARM", exact=True)).to_be_visible()


SUBSCRIBED = """
    PushManager.prototype.subscribe = async (wish) => { window.wish = wish; return %s; };
    PushManager.prototype.getSubscription = async () => null;
"""


def test_a_browser_is_notified_from_the_button_to_the_notification(server, open_context, check_accessible):
    """All of it is real but the browser maker's push service, for which one on this machine stands."""
    with push_service() as service:
        browser = Browser(service.url)
        context = open_context(bypass_csp=True)
        context.grant_permissions(["notifications"], origin=server.url)
        page = context.new_page()
        page.add_init_script(SUBSCRIBED % browser.subscription)
        sign_in(page, server.links()["duty_officer"])
        page.goto(f"{server.url}/alarms/")
        check_accessible(page)
        page.get_by_role("button", name="Notify me in this browser").press("Enter")
        expect(page.get_by_text("You are notified of alarms in 1 browser.")).to_be_visible()
        sealed = _first(service)
        shown = _shown_by_the_worker(context, page, server, json.dumps(opened(browser, sealed)))
        assert shown == ["EXAMPLE · Inviolable: ¿se puede leer esto?"]
        page.get_by_role("button", name="Notify me in no browser any more").press("Enter")
        expect(page.get_by_text("A browser can notify you")).to_be_visible()


def _first(service) -> bytes:
    end = time.monotonic() + 30
    while not service.got and time.monotonic() < end:
        service.came.wait(1)
    [(_, _, body)] = service.got
    return body


def _shown_by_the_worker(context, page, server, words: str) -> list[str]:
    """The worker gets a message as from its push service; what stands on the screen then."""
    session, registrations = context.new_cdp_session(page), []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    scope = page.evaluate("navigator.serviceWorker.ready.then(one => one.scope)")
    assert scope == f"{server.url}/"
    told = {"origin": server.url, "registrationId": registrations[-1]["registrationId"], "data": words}
    for _ in "twice":
        session.send("ServiceWorker.deliverPushMessage", told)
    page.wait_for_function("""async () => {
        const worker = await navigator.serviceWorker.ready;
        window.shown = (await worker.getNotifications()).map(one => one.title);
        return window.shown.length > 0;
    }""")
    return page.evaluate("window.shown")
