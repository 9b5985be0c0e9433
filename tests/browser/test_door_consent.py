"""A yes at the tablet is one for exactly those people, in this event, and whoever stands there sees it (6, 7)."""

import pytest
from playwright.sync_api import expect
from tests.browser.test_counsel import sign_in
from tests.browser.test_door import enrolled, server, signed_in  # noqa: F401
from tests.browser.test_door_help import BIGGEST, answer

pytestmark = pytest.mark.long

SCOPE = "Does that yes cover these people, this place and this purpose?"


def let_in(page, whom: str, zone: str = "public", purpose: str = "protect") -> None:
    """Somebody who may says yes, on the page of consent."""
    for name, value in (("whom", whom), ("zone", zone), ("purpose", purpose), ("minutes", "60")):
        page.locator(f"select[name={name}]").select_option(value)
    page.get_by_role("button", name="I consent").press("Enter")
    page.wait_for_load_state()


def stand_down_all(duty, url: str) -> None:
    duty.goto(f"{url}/alarms/")
    while (link := duty.locator(".case-row h3 a").filter(has_text="Minneapolis")).count():
        link.first.click()
        duty.locator("#end-why").fill("they left")
        duty.locator("#end-why").press("Enter")
        expect(duty.locator("#end-why")).to_have_count(0)
        duty.goto(f"{url}/alarms/")


@pytest.fixture
def people(enrolled, signed_in, server):  # noqa: F811
    """A tablet with an alarm, the head of post at the page of consent, and the duty officer."""
    tablet, head = enrolled()
    head.goto(f"{server.url}/posts/minneapolis/consent/")
    duty = signed_in("duty-officer")
    stand_down_all(duty, server.url)
    tablet.locator("#touch").click()
    expect(tablet.locator("#status")).to_contain_text("Alarm received at")
    yield tablet, head, duty
    while (yes := head.get_by_role("button", name="Withdraw this consent")).count():
        yes.first.press("Enter")
        head.wait_for_load_state()


def at_the_door(tablet, tile: str) -> None:
    tablet.get_by_role("button", name="What is at the door").click()
    tablet.get_by_role("button", name=tile).click()


def test_a_yes_to_police_who_were_called_lets_no_other_officials_in(people, picture):
    tablet, head, _duty = people
    let_in(head, "police")
    expect(tablet.locator("#decisions .stands")).to_contain_text("YES: Police whom we called, Waiting room, until")
    at_the_door(tablet, "Police or other officials")
    shown = tablet.locator("#yeses")
    for word in ("Police whom we called", "Waiting room", "Protect from violence", "YES until", "head of post"):
        expect(shown).to_contain_text(word)
    expect(shown).to_contain_text("nobody else comes in by it")
    picture(tablet, "door-yes-to-others")
    answer(tablet, "our waiting room", "no")
    assert SCOPE not in tablet.locator("main").inner_text()
    expect(tablet.locator("#result")).to_have_text("Refuse: they may not enter")
    expect(tablet.locator("#sentence")).to_contain_text("I am not authorised to let anyone in")


def test_a_yes_to_these_officials_is_named_where_it_is_asked_about(people, picture):
    tablet, head, _duty = people
    let_in(head, "officials", purpose="talk")
    expect(tablet.locator("#decisions .stands")).to_be_visible()
    at_the_door(tablet, "Police or other officials")
    answer(tablet, "our waiting room")
    expect(tablet.locator(".group h2")).to_have_text(SCOPE)
    expect(tablet.locator(".group .about")).to_contain_text("The officials at the door, Waiting room, Talk")
    picture(tablet, "door-yes-asked")
    tablet.locator(".choices button").first.click()
    expect(tablet.locator("#sentence")).to_contain_text("The officials at the door:")
    expect(tablet.locator("#sentence")).to_contain_text("You may come in, as was agreed")
    tablet.get_by_role("button", name="Correct the last answer").click()
    expect(tablet.locator(".group h2")).to_have_text(SCOPE), "one step back"
    tablet.get_by_role("button", name="Correct the last answer").click()
    answer(tablet, "our offices", "no")
    expect(tablet.locator("#result")).to_have_text("Refuse: they may not enter"), "it was for another room"


def test_whoever_is_inside_by_a_yes_is_not_told_that_there_is_none(people):
    tablet, head, _duty = people
    let_in(head, "officials", zone="work", purpose="talk")
    expect(tablet.locator("#decisions .stands")).to_be_visible()
    at_the_door(tablet, "Officials already inside")
    expect(tablet.locator(".group .about")).to_contain_text("The officials at the door, Offices, Talk")
    expect(tablet.locator("#sentence")).to_contain_text("Please wait here")
    answer(tablet, "no, they want more")
    expect(tablet.locator("#sentence")).to_contain_text("without consent")
    tablet.get_by_role("button", name="Correct the last answer").click()
    answer(tablet, "yes")
    expect(tablet.locator("#sentence")).to_contain_text("as was agreed")


