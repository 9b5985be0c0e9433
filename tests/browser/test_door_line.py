"""The tablet on a bad line: what is pressed and told arrives once, whatever gets lost (scenarios 2, 4 and 39)."""

import random

import pytest
from playwright.sync_api import expect
from tests.browser.test_door import enrolled, raised, server, signed_in  # noqa: F401

pytestmark = pytest.mark.long

#: Answers in whose absence a tablet asks again; bytes per second and milliseconds of a poor line in the country.
SLOW = {"offline": False, "latency": 700, "downloadThroughput": 256_000 / 8, "uploadThroughput": 256_000 / 8}


def test_with_a_line_that_loses_every_third_question_and_every_third_answer_each_thing_arrives_once(
    enrolled,  # noqa: F811
    signed_in,  # noqa: F811
    server,  # noqa: F811
):
    """Questions are lost on their way, answers on their way back: the server has done what the tablet says again."""
    tablet, _head = enrolled()
    duty = signed_in("duty-officer")
    before = raised(duty, server)
    chance = random.Random(4)  # noqa: S311
    lost = {"questions": 0, "answers": 0}

    def carry(route) -> None:
        luck = chance.random()
        if luck < 1 / 3:
            lost["questions"] += 1
            route.abort()
        elif luck < 2 / 3:
            lost["answers"] += 1
            route.fetch()
            route.abort()
        else:
            route.continue_()

    tablet.context.route("**/door/say", carry)
    tablet.locator("#touch").click()
    expect(tablet.locator("#status")).to_contain_text("Alarm received at")
    tablet.locator("#more").click()
    tablet.get_by_role("button", name="What happened").click()
    for one in ("A badge or card", "A threat", "Was threatened"):
        tablet.get_by_role("button", name=one, exact=True).click()
    assert lost["questions"]
    assert lost["answers"]
    assert raised(duty, server) == before + 1
    duty.get_by_role("link", name="Attempted entry").first.click()
    duty.locator("main a[href^='/incidents/']").first.click()
    duty.goto(f"{duty.url}facts/")
    duty.wait_for_function(THREE_ARE_THERE)
    tablet.wait_for_function(NOTHING_WAITS)
    duty.reload()
    assert duty.locator(".said li").filter(has_text="tablet at the door").count() == 3


#: Whether three claims from the tablet are on the page by now.
THREE_ARE_THERE = """() => fetch(location).then((it) => it.text())
    .then((it) => it.split("tablet at the door").length > 3)"""
#: Whether the tablet has said everything.
NOTHING_WAITS = """async () => {
    const base = await new Promise((done) => { const r = indexedDB.open("door"); r.onsuccess = () => done(r.result); });
    const all = await new Promise((done) => {
        const r = base.transaction("unheard").objectStore("unheard").count(); r.onsuccess = () => done(r.result); });
    base.close();
    return all === 0;
}"""


def test_a_poor_line_is_enough(enrolled, server):  # noqa: F811
    """256 kbit/s and 700 ms each way: the page comes, the words wait for nothing, the alarm is received."""
    tablet, _head = enrolled()
    line = tablet.context.new_cdp_session(tablet)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    tablet.reload()
    expect(tablet.locator("#touch")).to_be_visible()
    tablet.locator("#touch").click()
    expect(tablet.locator("#sentence")).to_contain_text("I am not authorised")
    expect(tablet.locator("#status")).to_contain_text("Alarm received at")


def test_the_page_weighs_less_than_200_kilobytes(server, open_context):  # noqa: F811
    page = open_context().new_page()
    weights = {}
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    page.goto(f"{server.url}/door/")
    expect(page.locator("#code")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")
    assert {one.rpartition("/")[2].partition("?")[0] for one in weights} >= {"door.js", "door.css"}
    assert sum(weights.values()) < 200_000
