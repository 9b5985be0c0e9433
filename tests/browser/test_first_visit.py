"""Somebody starts the server, opens the printed link, and looks around."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways


def sign_in(page, link):
    page.goto(link)
    page.get_by_role("button", name=re.compile("^(Sign in|Entrar)$")).click()


def test_from_the_printed_link_to_the_first_page_and_into_spanish(example_server, open_context, picture):
    context = open_context()
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("request", lambda request: request.url.startswith(example_server.url) or complaints.append(request.url))

    link = example_server.links()["legal"]
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in with this link?")
    expect(page.locator("main")).to_contain_text("Legal adviser")
    expect(page.get_by_role("note")).to_contain_text("EXAMPLE")
    picture(page, "link")
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(f"{example_server.url}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Good day, Legal adviser")
    picture(page, "home")

    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("main")).to_contain_text("Asesoría jurídica")
    expect(page.get_by_role("note")).to_contain_text("EJEMPLO")
    picture(page, "home-es")

    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Contraseña")).to_be_visible()
    assert complaints == []

    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Este enlace no da acceso")


@pytest.mark.long
def test_without_a_mouse(example_server, open_context):
    page = open_context().new_page()
    page.goto(example_server.link_for("head_of_post"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    button = page.get_by_role("main").get_by_role("button", name="Sign in")
    expect(button).to_be_focused()
    assert button.evaluate("it => getComputedStyle(it).outlineWidth") == "3px"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good day")

    # The skip link's #main outlives the redirect, so Tab would go on from there; begin at the top.
    page.goto(f"{example_server.url}/")
    order = []
    while len(order) < 20 and "Sign out" not in order:
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.innerText"))
    assert order[:4] == ["Skip to the content", "Inviolable", "Español", "English"]
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_wrong_password_is_said_where_a_screen_reader_hears_it(example_server, open_context):
    page = open_context().new_page()
    page.goto(f"{example_server.url}/sign-in/")
    page.get_by_label("Name").fill("example-legal")
    page.get_by_label("Password").fill("guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("Name")).to_have_value("example-legal")


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_nobody_is_shut_out(example_server, open_context, check_accessible, picture, scheme, width):
    wishes = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "bypass_csp": True}
    page = open_context(**wishes).new_page()
    page.goto(f"{example_server.url}/sign-in/")
    check_accessible(page)
    assert not scrolls_sideways(page)
    picture(page, f"sign-in-{scheme}-{width}")
    link = example_server.link_for("duty_officer")
    page.goto(link)
    check_accessible(page)
    assert not scrolls_sideways(page)
    sign_in(page, link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good day")
    check_accessible(page)
    assert not scrolls_sideways(page)
    picture(page, f"home-{scheme}-{width}")
    page.goto(f"{example_server.url}/nothing-here")
    check_accessible(page)
    page.goto(f"{example_server.url}/verify/")
    check_accessible(page)
    assert not scrolls_sideways(page)
    picture(page, f"verify-{scheme}-{width}")


@pytest.mark.long
def test_twice_as_large(example_server, open_context):
    """200 % zoom on a small laptop is half the width at double the size of letters."""
    page = open_context(viewport={"width": 640, "height": 400}, device_scale_factor=2).new_page()
    sign_in(page, example_server.link_for("press"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good day")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not scrolls_sideways(page)
