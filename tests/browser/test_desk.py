"""What whoever may consent, and whoever is on duty, read on the pages that one signs in for, on a small telephone."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_door import enrolled, server, signed_in  # noqa: F401

pytestmark = pytest.mark.long
PHONE = {"width": 360, "height": 640}


def in_spanish(page) -> None:
    """For good, as somebody who signs in: so what is read in English comes first."""
    page.get_by_role("button", name="Español").click()


def test_the_duty_officer_reads_that_it_is_duress_and_the_incident_says_who_was_counted(
    enrolled,  # noqa: F811
    signed_in,  # noqa: F811
    server,  # noqa: F811
    picture,
):
    tablet, head = enrolled()
    head.goto(f"{server.url}/codes/")
    for name, code in (("ordinary", "2580"), ("duress", "9146")):
        head.locator(f"[name={name}]").fill(code)
        head.locator(f"[name={name}_again]").fill(code)
    head.get_by_role("button", name="Keep these codes").click()
    picture(head, "desk-codes-kept")
    head.get_by_role("link", name="Back to consent").first.click()
    for name in ("whom", "zone", "purpose"):
        head.locator(f"[name={name}]").select_option(index=1)
    head.locator("[name=code]").fill("0001")
    head.get_by_role("button", name="I consent").click()
    expect(head.locator("#id_code_error")).to_have_text("This is not your code.")
    picture(head, "desk-wrong-code")
    head.locator("[name=code]").fill("9146")
    head.get_by_role("button", name="I consent").click()
    expect(head.get_by_text("Let in now")).to_be_visible()
    tablet.locator("#touch").click()
    tablet.get_by_role("button", name="What is at the door").click()
    tablet.get_by_role("button", name="Count people").click()
    for _one in range(3):
        tablet.get_by_role("button", name="One more: Adults", exact=True).click()
    tablet.get_by_role("button", name="What happened").click()
    tablet.get_by_role("button", name="Was threatened").click()
    duty = signed_in("duty-officer")
    duty.set_viewport_size(PHONE)
    for language in ("en", "es"):
        if language == "es":
            in_spanish(duty)
        duty.goto(f"{server.url}/alarms/")
        picture(duty, f"desk-duty-alarms-{language}")
        first = duty.locator("main article a").first
        expect(first).to_contain_text({"en": "UNDER DURESS", "es": "BAJO COACCIÓN"}[language])
        assert not scrolls_sideways(duty)
        first.click()
        picture(duty, f"desk-duress-{language}")
        assert not scrolls_sideways(duty)
        duty.locator("main a[href^='/incidents/']").first.click()
        picture(duty, f"desk-duress-incident-{language}")
        duty.goto(f"{server.url}/alarms/")
        named = {"en": "Attempted entry", "es": "Intento de ingreso"}[language]
        duty.get_by_role("link", name=named).first.click()
        picture(duty, f"desk-alarm-{language}")
        duty.locator("main a[href^='/incidents/']").first.click()
        incident = duty.url
        expect(duty.get_by_text({"en": "Adults inside", "es": "Adultos dentro"}[language]).first).to_be_visible()
        picture(duty, f"desk-incident-{language}")
        for tab in ("facts", "timeline"):
            duty.goto(f"{incident}{tab}/")
            assert not scrolls_sideways(duty), tab
            picture(duty, f"desk-{tab}-{language}")
        expect(duty.locator(".timeline")).not_to_contain_text(
            {"en": "Message on its way", "es": "Mensaje en camino"}[language]
        )


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_question_from_the_door_comes_to_the_start_page_by_itself_and_is_answered_within_one_screen(
    enrolled,  # noqa: F811
    signed_in,  # noqa: F811
    server,  # noqa: F811
    picture,
    language,
):
    tablet, head = enrolled()
    head.goto(f"{server.url}/")
    if language == "es":
        in_spanish(head)
    head.set_viewport_size(PHONE)
    tablet.locator("#touch").click()
    tablet.get_by_role("button", name="What is at the door").click()
    tablet.get_by_role("button", name="Fire or another disaster").click()
    tablet.get_by_role("button", name="May they come in?").click()
    for name in ("Fire brigade", "Waiting room", "Fire or disaster"):
        choice = tablet.get_by_role("button", name=name, exact=True)
        if choice.get_attribute("aria-pressed") == "false":
            choice.click()
    tablet.get_by_role("button", name="Ask whoever may consent").click()
    asked = head.locator("[data-live] a", has_text={"en": "may come in", "es": "se deja entrar"}[language])
    expect(asked).to_be_visible()
    picture(head, f"desk-home-{language}")
    asked.click()
    no = head.get_by_role("button", name={"en": "Say no", "es": "Decir que no"}[language])
    expect(no).to_be_in_viewport()
    assert not scrolls_sideways(head)
    picture(head, f"desk-consent-{language}")
    head.goto(f"{server.url}/alarms/")
    expect(head.locator("[data-live] a", has_text="(").first).to_be_visible()
    picture(head, f"desk-alarms-{language}")
    head.goto(f"{server.url}/posts/minneapolis/consent/#waiting")
    no.click()
    expect(no).to_have_count(0)
    picture(head, f"desk-consent-after-{language}")
    for page in ("/", "/codes/", "/posts/minneapolis/", "/posts/minneapolis/paper/"):
        head.goto(f"{server.url}{page}")
        assert not scrolls_sideways(head), page
        picture(head, f"desk{page.replace('/', '-')}{language}")
