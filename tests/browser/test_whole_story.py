"""From the touch at the door to the note, the statement, the demand and the next time at a sister post.

Told through the pages alone, by people who sign in for the first time, in both languages.
"""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.test_counsel import sign_in
from tests.browser.test_door import enrolled, signed_in  # noqa: F401
from tests.browser.test_notes import fits
from tests.diplomacy.knock import STOPPED
from tests.server import Server, example

#: What the head of post says of it.
SAID = {key: STOPPED[key] for key in STOPPED if key not in ("disturbed", "nationals_present", "assault", "taken")}
#: Who facts are told to is not who confirms them.
PEOPLE = {
    "duty_officer": "duty_officer",
    "second": "duty_officer",
    "legal": "legal",
    "lawyer": "legal",
    "minister_office": "minister_office",
    "press": "press",
}
#: What is looked at with axe-core and at 200 per cent, once all of that has happened.
PAGES = {
    "legal": (
        "/",
        "/incidents/",
        "{incident}facts/",
        "{incident}law/",
        "{incident}exhibits/",
        "{incident}timeline/",
        "{incident}theirs/",
        "{incident}after/",
        "{incident}readership/",
        "{incident}notes/",
        "{note}",
        "{note}deliver/",
        "{incident}notes/demarche/",
        "{incident}replies/add/",
        "/demands/",
        "/searches/",
    ),
    "duty_officer": ("{incident}", "{incident}hand-out/", "{incident}close/", "/open-incident/"),
}
WORDS = {
    "en": {
        "alarm": "Attempted entry",
        "has": "I have it",
        "protest": "protest",
        "received": "received, and they say so",
        "before": "It may have happened before",
        "again": "It happened again: repetition",
    },
    "es": {
        "alarm": "Intento de ingreso",
        "has": "Me hago cargo",
        "protest": "protesta",
        "received": "recibida, y así lo dicen",
        "before": "Puede haber ocurrido antes",
        "again": "Volvió a ocurrir: repetición n.º",
    },
}

pytestmark = pytest.mark.long


@pytest.fixture
def server(tmp_path):
    """One for each telling: two alarms of one half-hour at one post would be one incident."""
    with Server(example(tmp_path / "var")) as server:
        yield server


class Desk:
    """The people of a ministry, each in a browser of their own, in one language."""

    def __init__(self, server, open_context, language):
        self.server, self.words = server, WORDS[language]
        self.pages = {}
        for person, role in PEOPLE.items():
            self.pages[person] = open_context(bypass_csp=True, locale=language).new_page()
            sign_in(self.pages[person], server.link_for(role))

    def at(self, person: str, address: str) -> Page:
        self.pages[person].goto(self.server.url + address)
        return self.pages[person]


@pytest.mark.parametrize("language", ["en", "es"])
def test_from_the_first_alarm_to_the_second_incident(
    server,
    enrolled,  # noqa: F811
    open_context,
    check_accessible,
    picture,
    language,
):
    tablet, _head = enrolled()
    desk = Desk(server, open_context, language)
    tablet.locator("#touch").click()
    expect(tablet.locator("#status")).to_contain_text("Alarm received")
    incident = taken_up(desk)
    told(desk, incident)
    note = drafted(desk, "legal", incident, "note_verbale")
    reviewed(desk, note, check_accessible, picture, language)
    released(desk, "legal", note)
    expect(desk.pages["legal"].locator("main")).to_contain_text(desk.words["protest"])
    delivered(desk, note)
    released(desk, "press", drafted(desk, "press", incident, "statement"))
    demands = desk.at("legal", f"{incident}demands/")
    expect(demands.locator("article, tbody tr").first).to_be_visible()
    check_accessible(demands)
    picture(demands, f"story-demands-{language}")
    once_more(desk, check_accessible, picture, language)
    if language == "es":  # Whose words are the longer ones.
        for person, pages in PAGES.items():
            for page in pages:
                shown = desk.at(person, page.format(incident=incident, note=note))
                assert shown.get_by_role("heading", level=1).is_visible(), page
                fits(shown, f"story{page.replace('/', '-')}", picture, check_accessible)


def taken_up(desk: Desk) -> str:
    """The duty officer answers the alarm and ends it; the address of its incident."""
    duty = desk.at("duty_officer", "/alarms/")
    duty.get_by_role("link", name=desk.words["alarm"]).first.click()
    duty.get_by_role("button", name=desk.words["has"]).first.press("Enter")
    duty.locator("#end-why").fill("they left")
    duty.locator("#end-why").press("Enter")
    duty.locator("main a[href^='/incidents/']").first.click()
    duty.wait_for_url("**/incidents/*/")
    return duty.url.removeprefix(desk.server.url)


