"""Sources are brought and worked through in a real browser: by keyboard, without a script, in both languages."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import sign_in

from inviolable.sources import records

SOURCES = "/incidents/minneapolis-2026/sources/"
PRESS = sorted((Path(__file__).parents[1] / "data/press").glob("*/*.json"))
EXAMPLES = Path(records.__file__).parent / "examples"
WAITING = "[data-open]"


def paste(page: Page, url: str, account: str, language: str, published: str = "2026-01-28") -> None:
    """Bring an account as its words."""
    page.goto(f"{url}{SOURCES}paste/")
    words = (EXAMPLES / account).read_text("utf-8")
    page.get_by_label("Text", exact=False).first.fill(f"{words}\n{published}")  # These words alone are here already.
    page.get_by_label("Publisher").fill(account)
    page.get_by_label("Language").fill(language)
    page.get_by_label("Published").fill(published)
    page.get_by_role("button", name="Seal and record it").click()
    expect(page.get_by_role("heading", name="What it says")).to_be_visible()


def focused(page: Page) -> str:
    """What is in focus, once the page has put the focus somewhere."""
    there = page.locator("[data-open]:focus, [data-key=n]:focus")
    there.wait_for()
    return there.inner_text()


def test_a_source_is_worked_through_by_one_key_each(example_server, open_context, picture, check_accessible):
    page = open_context(bypass_csp=True).new_page()
    sign_in(page, example_server.link_for("officer"))
    paste(page, example_server.url, "account.en.txt", "en")
    picture(page, "source")
    check_accessible(page)
    page.goto(f"{page.url}#claims")
    page.reload()
    before = page.locator(WAITING).count()
    assert before > 10
    first = focused(page)
    page.keyboard.press("j")
    second = focused(page)
    assert first != second
    assert page.locator("mark.here").inner_text() in second
    page.keyboard.press("k")
    assert focused(page) == first
    page.keyboard.press("a")
    expect(page.locator(WAITING)).to_have_count(before - 1)
    expect(page.locator(".claim-confirmed")).to_have_count(1)
    assert focused(page) == second, "it goes on with the next"
    page.keyboard.press("r")
    expect(page.locator(WAITING)).to_have_count(before - 2)
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Correct what it says")).to_be_visible()
    page.get_by_label("What does it say?").fill("corrected by hand")
    page.get_by_role("button", name="Correct it").click()
    expect(page.locator(".claim-confirmed")).to_have_count(2)
    page.get_by_role("link", name="Record what it says").focus()
    page.keyboard.press("a")
    expect(page.locator(".claim-confirmed")).to_have_count(2), "outside a claim no key decides anything"
    assert not scrolls_sideways(page)


@pytest.mark.long
def test_without_a_script_the_buttons_do_the_same(example_server, open_context):
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page, example_server.link_for("officer"))
    paste(page, example_server.url, "bulletin.es.txt", "es", "2026-01-27")
    before = page.locator(WAITING).count()
    page.get_by_role("button", name="Accept").first.click()
    expect(page.locator(WAITING)).to_have_count(before - 1)
    page.get_by_role("button", name="Reject").nth(2).click()
    expect(page.locator(WAITING)).to_have_count(before - 2)


@pytest.mark.long
def test_the_pages_fit_a_telephone_and_can_be_read_with_a_screen_reader(example_server, open_context, check_accessible):
    page = open_context(bypass_csp=True, viewport={"width": 390, "height": 800}).new_page()
    sign_in(page, example_server.link_for("officer"))
    for address in ("", "add/", "paste/", "import/", "table/"):
        page.goto(f"{example_server.url}{SOURCES}{address}")
        check_accessible(page)
        assert not scrolls_sideways(page), address


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "es"])
def test_forty_sources_are_worked_through_by_keyboard(language, example_server, open_context, tmp_path, picture):
    """Each claim accepted or rejected by a key, and the next source by another; no mouse, and nothing left over."""
    page = open_context(locale=language).new_page()
    sign_in(page, example_server.link_for("duty_officer"))
    press = [one for one in records.load(PRESS) if one.claims][:40]
    forty = [replace(one, id=f"{language}-{one.id}", claims=one.claims[:2]) for one in press]
    files = [tmp_path / f"{number}.json" for number in range(len(forty))]
    for file, record in zip(files, forty, strict=True):
        file.write_text(records.to_json([record]), "utf-8")
    page.goto(f"{example_server.url}{SOURCES}import/")
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator("[data-joined]")).to_contain_text("40")
    page.locator("button.primary").click()
    expect(page.locator("table.sources tbody tr").nth(39)).to_be_visible()
    picture(page, f"sources-{language}")
    waiting = page.locator("tbody tr:has(.tag-care) th a")
    links = [one.get_attribute("href") for one in waiting.all()][-40:]
    page.goto(f"{example_server.url}{links[0]}#claims")
    for number, link in enumerate(links):
        assert page.url.partition("#")[0].partition("?")[0].endswith(link)
        while left := page.locator(WAITING).count():
            assert focused(page)
            page.keyboard.press("r" if left == 1 else "a")
            expect(page.locator(WAITING)).to_have_count(left - 1)
        assert focused(page)
        if number < 39:
            page.keyboard.press("n")
            page.wait_for_url(f"**{links[number + 1]}#claims")
    page.goto(f"{example_server.url}{SOURCES}")
    expect(waiting.filter(has_text=f"{links[-1].split('/')[-2]} ·")).to_have_count(0)


def test_the_matrix_of_the_press_says_first_what_to_find_out(
    example_server, open_context, tmp_path, picture, check_accessible
):
    """The fifty-six records of Minneapolis: whoever opens the page can answer from its top what must be found out."""
    page = open_context(bypass_csp=True).new_page()
    sign_in(page, example_server.link_for("officer"))
    file = tmp_path / "press.json"
    press = [one for one in records.load(PRESS) if "2026" in one.published]
    file.write_text(records.to_json([replace(one, id=f"m-{one.id}") for one in press]), "utf-8")
    page.goto(f"{example_server.url}{SOURCES}import/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("input[name=confirmed]").check()
    page.locator("button.primary").click()
    page.get_by_role("link", name="Who says what, and what it matters to the law").click()
    first = page.get_by_role("region", name="What to find out first")
    expect(first.get_by_role("listitem").first).to_contain_text("Who could answer")
    assert first.bounding_box()["y"] < page.viewport_size["height"]
    expect(page.get_by_role("region", name="May they enter?")).to_contain_text("Whichever account is right")
    picture(page, "accounts-press")
    check_accessible(page)
    assert not scrolls_sideways(page)
    page.locator(".matrix td > p > a[href*=claim]").first.click()
    expect(page.locator(".claim:target")).to_be_visible()
