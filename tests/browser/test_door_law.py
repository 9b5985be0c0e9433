"""The law through the built page: every way through the questions, clicked, is what the engine says (scenario 5)."""

import pytest
from playwright.sync_api import expect
from tests.browser.test_door import FIRST_FRAME, SENTENCE, enrolled, server, signed_in  # noqa: F401
from tests.law.test_advice import assessed

from inviolable.door.pack import FIRE, ILL
from inviolable.law.words import texts

pytestmark = pytest.mark.long

POST = "a career post"
#: What a tile takes for known (door-ui/src/help.ts); nobody has consented.
TILES = {
    "Police or other officials": {"actor": "officer"},
    "Officials with a paper": {"actor": "officer"},
    "An operation in the street": {"zone": "outside"},
    "Private persons who force their way in or stay": {"actor": "private"},
}
#: What these take for known besides: nobody in a fire answers questions.
CREW = {"actor": "officer", "zone": "work", "prompt": "yes", "crew": "yes", "refused": "no"}
CALLED = {
    "Fire or another disaster": {**CREW, "emergency": "fire"},
    "Somebody is ill or injured": {**CREW, "emergency": "medical"},
}
#: Of these the law asks nothing more.
SETTLED = {"An operation in the street", "Private persons who force their way in or stay"}
#: What the page shows, and the buttons that answer its question.
SHOWN = """() => ({
    orders: [...document.querySelectorAll("#orders li")].map((one) => one.firstChild.textContent),
    result: document.querySelector("#result")?.innerText ?? "",
    question: document.querySelector(".group h2")?.innerText ?? "",
    sentence: document.querySelector("#sentence").innerText,
})"""
#: Begin at a tile and give these answers.
FOLLOW = """([tile, answers]) => {
    const press = (where, text) => [...document.querySelectorAll(where)].find((one) => one.innerText === text).click();
    document.querySelector("#words")?.click();
    document.querySelector("#more").click();
    press(".tile", tile);
    for (const answer of answers) press(".choices button", answer);
}"""
WORDS = texts("en")


def expected(known: dict) -> dict:
    assessment = assessed(POST, {**known, "consent_by": "none"})
    entry = assessment.entry()
    order = list(assessment.law.words.facts)
    asked = [fact for fact in assessment.deciding("entry") if fact not in known] if entry["answer"] == "open" else []
    fact = min(asked, key=order.index, default="")
    return {
        "orders": entry["do"],
        "result": "" if fact else WORDS["results"][entry["answer"]],
        "question": WORDS["facts"][fact]["question"] if fact else "",
        "sentence": assessment.say("refuse" if entry["answer"] == "open" else entry["answer"])["host"],
        "fact": fact,
    }


@pytest.mark.parametrize("tile", TILES)
def test_every_way_through_the_questions_is_what_the_engine_says(enrolled, tile):  # noqa: F811
    tablet, _head = enrolled()
    tablet.locator("#touch").click()
    tablet.locator("#more").click()
    vocabulary = assessed(POST).law.words.facts
    waiting, ways = [(TILES[tile], [])], 0
    while waiting:
        known, answers = waiting.pop()
        tablet.evaluate(FOLLOW, [tile, answers])
        shown, wanted = tablet.evaluate(SHOWN), expected(known)
        fact = wanted.pop("fact")
        assert shown == wanted, (tile, answers)
        assert "Admit, within the consent" not in shown["result"]
        ways += 1
        if fact:
            for value in vocabulary[fact].door or vocabulary[fact].values:
                waiting.append(({**known, fact: value}, [*answers, WORDS["facts"][fact]["answers"][value]]))
    assert (ways == 1) is (tile in SETTLED)


@pytest.mark.parametrize("slower", [1, 6])
def test_scenario_1_the_words_are_there_in_the_first_frame_on_a_slow_processor_too(enrolled, slower):  # noqa: F811
    tablet, _head = enrolled()
    tablet.context.new_cdp_session(tablet).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    assert tablet.evaluate(FIRST_FRAME).startswith(SENTENCE)


@pytest.mark.parametrize("tile", CALLED)
def test_of_a_crew_that_was_called_the_tablet_says_what_the_paper_pack_says(enrolled, tile):  # noqa: F811
    """Both take the same for known (door/pack.py); the tablet adds only whom to call."""
    tablet, _head = enrolled()
    tablet.locator("#touch").click()
    tablet.locator("#more").click()
    tablet.evaluate(FOLLOW, [tile, []])
    shown, wanted = tablet.evaluate(SHOWN), expected(CALLED[tile])
    assert [one for one in shown["orders"] if one in wanted["orders"]] == wanted["orders"]
    assert (shown["result"], shown["question"], shown["sentence"]) == (wanted["result"], "", wanted["sentence"])
    assert CALLED[tile] == {name: value for name, (value,) in pack_takes(tile).items()}


def pack_takes(tile: str) -> dict[str, tuple[str, ...]]:
    return {name: value for name, value in (FIRE if "Fire" in tile else ILL).items() if name != "consent_by"}


def test_hostile_6_a_fire_as_a_pretext_opens_the_door_to_a_crew_alone(enrolled):  # noqa: F811
    """Whoever did not come to deal with the fire stays outside; people go out in any case."""
    tablet, _head = enrolled()
    tablet.locator("#touch").click()
    tablet.locator("#more").click()
    tablet.evaluate(FOLLOW, ["Fire or another disaster", []])
    expect(tablet.locator("#orders li").first).to_contain_text("People out first")
    expect(tablet.locator("#orders")).to_contain_text("everybody else waits outside")
    tablet.get_by_role("button", name="They are officials, not a rescue crew").click()
    for text in ("our offices", "fire", "yes"):
        tablet.locator(".choices button").get_by_text(text, exact=True).click()
    while tablet.locator(".group").count():
        tablet.locator(".choices button").get_by_text("no", exact=True).click()
    expect(tablet.locator("#orders li").first).to_contain_text("People out first")
    expect(tablet.locator("#result")).not_to_contain_text("Admit the rescue crew")


def test_hostile_12_in_a_shared_lobby_nothing_is_over_claimed(enrolled):  # noqa: F811
    tablet, _head = enrolled()
    tablet.locator("#touch").click()
    tablet.locator("#more").click()
    tablet.evaluate(FOLLOW, ["Police or other officials", [WORDS["facts"]["zone"]["answers"]["shared"]]])
    while tablet.locator(".group").count():
        tablet.locator(".choices button").get_by_text("no", exact=True).click()
    expect(tablet.locator("#result")).to_have_text(WORDS["results"]["no_treaty_bar"])
    expect(tablet.locator("#sentence")).not_to_contain_text("not authorised")
