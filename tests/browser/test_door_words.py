"""The words on the tablet: spoken by its own voice alone, told to staff in theirs, and true of each alarm."""

import json

import pytest
from playwright.sync_api import expect
from tests.browser.test_door import enrolled, server, signed_in  # noqa: F401
from tests.browser.test_door_consent import stand_down_all
from tests.browser.test_door_help import ARRIVED, orders

pytestmark = pytest.mark.long

FIRST = "I am not authorised to let anyone in"
#: Gives the page voices of its own, and writes down what is spoken and by which of them.
VOICES = """(voices) => {
    window.heard = [];
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    const speak = ({ text, voice }) => window.heard.push([text, voice.name]);
    const synthesis = { getVoices: () => voices, speak, cancel: () => undefined };
    Object.defineProperty(window, "speechSynthesis", { value: synthesis });
}"""
HERS = {"name": "here", "lang": "en-US", "localService": True}
REMOTE = {"name": "far away", "lang": "en-US", "localService": False}
OTHER = {"name": "another language", "lang": "es-EC", "localService": True}


def with_voices(page, *voices: dict) -> None:
    page.add_init_script(f"({VOICES})({json.dumps(voices)})")
    page.reload()
    expect(page.locator("#touch")).to_be_visible()


@pytest.fixture
def calm(enrolled, signed_in, server):  # noqa: F811
    """Enrols a tablet at a post where no alarm stands open; the duty officer."""
    duty = signed_in("duty-officer")

    def enrol(**wishes):
        tablet, _head = enrolled(**wishes)
        stand_down_all(duty, server.url)
        return tablet, duty

    return enrol


def test_only_a_voice_of_the_tablet_itself_speaks_the_sentence_on_the_screen(calm):
    """A remote voice would tell a company what is said here."""
    tablet, _duty = calm(locale="es-EC")
    with_voices(tablet, REMOTE, OTHER, HERS)
    tablet.locator("#touch").click()
    tablet.locator("#speak").click()
    assert tablet.evaluate("window.heard") == [[tablet.locator("#sentence").inner_text(), "here"]]
    tablet.locator("#more").click()
    tablet.get_by_role("button", name="Agentes que ya están dentro").click()
    tablet.locator("#speak").click()
    said, by = tablet.evaluate("window.heard[1]")
    assert (said, by) == ("You are inside a consular post without consent. Please leave now.", "here")


def test_without_such_a_voice_nothing_is_spoken(calm):
    tablet, _duty = calm()
    with_voices(tablet, REMOTE, OTHER)
    tablet.locator("#touch").click()
    expect(tablet.locator("#sentence")).to_contain_text(FIRST)
    assert tablet.locator("#speak").count() == 0
    assert tablet.evaluate("window.heard") == []


def test_staff_read_in_their_language_what_the_officer_reads_in_theirs(calm, picture):
    tablet, _duty = calm(locale="es-EC")
    expect(tablet.locator("#status")).to_have_text("Conectada con la sede central")
    assert tablet.locator("#clock").inner_text().count(":") == 1
    tablet.locator("#touch").click()
    expect(tablet.locator("#sentence")).to_contain_text(FIRST)
    expect(tablet.locator(".gloss")).to_contain_text("No tengo autorización para dejar entrar a nadie")
    picture(tablet, "door-gloss")
    tablet.get_by_role("button", name="English").click()
    expect(tablet.locator(".gloss")).to_have_count(0)


def test_the_clock_has_24_hours_in_every_language(calm):
    tablet, _duty = calm()
    tablet.clock.set_fixed_time("2026-01-27T14:39:00")
    expect(tablet.locator("#clock")).to_have_text("14:39")


def test_as_long_as_the_law_s_answer_is_open_the_first_words_stay_and_the_number_is_there(calm, picture):
    tablet, _duty = calm()
    tablet.locator("#touch").click()
    tablet.locator("#more").click()
    expect(tablet.locator(".note")).to_have_text("Each of these also raises an alarm at headquarters.")
    tablet.get_by_role("button", name="Police or other officials").click()
    expect(tablet.locator(".group h2")).to_be_visible()
    expect(tablet.locator("#sentence")).to_contain_text(FIRST)
    assert any("Call the head of post" in one and "+1 202 555 0100" in one for one in orders(tablet))
    expect(tablet.locator("#orders a")).to_have_attribute("href", "tel:+12025550100")
    picture(tablet, "door-open")


def test_every_open_alarm_has_its_line_and_green_is_for_when_all_is_over(calm, server, picture):  # noqa: F811
    tablet, duty = calm()
    tablet.locator("#touch").click()
    tablet.locator("#more").click()
    tablet.get_by_role("button", name="Somebody is ill or injured").click()
    expect(tablet.locator("#status p").filter(has_text="Alarm received at")).to_have_count(2)
    duty.goto(f"{server.url}/alarms/")
    duty.get_by_role("link", name="Attempted entry").first.click()
    duty.get_by_role("button", name="I have it").first.press("Enter")
    line = tablet.locator("#status p").filter(has_text="attempted entry")
    expect(line).to_contain_text("duty officer"), "although another was pressed since"
    duty.locator("#end-why").fill("they left")
    duty.locator("#end-why").press("Enter")
    expect(line).to_contain_text("Stood down")
    expect(tablet.locator("#status p").filter(has_text="medical")).not_to_contain_text("Stood down")
    expect(tablet.locator("#status")).to_have_attribute("data-tone", "care")
    picture(tablet, "door-alarms")
    stand_down_all(duty, server.url)
    expect(tablet.locator("#status")).to_have_attribute("data-tone", "good")
    expect(tablet.locator("#status p").filter(has_text="medical")).to_contain_text("Stood down")


def test_more_precisely_what_was_pressed_is_no_second_alarm_and_another_danger_is(calm):
    tablet, _duty = calm()
    tablet.locator("#touch").click()
    for tile in ("Officials with a paper", "Officials already inside"):
        tablet.get_by_role("button", name="What is at the door").click()
        tablet.get_by_role("button", name=tile).click()
    with tablet.expect_response(lambda answer: '\\"tell\\"' in (answer.request.post_data or "")) as said:
        pass
    assert [one["danger"] for one in said.value.json()["alarms"] if "ended" not in one] == ["attempted_entry"]
    tablet.get_by_role("button", name="What is at the door").click()
    with tablet.expect_response(lambda answer: '\\"fire\\"' in (answer.request.post_data or "")):
        tablet.get_by_role("button", name="Fire or another disaster").click()
    expect(tablet.locator("#status p").filter(has_text="fire")).to_have_count(1)


def test_several_things_were_said_and_it_is_over_has_a_place_of_its_own(calm, server, picture):  # noqa: F811
    tablet, duty = calm()
    tablet.locator("#touch").click()
    tablet.locator("#more").click()
    tablet.get_by_role("button", name="What happened").click()
    for one in ("“Open”", "A threat"):
        tablet.get_by_role("button", name=one, exact=True).click()
    for one in ("“Open”", "A threat"):
        expect(tablet.locator("[aria-pressed=true]").filter(has_text=one)).to_have_count(1)
    assert tablet.locator(".group").last.inner_text().split("\n")[-1] == "They have gone: it is over here"
    tablet.get_by_role("button", name="One more: Taken away from inside").click()
    picture(tablet, "door-log")
    duty.goto(f"{server.url}/alarms/")
    duty.get_by_role("link", name="Attempted entry").first.click()
    duty.locator("main a[href^='/incidents/']").first.click()
    duty.goto(f"{duty.url}facts/")
    duty.wait_for_function(ARRIVED, arg="Taken away from inside")
