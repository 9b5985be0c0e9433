"""The tablet for whoever has a hand free: law, consent, counts, what happened (scenarios 5-7, 10, 12-14, 36, 37)."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import scrolls_sideways
from tests.browser.test_door import enrolled, server, signed_in  # noqa: F401

pytestmark = pytest.mark.long
#: Whether a page says something by now.
ARRIVED = "(told) => fetch(location).then((it) => it.text()).then((it) => it.includes(told))"
INSIDE = "You are inside a consular post without consent. Please leave now."
#: The id of what is read from furthest away.
BIGGEST = """() => [...document.querySelectorAll("body *")].filter((one) => one.innerText && one.offsetParent)
    .map((one) => [parseFloat(getComputedStyle(one).fontSize), one.id])
    .sort((one, other) => other[0] - one[0])[0][1]"""


def orders(page) -> list[str]:
    return page.locator("#orders li").all_inner_texts()


def answer(page, *texts: str) -> None:
    for text in texts:
        page.locator(".choices button").filter(has_text=text).first.click()


@pytest.fixture
def tablet(enrolled):  # noqa: F811
    return enrolled()[0]


def test_scenario_5_no_paper_opens_the_door(tablet, picture):
    """And hostile 1, a judge's warrant and a polite agent: the same refusal, its article, and a copy of the paper."""
    tablet.locator("#touch").click()
    tablet.get_by_role("button", name="What is at the door").click()
    picture(tablet, "door-what")
    tablet.get_by_role("button", name="Officials with a paper").click()
    expect(tablet.locator(".note")).to_contain_text("No paper opens this door")
    answer(tablet, "our offices", "no")
    expect(tablet.locator("#result")).to_have_text("Refuse: they may not enter")
    expect(tablet.locator("#sentence")).to_contain_text("I am not authorised to let anyone in")
    tablet.get_by_text("Why", exact=True).click()
    expect(tablet.locator("details")).to_contain_text("VCCR 31(2)")
    expect(tablet.locator("details")).to_contain_text("not yet reviewed by your legal adviser")
    picture(tablet, "door-law")


def test_scenario_13_in_a_fire_the_people_come_first(tablet, signed_in, server, picture):  # noqa: F811
    tablet.get_by_role("button", name="Something else").click()
    tablet.get_by_role("button", name="Fire or another disaster").click()
    said = orders(tablet)
    assert "People out first" in said[0]
    assert "Call the fire brigade now" in said[1]
    assert said[2] == "Admit the rescue crew, for the protective action only", "what the paper pack says, too"
    assert any("archives" in one.lower() for one in said)
    assert tablet.locator(".group").count() == 0, "nobody in a fire is asked anything"
    expect(tablet.locator("#sentence")).to_contain_text("The rescue crew may come in")
    picture(tablet, "door-fire")
    tablet.locator("#words").click()
    assert tablet.locator("#commands").count() == 0, "nobody keeps their hands still in a fire"
    expect(tablet.locator("#status")).to_contain_text("Alarm received at")
    duty = signed_in("duty-officer")
    duty.goto(f"{server.url}/alarms/")
    expect(duty.get_by_role("link", name="Fire").first).to_be_visible()


def test_scenario_14_agents_in_the_street(tablet):
    tablet.get_by_role("button", name="Something else").click()
    tablet.get_by_role("button", name="An operation in the street").click()
    text = " ".join(orders(tablet))
    assert "Film from inside. Do not go out to intervene." in text
    assert "Let in those who seek shelter" in text