def test_a_yes_of_an_alarm_that_was_stood_down_lets_nobody_in_who_comes_later(people, server, picture):  # noqa: F811
    tablet, head, duty = people
    let_in(head, "officials", purpose="talk")
    expect(tablet.locator("#decisions .stands")).to_be_visible()
    stand_down_all(duty, server.url)
    expect(tablet.locator("#status")).to_contain_text("Stood down at")
    tablet.get_by_role("button", name="Back to the beginning").click()
    tablet.locator("#touch").click()
    expect(tablet.locator("#status")).to_contain_text("Alarm received at")
    expect(tablet.locator("#decisions .stands")).to_have_count(0)
    at_the_door(tablet, "Police or other officials")
    expect(tablet.locator("#yeses")).to_contain_text("The officials at the door, Waiting room, Talk")
    expect(tablet.locator("#yeses")).to_contain_text("Of an earlier alarm")
    answer(tablet, "our waiting room", "no")
    expect(tablet.locator("#result")).to_have_text("Refuse: they may not enter")
    tablet.get_by_role("button", name="May they come in?").click()
    expect(tablet.locator(".past").first).to_contain_text("Of an earlier alarm")
    expect(tablet.locator("#sentence")).to_contain_text("I am not authorised to let anyone in")
    picture(tablet, "door-earlier")


def test_a_no_and_a_yes_to_the_same_people_stand_side_by_side(people, server, open_context, picture):  # noqa: F811
    """The head of post says no, the head of mission yes: the no first, each with its role, and nobody comes in."""
    tablet, head, _duty = people
    tablet.get_by_role("button", name="What is at the door").click()
    tablet.get_by_role("button", name="May they come in?").click()
    expect(tablet.locator("#ask")).to_be_disabled()
    assert tablet.locator(".choices [aria-pressed=true]").count() == 0
    for name in ("Ambulance crew", "Waiting room", "Help somebody ill or injured"):
        expect(tablet.locator("#ask")).to_be_disabled()
        tablet.get_by_role("button", name=name, exact=True).click()
    tablet.locator("#ask").click()
    expect(tablet.locator("#consents .asked")).to_contain_text("WAITING FOR THE ANSWER")
    tablet.locator("#words").click()
    head.reload()
    head.get_by_role("button", name="Say no").first.press("Enter")
    expect(tablet.locator("#decisions .refused")).to_contain_text("NO: Ambulance crew, Waiting room (head of post,")
    mission = open_context().new_page()
    told = ("--role", "officer", "--person", "washington-head")
    sign_in(mission, server.run("user", "add", "mission", *told).splitlines()[-1])
    mission.goto(f"{server.url}/posts/minneapolis/consent/")
    let_in(mission, "ambulance", purpose="rescue")
    expect(tablet.locator("#decisions .clash")).to_contain_text("head of mission")
    assert [one.partition(":")[0] for one in tablet.locator("#decisions button").all_inner_texts()] == ["NO", "YES"]
    tablet.locator("#decisions .clash").click()
    assert [one.partition(" ")[0] for one in tablet.locator("#consents li").all_inner_texts()] == ["NO:", "YES"]
    expect(tablet.locator("#consents .clash")).to_contain_text("Nobody enters")
    expect(tablet.locator("#sentence")).not_to_contain_text("You may come in")
    picture(tablet, "door-clash")


def test_what_is_over_hides_nothing_and_the_decision_is_the_biggest_text(people, picture):
    tablet, head, _duty = people
    for _again in range(3):
        let_in(head, "fire_brigade", purpose="fire")
        head.get_by_role("button", name="Withdraw this consent").first.press("Enter")
        head.wait_for_load_state()
    expect(tablet.locator("#decisions .ended")).to_have_count(1)
    tablet.locator("#decisions .ended").click()
    expect(tablet.locator("#consents li")).to_have_count(1)
    expect(tablet.locator("#sentence")).to_contain_text("Fire brigade:")
    expect(tablet.locator("#sentence")).to_contain_text("Please come out now, together with whoever you are helping")
    assert tablet.evaluate(BIGGEST) in ("sentence", "")
    ask, over = (tablet.locator(name).bounding_box()["y"] for name in ("#ask", "#over"))
    assert ask < over
    let_in(head, "police")
    (
        expect(tablet.locator("#sentence")).to_contain_text("Police whom we called:"),
        "the newest decision, without a touch",
    )
    tablet.get_by_role("button", name="Show them the words").click()
    expect(tablet.locator("#sentence")).to_contain_text("Fire brigade:")
    picture(tablet, "door-over")
