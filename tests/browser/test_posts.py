"""Posts in a real browser: whoever sits at the door reads who may consent."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import sign_in


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "width", "locale"), [("light", 1280, "en"), ("dark", 320, "es")])
def test_nobody_is_shut_out_of_posts(example_server, open_context, check_accessible, picture, scheme, width, locale):
    wishes = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}, "bypass_csp": True, "locale": locale}
    page = open_context(**wishes).new_page()
    sign_in(page, example_server.link_for("reception"))
    for name in ("posts", "posts/minneapolis", "posts/washington", "posts/ministry"):
        page.goto(f"{example_server.url}/{name}/")
        check_accessible(page)
        assert not scrolls_sideways(page), name
        picture(page, f"{name.replace('/', '-')}-{locale}-{scheme}-{width}")


@pytest.mark.long
def test_from_the_menu_to_who_may_consent_by_keyboard(example_server, open_context):
    page = open_context().new_page()
    sign_in(page, example_server.link_for("reception"))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Posts").press("Enter")
    page.get_by_role("link", name="EXAMPLE Consulate of Ecuador, Minneapolis").press("Enter")
    consent = page.get_by_role("region", name="Who may consent to entry now")
    expect(consent.get_by_role("listitem").first).to_contain_text("the head of post, Minneapolis")
    expect(page.get_by_role("region", name="What would fail")).to_contain_text("never printed")