def test_scenario_10_twenty_three_people_are_counted_and_nothing_can_be_typed(tablet, signed_in, server, picture):  # noqa: F811
    tablet.locator("#touch").click()
    expect(tablet.locator("#status")).to_contain_text("Alarm received at")
    tablet.get_by_role("button", name="What is at the door").click()
    tablet.get_by_role("button", name="Count people").click()
    for name, many in (("Adults", 20), ("Children", 2), ("Children alone", 1), ("Unwell", 1)):
        for _one in range(many):
            tablet.get_by_role("button", name=f"One more: {name}", exact=True).click()
    assert tablet.locator("input, textarea, [contenteditable]").count() == 0
    picture(tablet, "door-count")
    duty = signed_in("duty-officer")
    duty.goto(f"{server.url}/alarms/")
    duty.get_by_role("link", name="Attempted entry").first.click()
    duty.locator("main a[href^='/incidents/']").first.click()
    facts = f"{duty.url}facts/"
    tablet.wait_for_function("() => document.querySelector('#status').innerText.includes('received')")
    tablet.get_by_role("button", name="What happened").click()
    tablet.get_by_role("button", name="Was threatened").click()
    expect(tablet.get_by_role("button", name="Was threatened")).to_have_attribute("aria-pressed", "true")
    for told in ("inside_adults", "inside_children_alone", "inside_unwell", "staff_threatened"):
        duty.goto(facts)
        duty.wait_for_function(
            "(told) => fetch(location).then((it) => it.text()).then((it) => it.includes(told))", arg=told
        )


def test_scenarios_6_7_and_12_consent_is_asked_given_and_ended_on_the_screen(enrolled, picture):  # noqa: F811
    """The ambulance comes in by the consent of the head of post, which is then taken back: the door knows at once."""
    tablet, head = enrolled()
    tablet.get_by_role("button", name="Something else").click()
    tablet.get_by_role("button", name="Somebody is ill or injured").click()
    assert "Help the person first" in orders(tablet)[0]
    assert not any("touch" in one or "photograph" in one for one in orders(tablet))
    expect(tablet.locator("#result")).not_to_contain_text("Refuse")
    expect(tablet.locator("#sentence")).to_contain_text("Please wait here at the door")
    picture(tablet, "door-ambulance")
    tablet.get_by_role("button", name="Ask for a yes to this crew").click()
    expect(tablet.locator("#ask")).to_be_disabled()
    tablet.get_by_role("button", name="Waiting room", exact=True).click()
    tablet.locator("#ask").click()
    expect(tablet.locator("#consents")).to_contain_text("WAITING FOR THE ANSWER: nobody enters")
    tablet.locator("#words").click()
    head.goto(head.url.replace("devices", "consent"))
    head.get_by_role("link", name="Answer yes").first.click()
    picture(head, "consent-page")
    head.get_by_role("button", name="I consent").press("Enter")
    expect(head.get_by_text("Consent: Head of post, until")).to_be_visible()
    expect(tablet.locator("#sentence")).to_contain_text("You may come in, as was agreed"), "on the words as well"
    tablet.get_by_role("button", name="What is at the door").click()
    expect(tablet.locator("#decisions .stands")).to_contain_text("YES: Ambulance crew, Waiting room, until")
    tablet.locator("#decisions .stands").click()
    said = tablet.locator("#sentence span").all_inner_texts()
    assert (said[0], said[1].partition(".")[0]) == ("Ambulance crew:", "You may come in, as was agreed")
    assert "Where: Waiting room." in said[2]
    assert "Agreed by: head of post." in said[2]
    assert tablet.evaluate(BIGGEST) == "sentence"
    picture(tablet, "door-consent")
    tablet.get_by_role("button", name="What is at the door").click()
    head.get_by_role("button", name="Withdraw this consent").first.press("Enter")
    expect(tablet.locator("#consents .ended")).to_contain_text("They must come out now")
    expect(tablet.locator("#decisions .ended")).to_contain_text("They must come out now")
    expect(tablet.locator("#sentence")).to_contain_text("Please come out now, together with whoever you are helping")
    assert tablet.evaluate(BIGGEST) == "sentence"
    picture(tablet, "door-consent-ended")


def test_no_answer_at_the_door_lets_anybody_in_without_a_consent(tablet):
    """Scenario 5, by clicking: every way through the questions, two answers deep, for officials with a paper."""
    tablet.locator("#touch").click()

    def start() -> None:
        tablet.get_by_role("button", name="What is at the door").click()
        tablet.get_by_role("button", name="Officials with a paper").click()

    start()
    results = set()
    first = tablet.locator(".choices button").all_inner_texts()
    for one in first:
        start()
        tablet.locator(".choices button").get_by_text(one, exact=True).click()
        second = tablet.locator(".choices button").all_inner_texts()
        results.add(tablet.locator("#result").inner_text() if not second else "")
        for other in second:
            start()
            tablet.locator(".choices button").get_by_text(one, exact=True).click()
            tablet.locator(".choices button").get_by_text(other, exact=True).click()
            if tablet.locator("#result").count():
                results.add(tablet.locator("#result").inner_text())
    assert "Refuse: they may not enter" in results
    assert not any("Admit, within" in one or "A treaty" in one for one in results)


