"""Every piece that pages are built from, on one sheet, under the product's own style and base."""

from pathlib import Path

import pytest
from django.template import engines
from tests.browser.conftest import scrolls_sideways

from inviolable.posts.models import User

SHEET = Path(__file__).parent / "templates/specimen.html"


def sheet() -> str:
    template = engines["django"].from_string(SHEET.read_text("utf-8"))
    menu = [
        {"address": "/a", "words": "The case", "here": True},
        {"address": "/b", "words": "Ask the law", "here": False},
    ]
    trail = [("Home", "/"), ("The case", "/a"), ("Assessment", "")]
    names = [("es", "Español"), ("en", "English")]
    user = User(name="Ana", role="legal")
    return template.render(
        {"trail": trail, "menu": menu, "language_names": names, "user": user, "example": True, "version": "0"}
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_pieces_are_legible_for_everybody(example_server, open_context, check_accessible, picture, scheme, width):
    context = open_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.route("**/specimen", lambda route: route.fulfill(body=sheet(), content_type="text/html; charset=utf-8"))
    page.goto(f"{example_server.url}/specimen")
    check_accessible(page)
    assert not scrolls_sideways(page)
    picture(page, f"specimen-{scheme}-{width}")


def test_what_a_finger_must_hit_is_large_enough(example_server, open_context):
    page = open_context(viewport={"width": 360, "height": 740}, has_touch=True).new_page()
    page.route("**/specimen", lambda route: route.fulfill(body=sheet(), content_type="text/html; charset=utf-8"))
    page.goto(f"{example_server.url}/specimen")
    targets = page.locator("button, .button, .choice, summary")
    heights = targets.evaluate_all("all => all.map(it => [it.innerText, it.getBoundingClientRect().height])")
    assert heights
    assert [name for name, height in heights if height < 44] == []


def test_on_paper_only_the_answer_is_printed(example_server, open_context):
    page = open_context().new_page()
    page.route("**/specimen", lambda route: route.fulfill(body=sheet(), content_type="text/html; charset=utf-8"))
    page.goto(f"{example_server.url}/specimen")
    page.emulate_media(media="print")
    for hidden in ("nav.menu", ".who", ".actions"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".verdict-answer").first.is_visible()
    assert page.get_by_role("note").is_visible()
