"""The public card in a real browser: anybody, any telephone, no script, no mouse (scenario 33)."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import sign_in
from tests.server import Server, example

CARD = "/card/minneapolis/"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(example(tmp_path_factory.mktemp("card") / "var")) as server:
        yield server


def ask(page, agency: str) -> None:
    """Fill the form in with the keyboard alone."""
    page.get_by_label("Your agency").focus()
    page.keyboard.type(agency)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("+1 612 555 0199")
    page.keyboard.press("Tab")
    page.keyboard.type("We have papers for you.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_scenario_33_a_lieutenant_reads_asks_and_is_not_let_in(server, open_context, picture):
    page = open_context(viewport={"width": 360, "height": 640}, java_script_enabled=False).new_page()
    loaded = []
    page.on("response", lambda answer: loaded.append(len(answer.body())))
    page.goto(f"{server.url}{CARD}")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(loaded) < 30_000
    expect(page.get_by_text("This is a consular post.")).to_be_visible()
    expect(page.get_by_text("VCCR 31(2)")).to_be_in_viewport()
    expect(page.get_by_role("link", name="+1 612 555 0100")).to_have_attribute("href", "tel:+16125550100")
    expect(page.get_by_role("note")).to_contain_text("EXAMPLE")
    picture(page, "card")
    ask(page, "City police")
    expect(page.get_by_text(re.compile("^Q-[2-9A-Z]{4}-[2-9A-Z]{4}$"))).to_be_visible()
    expect(page.get_by_text("This is not permission.")).to_be_visible()
    assert not [one for one in page.context.cookies() if one["name"] == "sessionid"]
    picture(page, "card-asked")


@pytest.mark.long
def test_staff_verify_what_was_asked(server, open_context, picture):
    stranger = open_context().new_page()
    stranger.goto(f"{server.url}{CARD}")
    ask(stranger, "Sheriff")
    reference = stranger.locator(".reference").inner_text()
    page = open_context().new_page()
    sign_in(page, server.link_of("head-of-post"))
    page.goto(f"{server.url}/posts/minneapolis/")
    page.get_by_role("link", name="Public card").click()
    row = page.locator("main ul.rows > li").filter(has_text=reference)
    expect(row).to_contain_text("Sheriff")
    picture(page, "card-desk")
    row.locator("summary").press("Enter")
    row.get_by_label("Through which number").fill("county switchboard, our directory")
    row.get_by_role("button", name="is verified").press("Enter")
    expect(page.get_by_text(f"{reference}: verified · Sheriff")).to_be_visible()
    expect(page.locator("img.qr")).to_have_js_property("complete", True)
    assert page.locator("img.qr").evaluate("one => one.naturalWidth") > 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("scheme", "width", "language"), [("light", 1280, "en"), ("dark", 360, "es"), ("light", 320, "es")]
)
def test_nobody_is_shut_out(server, open_context, check_accessible, picture, scheme, width, language):
    """320 pixels are what 200 % of 640 leaves (WCAG 1.4.10)."""
    wishes = {"color_scheme": scheme, "viewport": {"width": width, "height": 640}, "locale": language}
    page = open_context(**wishes, bypass_csp=True).new_page()
    address = f"{server.url}{CARD}?lang={language}"
    page.goto(address)
    check_accessible(page)
    assert not scrolls_sideways(page)
    picture(page, f"card-{language}-{scheme}-{width}")
    page.locator("form[action$='/ask']").evaluate("form => { form.noValidate = true; form.submit(); }")
    expect(page.locator("#id_agency_error")).to_be_visible()
    check_accessible(page)
    page.locator("form[action$='/emergency'] button").first.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    check_accessible(page)
    assert not scrolls_sideways(page)
    desk = open_context(**wishes, bypass_csp=True).new_page()
    sign_in(desk, server.link_for("head_of_post"))
    desk.goto(f"{server.url}/posts/minneapolis/card/")
    check_accessible(desk)
    assert not scrolls_sideways(desk)


@pytest.mark.long
def test_at_200_percent_everything_is_there(server, open_context):
    page = open_context(viewport={"width": 720, "height": 900}, device_scale_factor=2).new_page()
    page.goto(f"{server.url}{CARD}")
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert not scrolls_sideways(page)
    for name in ("Send the request", "Fire brigade: we are coming"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
