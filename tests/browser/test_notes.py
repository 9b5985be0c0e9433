"""Notes in a real browser: drafted on the example, read with their blanks, in both languages, at 200 per cent."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import sign_in

NOTES = "/incidents/minneapolis-2026/notes/"
WORDS = {
    "en": {
        "draft": "Draft a note",
        "do": "Draft it",
        "place": "Place",
        "edit": "Edit the paragraphs",
        "check": "Check it",
    },
    "es": {
        "draft": "Redactar una nota",
        "do": "Redactarla",
        "place": "Lugar",
        "edit": "Editar los párrafos",
        "check": "Revisarlo",
    },
}

pytestmark = pytest.mark.long


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_note_is_drafted_and_read_with_its_blanks(example_server, open_context, picture, check_accessible, language):
    words = WORDS[language]
    page = open_context(bypass_csp=True, locale=language).new_page()
    sign_in(page, example_server.link_for("legal"))
    page.goto(example_server.url + NOTES)
    page.get_by_role("link", name=words["draft"]).click()
    fits(page, f"note-draft-{language}", picture, check_accessible)
    page.get_by_label(words["place"], exact=False).first.fill("Quito")
    page.get_by_role("button", name=words["do"]).click()
    expect(page.locator("mark.blank").first).to_be_visible()
    expect(page.locator("#stops")).to_be_visible()
    fits(page, f"note-{language}", picture, check_accessible)
    note = page.url
    longest_tag_wraps(page)
    page.get_by_role("link", name=words["edit"]).click()
    fits(page, f"note-edit-{language}", picture, check_accessible)
    page.goto(f"{note}back/")
    fits(page, f"note-back-{language}", picture, check_accessible)
    page.goto(example_server.url + NOTES)
    fits(page, f"notes-{language}", picture, check_accessible)
    page.goto(f"{example_server.url}{NOTES}check/")
    page.locator("textarea").fill("The agents entered the embassy and violated Ecuadorian soil.")
    page.get_by_role("button", name=words["check"]).click()
    expect(page.locator(".notice-stop")).to_be_visible()
    fits(page, f"note-check-{language}", picture, check_accessible)


def longest_tag_wraps(page: Page) -> None:
    """What became of a delivery is told in a tag of some words, which fits a narrow screen (WCAG 1.4.10)."""
    wide = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 568})
    said = "handed over; nothing came back from them yet"
    said = f"<li><strong>in person</strong> <span class='tag tag-care'>{said}</span></li>"
    page.locator("ol.steps").last.evaluate("(list, said) => { list.insertAdjacentHTML('beforeend', said) }", said)
    assert not scrolls_sideways(page)
    page.set_viewport_size(wide)


def fits(page: Page, name: str, picture, check_accessible) -> None:
    """Whoever sees badly reads it too: nothing for axe-core to find, and nothing to scroll for at 200 per cent."""
    picture(page, name)
    check_accessible(page)
    wide = page.viewport_size
    page.set_viewport_size({"width": 550, "height": 425})
    assert not scrolls_sideways(page)
    page.set_viewport_size(wide)
