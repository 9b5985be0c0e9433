"""The accounts of an incident in a real browser: the first screen says what to find out, a cell opens its passage."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import enter, press_until, sign_in
from tests.server import Server, example

INCIDENT = "/incidents/minneapolis-2026/"
ACCOUNTS = f"{INCIDENT}accounts/"
PRESS = Path(__file__).parents[1] / "data/press/minneapolis"


def first_screen(page: Page) -> str:
    """What somebody reads who opened the page and has not scrolled."""
    height = page.viewport_size["height"]
    seen = "(all, height) => all.filter(it => it.getBoundingClientRect().top < height).map(it => it.innerText)"
    return "\n".join(page.locator("main :is(h2, li, p)").evaluate_all(seen, height))


@pytest.mark.parametrize(("locale", "asks", "who", "answer"), [
    ("en", "What to find out first", "Who could answer:", "Refuse: they may not enter"),
    ("es", "Qué averiguar primero", "Quién podría responder:", "Negar el paso: no pueden entrar"),
])  # fmt: skip
def test_what_must_be_found_out_first_is_on_the_first_screen(
    example_server, open_context, picture, locale, asks, who, answer
):
    page = open_context(locale=locale).new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    sign_in(page, example_server.link_for("minister_office"))
    page.goto(f"{example_server.url}{INCIDENT}")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("^(Accounts|Relatos)$")).click()
    seen = first_screen(page)
    assert seen.index(asks) < seen.index("?") < seen.index(who)
    assert answer in seen
    picture(page, f"accounts-{locale}")
    assert complaints == []


def test_a_cell_opens_its_passage_with_a_keyboard_alone(example_server, open_context):
    page = open_context().new_page()
    page.goto(example_server.link_for("legal"))
    press_until(page, "^Sign in$")
    enter(page)
    page.goto(f"{example_server.url}{ACCOUNTS}")
    press_until(page, "^not said by \\d primary voices", 400)
    press_until(page, "^was there: “its officer was there”$", 400)
    enter(page)
    expect(page).to_have_url(re.compile(r"/sources/3/\?version=1#at-\d+$"))
    expect(page.locator("mark:target")).to_have_text(re.compile("^An immigration officer"))


def test_denied_on_one_day_and_admitted_on_the_next(example_server, open_context, picture):
    page = open_context().new_page()
    sign_in(page, example_server.link_for("legal"))
    page.goto(f"{example_server.url}{ACCOUNTS}?as_of=2026-01-28")
    whose = page.get_by_role("row", name=re.compile("^Is the act the receiving State's"))
    expect(whose).to_have_count(0), "on that day it stays open"
    picture(page, "accounts-denied")
    page.get_by_role("navigation", name="As known on").get_by_role("link", name="29 January 2026").click()
    expect(whose).to_contain_text("Whichever account is right: Applies.")
    expect(page.locator(".matrix")).to_contain_text("said first, and otherwise later")


@pytest.mark.long
@pytest.mark.parametrize(("width", "size", "locale"), [(1280, "100%", "en"), (640, "200%", "es")])
def test_facts_and_voices_stay_in_sight_in_a_matrix_of_many_sources(
    open_context, tmp_path, picture, width, size, locale
):
    """By keyboard alone, also at twice the size: what scrolls is the table, and one sees that it does."""
    together = [json.loads(one.read_text("utf-8")) for one in sorted(PRESS.glob("*.json"))]
    (tmp_path / "all.json").write_text(json.dumps(together), "utf-8")
    with Server(example(tmp_path / "var")) as server:
        page = open_context(viewport={"width": width, "height": 800}, locale=locale, bypass_csp=True).new_page()
        sign_in(page, server.link_for("officer"))
        page.goto(f"{server.url}{INCIDENT}sources/import/")
        page.locator("input[type=file]").set_input_files(tmp_path / "all.json")
        page.locator("[name=confirmed]").check()
        page.locator("form.panel button.primary").click()
        page.wait_for_url(re.compile("/sources/$"))
        page.goto(f"{server.url}{ACCOUNTS}")
        page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        picture(page, f"matrix-{locale}-{width}-top")
        table = page.locator(".across")
        table.scroll_into_view_if_needed()
        voice, fact = table.locator("thead th").nth(1), table.locator("tbody th").first
        before = voice.bounding_box(), fact.bounding_box()
        table.focus()
        for _ in range(12):
            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.across').scrollLeft > 100")
        page.wait_for_function("document.querySelector('.across').scrollTop > 100")
        after = voice.bounding_box(), fact.bounding_box()
        assert after[0]["y"] == before[0]["y"], "the voices stay above"
        assert after[1]["x"] == before[1]["x"], "the facts stay at the left"
        assert fact.bounding_box()["width"] <= 0.45 * width, "and leave room for what is said"
        assert not scrolls_sideways(page)
        picture(page, f"matrix-{locale}-{width}")


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "width", "locale"), [("light", 1280, "en"), ("dark", 320, "es")])
def test_nobody_is_shut_out_of_the_accounts(
    example_server, open_context, check_accessible, picture, scheme, width, locale
):
    wishes = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "bypass_csp": True, "locale": locale}
    page = open_context(**wishes).new_page()
    sign_in(page, example_server.link_for("press"))
    for name, query in (("all", ""), ("denied", "?as_of=2026-01-28"), ("street", "?part=2")):
        page.goto(f"{example_server.url}{ACCOUNTS}{query}")
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
        check_accessible(page)
        assert not scrolls_sideways(page), name
        picture(page, f"accounts-{name}-{locale}-{scheme}-{width}")


@pytest.mark.long
def test_the_accounts_at_twice_the_size(example_server, open_context):
    page = open_context(viewport={"width": 640, "height": 400}, device_scale_factor=2).new_page()
    sign_in(page, example_server.link_for("press"))
    page.goto(f"{example_server.url}{ACCOUNTS}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not scrolls_sideways(page)
