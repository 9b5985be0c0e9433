"""Demands in a real browser, in the worked example: a note went out, a reply came, and it happened again."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_counsel import sign_in
from tests.server import Server, environment, example

FIRST, SECOND = "/incidents/minneapolis-2026/", "/incidents/chicago-again/"
#: What the release of a note and its delivery record, thirty-four days ago, and a second incident of this morning.
BEFORE = """
import django; django.setup()
from datetime import UTC, datetime, timedelta
from django.db import transaction
from tests.diplomacy.demands.conftest import COUNSELLOR, NUMBER, WORDS, deliver, release
from inviolable.diplomacy.demands.reminders import remind
from inviolable.incidents.actions import open_at_post
from inviolable.incidents.desk import at_desk
from inviolable.posts.models import Post
now = datetime.now(UTC)
out = now - timedelta(days=34)
with transaction.atomic():
    release(at_desk("minneapolis-2026", COUNSELLOR, out), "note-1", NUMBER, *WORDS)
deliver("minneapolis-2026", "note-1", out)
remind(now - timedelta(days=1))
words = {"en": "Attempted entry, Chicago", "es": "Intento de entrada, Chicago"}
place = Post.objects.get(slug="chicago")
open_at_post(place, words["en"], words, actor=COUNSELLOR, now=now, reference="chicago-again", status="exercise")
"""


@pytest.fixture(scope="module")
def went_out(tmp_path_factory):
    """A server of its own, in whose home all that has happened."""
    home = example(tmp_path_factory.mktemp("demands") / "var")
    told = environment(home, {"DJANGO_SETTINGS_MODULE": "inviolable.web.settings"})
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", BEFORE], env=told, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with Server(home) as server:
        yield server


@pytest.mark.long
def test_from_a_reply_to_the_next_incident_at_a_sister_post(went_out, open_context, picture, check_accessible):
    page = open_context(bypass_csp=True).new_page()
    sign_in(page, went_out.link_for("duty_officer"))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Demands").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    check_accessible(page)
    picture(page, "demands-by-age")
    page.get_by_role("link", name="Explanation").click()
    check_accessible(page)
    picture(page, "demands")

    page.get_by_role("link", name="Record a reply").click()
    page.get_by_role("button", name="Seal and record it").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was recorded yet")
    check_accessible(page)
    page.get_by_label("From whom?").fill("the embassy")
    page.get_by_label("When did it come?").fill(f"{datetime.now(UTC) - timedelta(days=5):%Y-%m-%dT10:00}")
    page.get_by_label("Its text").fill(
        "The facts are under review. The Government assures that it will not happen again."
    )
    page.get_by_role("button", name="Seal and record it").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("Reply of the embassy")
    page.get_by_text("Say what it does: 1", exact=False).first.click()
    first = page.locator("#sentence-1")
    first.get_by_label("Which demand?").select_option(label="Explanation")
    first.get_by_label("What does it do with it?").select_option("evades")
    first.get_by_role("button", name="Link it").click()
    expect(page.locator("#sentence-1 .tag")).to_have_text("Explanation: passes it over")
    page.locator("#sentence-2 summary").click()
    check_accessible(page)
    picture(page, "demands-reply")
    page.locator("#sentence-2").get_by_role("button", name="Mark it as an assurance of theirs").click()
    expect(page.locator("#sentence-2 .tag")).to_have_text("assurance")

    page.goto(f"{went_out.url}{SECOND}")
    expect(page.get_by_role("heading", name="It may have happened before")).to_be_visible()
    check_accessible(page)
    picture(page, "demands-before")
    page.get_by_role("link", name="Say what it repeats").click()
    check_accessible(page)
    picture(page, "demands-repeats")
    for one in page.locator("[name=chosen]").all():
        one.check()
    page.get_by_role("button", name="Confirm that it happened again").click()
    expect(page.get_by_role("heading", name="It happened again: repetition 1")).to_be_visible()
    page.get_by_text("Firmer wording on offer").first.click()
    check_accessible(page)
    picture(page, "demands-again")
    page.goto(f"{went_out.url}{FIRST}demands/")
    expect(page.get_by_text("It happened again 1 time:").first).to_be_visible()


@pytest.mark.long
def test_the_pages_fit_a_narrow_screen_and_speak_spanish(went_out, open_context, picture):
    page = open_context(locale="es-EC", viewport={"width": 550, "height": 900}).new_page()
    sign_in(page, went_out.link_for("legal"))
    for name, address in {"every": "/demands/", "one": f"{FIRST}demands/", "again": f"{SECOND}demands/"}.items():
        page.goto(went_out.url + address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert not scrolls_sideways(page), address
        picture(page, f"demands-es-{name}")
