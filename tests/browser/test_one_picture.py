"""Two people work on one incident at once, each in a browser of their own (scenario 15)."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.test_counsel import sign_in

INCIDENT = "/incidents/minneapolis-2026/"


@pytest.mark.long
def test_two_people_see_each_others_changes_without_reloading(example_server, open_context, picture):
    reads, writes = open_context().new_page(), open_context().new_page()
    sign_in(reads, example_server.link_for("minister_office"))
    sign_in(writes, example_server.link_for("duty_officer"))
    reads.goto(f"{example_server.url}{INCIDENT}")
    expect(reads.get_by_role("heading", name="Contested").first).to_be_visible()
    reads.get_by_role("link", name="Ask whoever filmed").or_(reads.get_by_role("link", name="Timeline")).first.focus()
    writes.goto(f"{example_server.url}{INCIDENT}tasks/assign/")
    writes.get_by_label("What is to be done?").fill("Ring the embassy at once")
    writes.get_by_role("button", name="Assign it").click()
    expect(reads.get_by_role("region", name="To be done")).to_contain_text("Ring the embassy at once")
    assert reads.evaluate("document.activeElement.tagName") == "A", "whoever stands on a link stays there"
    picture(reads, "one-picture")


@pytest.mark.long
def test_incidents_are_looked_for_with_a_keyboard_only(example_server, open_context):
    page = open_context().new_page()
    sign_in(page, example_server.link_for("legal"))
    page.goto(f"{example_server.url}/incidents/")
    page.get_by_label("Find").focus()
    page.keyboard.type("communiqué minneapolis")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name=re.compile("^Why")).focus()
    page.keyboard.type("the minister asks for it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 incident")
    expect(page.get_by_role("article").get_by_role("link", name="entry").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.path().read_bytes().startswith(b"PK")