def told(desk: Desk, incident: str) -> None:
    """One duty officer writes down what the head of post says, another confirms it."""
    for key, value in SAID.items():
        duty = desk.at("duty_officer", f"{incident}facts/claim/?part=1&key={key}")
        choice = duty.locator(f"[name=value][value={value}]")
        if choice.count():
            choice.check()
        else:
            duty.locator("[name=value]").fill(value)
        duty.locator("[name=voice]").fill("head-of-post")
        duty.locator("main form button.primary").click()
        duty.wait_for_url(re.compile("/facts/(?!claim)"))
    second = desk.at("second", f"{incident}facts/")
    for left in range(len(SAID), 0, -1):
        waiting = second.locator("main a[href*='/facts/confirm/']")
        expect(waiting).to_have_count(left)
        waiting.first.click()
        second.locator("[name=claims]").first.check()
        second.locator("main form button.primary").click()
        second.wait_for_url(re.compile("/facts/(?!confirm)"))


def reviewed(desk: Desk, note: str, check_accessible, picture, language: str) -> None:
    """From what stops the note straight to the law that it rests on: each provision is ticked, and signed."""
    legal = desk.at("legal", note)
    if legal.locator("#stops").count():
        legal.locator("#stops a[href$='/law/']").first.click()
        check_accessible(legal)
        picture(legal, f"story-law-{language}")
        for tick in legal.locator("[name=read]").all():
            tick.check()
        legal.locator("main form button.primary").click()
        legal.wait_for_url(f"**{note}")


def drafted(desk: Desk, writer: str, incident: str, form: str) -> str:
    """A first draft; its address."""
    page = desk.at(writer, f"{incident}notes/draft/")
    page.locator("[name=form]").select_option(form)
    page.locator("[name=place]").fill("Quito")
    page.locator("main form button.primary").click()
    page.wait_for_url(re.compile("/notes/[0-9a-f-]{36}/$"))
    return page.url.removeprefix(desk.server.url)


def released(desk: Desk, writer: str, note: str) -> None:
    """Approved and released by those who wrote none of it."""
    page = desk.at(writer, note)
    assert not page.locator("#stops").count(), page.locator("main").inner_text()
    page.locator("[name=do][value=submit]").click()
    for person in ("legal", "lawyer", "minister_office"):
        if person != writer:
            reads = desk.at(person, note)
            if reads.locator("[name=do][value=approve]").count():
                reads.locator("[name=do][value=approve]").click()
                reads.wait_for_load_state()
    desk.at("minister_office", note).locator("[name=do][value=release]").click()
    expect(desk.at(writer, note).locator("#delivery")).to_be_visible()


def delivered(desk: Desk, note: str) -> None:
    """Handed over at the embassy's desk: only their stamp makes it delivered."""
    legal = desk.at("legal", f"{note}deliver/")
    legal.locator("[name=way]").select_option("by_hand")
    legal.locator("[name=outcome]").select_option("handed_over")
    legal.locator("[name=to]").fill("the desk")
    legal.locator("[name=place]").fill("Quito")
    legal.locator("main form button.primary").click()
    legal.wait_for_url(f"**{note}")


def once_more(desk: Desk, check_accessible, picture, language: str) -> None:
    """The same at the consulate in Chicago: headquarters is told at once that it happened before."""
    second = desk.at("second", "/alarms/raise/")
    second.locator("[name=post]").select_option("chicago")
    second.locator("[name=danger][value=attempted_entry]").check()
    second.locator("main form button.primary").click()
    second.locator("main a[href^='/incidents/']").first.click()
    second.wait_for_url("**/incidents/*/")
    expect(second.get_by_role("heading", name=desk.words["before"])).to_be_visible()
    check_accessible(second)
    picture(second, f"story-before-{language}")
    second.locator("main a[href$='/demands/#before']").first.click()
    for one in second.locator("form[action$='/again/'] [name=chosen]").all():
        expect(one).not_to_be_checked()  # A person says of each that it was repeated.
        one.check()
    second.locator("form[action$='/again/'] button").first.click()
    expect(second.get_by_role("heading", name=desk.words["again"])).to_be_visible()
    picture(second, f"story-again-{language}")
