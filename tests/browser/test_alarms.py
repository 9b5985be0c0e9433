"""Alarms in a real browser: raised at the desk, seen by the duty officer, answered on a telephone."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import sign_in


def raise_by_keyboard(page, danger: str, drill: bool = False) -> None:
    """Only with keys: from the menu to the alarm's page."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Alarms").press("Enter")
    page.get_by_role("link", name="Raise an alarm").press("Enter")
    page.get_by_label("Where?").select_option("EXAMPLE Consulate of Ecuador, Houston")
    page.get_by_label(danger, exact=True).press("Space")
    if drill:
        page.get_by_label("This is a drill").press("Space")
    page.get_by_role("button", name="Raise the alarm").press("Enter")


def test_the_desk_sees_without_reloading_that_the_duty_officer_has_it(example_server, open_context):
    """Scenario 2, with a keyboard only: "received", then "seen by … at …"."""
    desk, duty = open_context().new_page(), open_context().new_page()
    sign_in(desk, example_server.link_for("reception"))
    sign_in(duty, example_server.link_for("duty_officer"))
    raise_by_keyboard(desk, "Threat")
    expect(desk.get_by_text("Received. Nobody has answered yet.")).to_be_visible()
    expect(desk.get_by_role("region", name="Who is called").get_by_role("listitem").first).to_contain_text("calling")
    duty.goto(desk.url)
    duty.get_by_role("button", name="I have it").press("Enter")
    expect(duty.get_by_text(re.compile("Seen by Duty officer"))).to_be_visible()
    expect(desk.get_by_text(re.compile("Seen by Duty officer"))).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "width", "locale"), [("light", 1280, "en"), ("dark", 320, "es")])
def test_nobody_is_shut_out_of_alarms(example_server, open_context, check_accessible, picture, scheme, width, locale):
    wishes = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "bypass_csp": True}
    english, page = open_context().new_page(), open_context(**wishes, locale=locale).new_page()
    sign_in(english, example_server.link_for("reception"))
    raise_by_keyboard(english, "Fire", drill=True)
    drill = english.url.removeprefix(f"{example_server.url}/")
    sign_in(page, example_server.link_for("duty_officer"))
    page.goto(f"{example_server.url}/{drill}")
    page.locator("button[value=has]").click()
    page.locator("#end-why").fill("over")
    page.locator("#end-why").press("Enter")
    page.wait_for_selector("#times")
    raise_by_keyboard(english, "Entry into the premises", drill=True)
    imagined = "alarms/simulate/?post=houston&danger=entry&at=2026-01-27T03:00&answers=deputies"
    for name, address in {
        "alarms": "alarms/",
        "raise": "alarms/raise/",
        "alarm": english.url.removeprefix(f"{example_server.url}/"),
        "over": drill,
        "drills": "alarms/drills/",
        "simulate": "alarms/simulate/",
        "imagined": imagined,
        "link": "a/x/",
    }.items():
        page.goto(f"{example_server.url}/{address}")
        check_accessible(page)
        assert not scrolls_sideways(page), name
        picture(page, f"{name}-{locale}-{scheme}-{width}")


@pytest.mark.long
def test_the_alarm_at_twice_the_size_and_without_any_script(example_server, open_context):
    page = open_context(java_script_enabled=False, viewport={"width": 550, "height": 425}).new_page()
    sign_in(page, example_server.link_for("reception"))
    page.goto(f"{example_server.url}/alarms/raise/")
    page.get_by_label("Where?").select_option("EXAMPLE Consulate of Ecuador, Miami")
    page.get_by_label("Fire").check()
    page.get_by_role("button", name="Raise the alarm").click()
    expect(page.get_by_text("Received. Nobody has answered yet.")).to_be_visible()
    assert not scrolls_sideways(page)