def test_hostile_3_already_inside_and_the_line_is_cut(enrolled, signed_in, server, picture):  # noqa: F811
    tablet, _head = enrolled()
    tablet.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    expect(tablet.locator("#status")).not_to_have_attribute("data-tone", "bad")
    tablet.context.set_offline(True)
    tablet.reload()
    tablet.locator("#touch").click()
    tablet.get_by_role("button", name="What is at the door").click()
    tablet.get_by_role("button", name="Officials already inside").click()
    expect(tablet.locator("#sentence")).to_have_text(
        "You are inside a consular post without consent. Please leave now."
    )
    said = " ".join(orders(tablet))
    assert "Ask them to leave" in said
    assert "Call headquarters. Headquarters: +1 202 555 0100" in said
    for word in ("Close the door", "Refuse", "wait outside"):
        assert word not in tablet.locator("main").inner_text(), word
    assert tablet.locator(".group").count() == 0, "nobody is asked where they want to enter who are in"
    picture(tablet, "door-inside")
    tablet.locator("#words").click()
    expect(tablet.locator("#sentence")).to_contain_text("without consent")
    expect(tablet.locator("#commands")).not_to_contain_text("Close the door")
    expect(tablet.locator("#status")).to_contain_text("ALARM NOT RECEIVED YET")
    tablet.context.set_offline(False)
    expect(tablet.locator("#status")).to_contain_text("Alarm received at")
    duty = signed_in("duty-officer")
    duty.goto(f"{server.url}/alarms/")
    assert duty.get_by_role("link", name="Entry into the premises").count() == 0, "one alarm, told more precisely"
    duty.get_by_role("link", name="Attempted entry").first.click()
    duty.locator("main a[href^='/incidents/']").first.click()
    duty.goto(f"{duty.url}facts/")
    duty.wait_for_function(ARRIVED, arg="entered")


@pytest.mark.parametrize("locale", ["es-EC", "pt-BR", "fr-FR"])
def test_scenario_36_the_whole_path_is_in_their_language_and_the_sentence_in_the_host_s(enrolled, locale, picture):  # noqa: F811
    tablet, _head = enrolled(locale=locale)
    english = tablet.evaluate("() => document.documentElement.lang")
    assert english == locale[:2]
    tablet.locator("#touch").click()
    expect(tablet.locator("#sentence")).to_contain_text("This is a consular office")
    tablet.locator("#more").click()
    tablet.locator(".tile").first.click()
    expect(tablet.locator("#sentence")).to_have_attribute("lang", "en")
    assert "Until it is settled" not in tablet.locator("main").inner_text()
    picture(tablet, f"door-law-{locale}")


def test_nobody_is_shut_out(enrolled, check_accessible):  # noqa: F811
    """Scenario 35: nothing for axe-core to find, no sideways scrolling on a small telephone, a keyboard is enough."""
    tablet, _head = enrolled(viewport={"width": 360, "height": 640}, bypass_csp=True)
    tablet.locator("#touch").press("Enter")
    expect(tablet.locator("#sentence")).to_be_focused()
    tablet.locator("#more").press("Enter")
    for screen in ("what", "law", "count", "log", "consent", "visitors"):
        if screen == "law":
            tablet.locator(".tile").first.press("Enter")
        elif screen != "what":
            names = {
                "count": "Count people",
                "log": "What happened",
                "consent": "May they",
                "visitors": "For those inside",
            }
            tablet.get_by_role("button", name=names[screen]).press("Enter")
        expect(tablet.locator(f"[data-screen={screen}] h1")).to_be_focused()
        check_accessible(tablet)
        assert not scrolls_sideways(tablet), screen
