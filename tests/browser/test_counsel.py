"""The legal adviser opens the case; somebody at the door asks the law with a keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import scrolls_sideways

ASK = "/ask/?sending=EC&receiving=US&class=consulate&day=2026-01-27&host=en&head=career&status=open"
REFUSAL = f"{ASK}&actor=officer&zone=work&consent_by=none&emergency=none"
PAGES = {
    "case": "/incidents/minneapolis-2026/law/?as_of=2026-01-29",
    "ask-start": "/ask/",
    "ask-question": f"{ASK}&actor=officer",
    "ask-answer": REFUSAL,
    "law": "/law/",
    "pack": "/law/packs/us-china-1980/",
}


def sign_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("main").get_by_role("button").click()


@pytest.mark.long
def test_from_the_printed_link_to_a_reason_and_into_spanish(example_server, open_context, picture):
    page = open_context().new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: request.url.startswith(example_server.url) or complaints.append(request.url))
    sign_in(page, example_server.link_for("legal"))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Incidents").click()
    page.locator(".case-row").get_by_role("link", name="Attempted entry").click()
    page.get_by_role("navigation", name="This incident").get_by_role("link", name="Law").click()
    page.get_by_role("navigation", name="As known on").get_by_role("link", name="29 January 2026").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Attempted entry, Consulate of Ecuador, Minneapolis")
    expect(page.locator(".verdict-answer")).to_have_text("Refuse: they may not enter")
    expect(page.locator(".verdict-icon")).to_be_visible()
    reason = page.locator("#why ~ details").filter(has_text="may not enter this part without consent")
    provision = reason.get_by_text("No warrant, pursuit or crime is listed")
    expect(provision).to_be_hidden()
    reason.locator("summary").click()
    expect(provision).to_be_visible()
    expect(reason.get_by_text("Not yet reviewed by your legal adviser")).to_be_visible()
    expect(reason.get_by_text("verified: the operative text or the named source was read")).to_be_visible()
    picture(page, "case-reason")

    page.get_by_role("button", name="Español").click()
    expect(page.locator(".verdict-answer")).to_have_text("Negar el paso: no pueden entrar")
    expect(page.locator("blockquote.say")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=2, name="Por qué", exact=True)).to_be_visible()

    reason = page.locator("#why ~ details").first
    reason.locator("summary").click()
    reason.get_by_role("link").first.click()
    expect(page.locator(":target h2")).to_contain_text("VCCR 1(1)(j)")
    assert complaints == []


def press_until(page: Page, wanted: str, most: int = 40) -> None:
    """Press Tab until what has the focus says `wanted`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement.innerText")
        if said and re.search(wanted, said):
            return
    raise AssertionError(f"no Tab reached {wanted!r}")


def enter(page: Page) -> None:
    """Press Enter on what leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_asking_the_law_with_a_keyboard_only(example_server, open_context, picture):
    page = open_context().new_page()
    page.goto(example_server.link_for("reception"))
    press_until(page, "^Skip to the content$")
    page.keyboard.press("Enter")
    press_until(page, "^Sign in$")
    enter(page)
    press_until(page, "^Ask the law$")
    enter(page)
    press_until(page, "^Consulate · Ecuador in United States")
    enter(page)

    asked = []
    answers = {
        "Who wants to come in?": "^Police or another authority",
        "Which place do they want to enter?": "^Our offices",
        "Has anybody said yes?": "^Nobody",
        "Is there an emergency?": "^No\n",
    }
    while (question := page.get_by_role("heading", level=1).inner_text()) in answers:
        asked.append(question)
        left = page.get_by_role("status").inner_text()
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        press_until(page, answers[question], 5)
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        enter(page)
        expect(page.get_by_role("heading", level=1)).not_to_have_text(question)
    assert set(asked) == set(answers)
    assert left != "7 of 7 answers"
    expect(page.locator(".verdict-answer")).to_have_text("Refuse: they may not enter")
    expect(page.locator("blockquote.say")).to_contain_text("Please wait outside; I am calling now.")
    expect(page.get_by_text("1 of 7 answers")).to_be_visible()
    picture(page, "ask-end")

    bookmarked = page.url
    press_until(page, r"^Take back\s*: Is there an emergency")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is there an emergency?")
    press_until(page, "^I don't know")
    enter(page)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Is there an emergency?")
    page.goto(bookmarked)
    expect(page.locator(".verdict-answer")).to_have_text("Refuse: they may not enter")


@pytest.mark.long
def test_without_any_script(example_server, open_context):
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page, example_server.link_for("officer"))
    page.goto(f"{example_server.url}{ASK}")
    page.get_by_text("More answers").click()
    page.get_by_role("button", name="Forces or officials of another country").click()
    expect(page.locator(".verdict-answer")).to_have_text("The rule of entry does not address this; do not admit")


@pytest.mark.long
def test_the_legal_adviser_chooses_and_signs(example_server, open_context):
    page = open_context().new_page()
    sign_in(page, example_server.link_for("legal"))
    page.goto(f"{example_server.url}/law/")
    point = page.get_by_role("region", name="Is a device that crosses the line an entry?")
    for choice in ("Yes", "Leave it open"):
        point.get_by_role("radio", name=re.compile(f"^{choice}")).check()
        point.get_by_role("button", name=re.compile("^Choose")).click()
        expect(page).to_have_url(re.compile("#position-device-crossing$"))
        expect(point.get_by_role("radio", name=re.compile(f"^{choice}"))).to_be_checked()
    page.goto(f"{example_server.url}/law/packs/us-cuba-1926/")
    for tick in page.locator("[name=read]").all():
        tick.check()
    page.get_by_role("button", name="Sign what is ticked").first.click()
    expect(page.locator(".notice").first).to_contain_text("Reviewed by Legal adviser on")


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "width", "locale"), [("light", 1280, "en"), ("dark", 320, "es")])
def test_nobody_is_shut_out_of_the_law(example_server, open_context, check_accessible, picture, scheme, width, locale):
    wishes = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "bypass_csp": True, "locale": locale}
    page = open_context(**wishes).new_page()
    sign_in(page, example_server.link_for("legal"))
    for name, where in PAGES.items():
        page.goto(f"{example_server.url}{where}")
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
        check_accessible(page)
        assert not scrolls_sideways(page), name
        picture(page, f"{name}-{locale}-{scheme}-{width}")


@pytest.mark.long
def test_the_law_at_twice_the_size(example_server, open_context):
    page = open_context(viewport={"width": 640, "height": 400}, device_scale_factor=2).new_page()
    sign_in(page, example_server.link_for("press"))
    for name, where in PAGES.items():
        page.goto(f"{example_server.url}{where}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
        assert not scrolls_sideways(page), name


@pytest.mark.long
def test_what_a_finger_must_hit_to_answer_is_large_enough(example_server, open_context):
    page = open_context(viewport={"width": 360, "height": 740}, has_touch=True).new_page()
    sign_in(page, example_server.link_for("reception"))
    page.goto(f"{example_server.url}{ASK}")
    heights = page.locator("button.answer, summary").evaluate_all(
        "all => all.map(it => it.getBoundingClientRect().height)"
    )
    assert len(heights) > 3
    assert min(heights) >= 44
