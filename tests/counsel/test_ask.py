"""Ask the law: every question matters, every answer can be taken back, and the end is what `assess` says."""

import random
import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from tests.counsel.conftest import signed_law, words_of

from inviolable.counsel.inquiry import PROFILE, UNKNOWN, Inquiry, Misasked, read_inquiry, state_of
from inviolable.counsel.record import Decided
from inviolable.law.assess import Assessment, assess
from inviolable.law.casefile import POST_CLASSES, load_case
from inviolable.law.questions import Questions, prior
from inviolable.law.vocabulary import vocabulary
from inviolable.law.words import texts

NOTHING = Decided({}, (), ())
POST = {
    "sending": "EC", "receiving": "US", "class": "consulate", "day": "2026-01-27", "host": "en",
    "head": "career", "status": "open",
}  # fmt: skip
TO_REFUSAL = {"actor": "officer", "zone": "work", "consent_by": "none", "emergency": "none"}


def address(**answers: str) -> str:
    return "/ask/?" + urlencode(POST | answers)


def answered(**answers: str) -> Inquiry:
    return read_inquiry((POST | answers).items())


# ---- the words of an address --------------------------------------------------------------------


def test_no_fact_can_be_mistaken_for_something_else_in_an_address():
    facts = vocabulary().facts
    assert not facts.keys() & set(PROFILE)
    assert not any(UNKNOWN in fact.values for fact in facts.values())


def test_an_address_is_the_same_for_the_same_inquiry():
    inquiry = answered(actor="officer", zone=UNKNOWN)
    assert read_inquiry(parse_qsl(inquiry.query)) == inquiry


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sending": ""}, "sending"),
        ({"sending": "XX"}, "sending"),
        ({"receiving": "EC"}, "receiving"),
        ({"class": "palace"}, "class"),
        ({"day": "yesterday"}, "day"),
        ({"day": ""}, "day"),
        ({"day": "20260127"}, "day"),
        ({"day": "2026-W05-2"}, "day"),
        ({"host": "tlh"}, "host"),
        ({"instrument": "vccr"}, "sending"),
        ({"instrument": "magna-carta"}, "sending"),
        ({"actor": "wizard"}, "actor"),
        ({"colour": "red"}, "colour"),
        ({"pursuit": "perhaps"}, "pursuit"),
    ],
)
def test_an_address_that_no_page_writes_begins_again_and_says_why(reader, change, field):
    with pytest.raises(Misasked) as fault:
        read_inquiry((POST | change).items())
    assert fault.value.field == field
    page = reader().get("/ask/?" + urlencode(POST | change))
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()


def test_an_answer_given_twice_is_refused(reader):
    assert reader().get(address(actor="officer") + "&actor=private").status_code == 422


def test_what_comes_back_in_a_fault_cannot_be_a_script(reader):
    page = reader().get(address() + "&x=" + "%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script" not in page


def test_answers_that_cannot_go_together_are_refused_in_words(reader):
    page = reader().get(address(attempted="no", entered="yes"))
    assert page.status_code == 422
    assert "cannot go together" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "text"), [("positions.toml", 'closed-post = "perhaps"\n'), ("packs/own.md", "no law file\n")]
)
def test_a_broken_file_of_the_home_is_not_the_askers_fault(reader, home, name, text):
    (home / name).parent.mkdir(exist_ok=True)
    (home / name).write_text(text, encoding="utf-8")
    page = reader().get(address(actor="officer"))
    assert page.status_code == 500
    assert "cannot go together" not in page.content.decode()
    assert f"<code>{Path(name).name}" in page.content.decode()
    assert str(home) not in page.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "1900-02-28", "1963-04-24", "9999-12-31"])
def test_any_day_can_be_asked_about(reader, day):
    assert reader().get("/ask/?" + urlencode(POST | {"day": day})).status_code == 200


def test_a_state_that_had_ended_is_refused_in_words(reader):
    page = reader().get("/ask/?" + urlencode(POST | {"sending": "SUHH"}))
    assert page.status_code == 422
    assert "SUHH ended on 1991-12-25" in page.content.decode()


def test_an_honorary_consulate_cannot_have_a_career_head(reader):
    assert reader().get("/ask/?" + urlencode(POST | {"class": "honorary-consulate"})).status_code == 422


# ---- the start ----------------------------------------------------------------------------------


def test_the_start_offers_the_post_of_an_incident_once_and_today(reader, tell):
    tell()
    tell("minneapolis-2026-01-28", "minneapolis-2026-01-28")
    page = reader().get("/ask/").content.decode()
    [link] = re.findall(r'href="/ask/\?([^"]+)"', page)
    today = re.search(r'name="day" required value="(\d{4}-\d\d-\d\d)"', page)[1]
    assert dict(parse_qsl(unescape(link))) == POST | {"day": today}


@pytest.mark.parametrize("post_class", POST_CLASSES)
def test_every_class_of_post_can_be_asked_about(reader, post_class):
    wish = {name: value for name, value in POST.items() if name != "head"} | {"class": post_class}
    assert reader().get("/ask/?" + urlencode(wish)).status_code == 200


def test_a_hypothetical_instrument_can_be_asked_about(reader):
    wish = {name: POST[name] for name in ("class", "day", "head", "status")} | {"instrument": "us-china-1980"}
    fire = wish | TO_REFUSAL | {"emergency": "fire", "prompt": "yes", "crew": "yes", "refused": "no"}
    page = reader().get("/ask/?" + urlencode(fire)).content.decode()
    assert '<p class="verdict-answer">People first; nobody enters before' in page


# ---- the questions ------------------------------------------------------------------------------


def test_the_first_question_is_the_optimal_one():
    inquiry = answered()
    state = state_of(inquiry, NOTHING, "en")
    assessment = Assessment(inquiry.case(), {})
    fresh = Questions(assessment.compiled.graphs, vocabulary(), prior())
    assert state.question.fact == fresh.next(assessment.results_graph("entry"))
    assert state.left == len(state.possibilities) > 1


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_answered_only_what_matters_is_asked_and_the_end_is_what_assess_says(reader, tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311
    client = reader()
    query, asked, left = urlencode(POST), [], 99
    while True:
        inquiry = read_inquiry(parse_qsl(query))
        state = state_of(inquiry, NOTHING, "en")
        page = client.get("/ask/?" + query)
        assert page.status_code == 200
        assert state.left <= left
        left = state.left
        if state.question is None:
            break
        fact = state.question.fact
        assessment = Assessment(inquiry.case(), {})
        planner = Questions(assessment.compiled.graphs, vocabulary(), prior())
        assert planner.matters(assessment.results_graph("entry"), fact)
        assert fact not in asked
        asked.append(fact)
        choices = [choice.value for choice in (*state.question.choices, *state.question.more)] + [UNKNOWN]
        given = chance.choice(choices)
        assert f'name="{fact}" value="{given}"' in page.content.decode()
        query += f"&{fact}={given}"
    case_file = client.get("/ask/case.toml?" + query)
    assert case_file.headers["Content-Disposition"] == 'attachment; filename="ask.toml"'
    path = tmp_path / "ask.toml"
    path.write_bytes(case_file.content)
    answer = assess(load_case(path))
    said = words_of(page.content.decode())
    assert texts("en")["results"][answer["entry"]["answer"]] in said
    for step in (*answer["entry"]["do"], answer["say"]["host"]):
        assert step in said
    assert (len(answer["entry"]["possible"]) == 1) == state.settled


def test_what_an_answer_would_settle_is_what_it_settles():
    state = state_of(answered(actor="officer"), NOTHING, "en")
    for choice in (*state.question.choices, *state.question.more):
        after = state_of(answered(actor="officer", **{state.question.fact: choice.value}), NOTHING, "en")
        assert after.left == choice.leaves
        assert bool(choice.settles) == after.settled == (after.question is None)


def test_only_what_somebody_at_a_door_can_say_is_offered_first():
    state = state_of(answered(actor="officer"), NOTHING, "en")
    assert state.question.fact == "zone"
    assert [choice.value for choice in state.question.choices] == list(vocabulary().facts["zone"].door)
    assert {choice.value for choice in (*state.question.choices, *state.question.more)} == set(
        vocabulary().facts["zone"].values
    )


def test_answers_grow_more_certain_and_what_is_excluded_stays_on_the_page(reader):
    client = reader()
    start = client.get(address()).content.decode()
    assert "excluded" not in words_of(start)
    later = words_of(client.get(address(actor="officer", zone="work")).content.decode())
    assert "No treaty bars entry here; local law and the archives still do excluded" in later
    end = words_of(client.get(address(**TO_REFUSAL)).content.decode())
    assert "1 of 7 answers" in end
    assert end.count("excluded") == 6


def test_one_who_knows_nothing_is_told_to_admit_nobody(reader):
    query = dict(parse_qsl(answered().query))
    while (state := state_of(read_inquiry(query.items()), NOTHING, "en")).question:
        query[state.question.fact] = UNKNOWN
    assert not state.settled
    said = words_of(reader().get("/ask/?" + urlencode(query)).content.decode())
    assert "Not settled by what is known" in said
    assert "Until it is settled, do not admit." in said


def test_every_answer_can_be_taken_back(reader):
    page = reader().get(address(**TO_REFUSAL)).content.decode()
    links = [unescape(link) for link in re.findall(r'<a href="/ask/\?([^"]+)">Take back', page)]
    given = POST.keys() - {"sending", "receiving", "class", "day", "host"} | TO_REFUSAL.keys()
    taken_back = {name for link in links for name in (POST | TO_REFUSAL).keys() - dict(parse_qsl(link)).keys()}
    assert taken_back == given
    back = unescape(re.search(r'href="/ask/\?([^"]+)">Back<', page)[1])
    assert dict(parse_qsl(back)) == {name: value for name, value in (POST | TO_REFUSAL).items() if name != "emergency"}


def test_the_ministrys_position_settles_what_was_disputed():
    emergency = TO_REFUSAL | {"emergency": "fire", "prompt": "yes", "crew": "yes", "refused": "yes"}
    inquiry = answered(**emergency)
    case = inquiry.case()
    assert assess(case)["entry"]["answer"] == "disputed"
    taken = Decided({"express-refusal": "binds"}, (), ())
    state = state_of(inquiry, taken, "en")
    assert [row.words for row in state.possibilities if row.possible] == [
        texts("en")["results"][assess(case, taken.positions)["entry"]["answer"]]
    ]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_sentence_for_the_officer_stays_in_the_host_language(reader, language):
    page = reader(language=language).get(address(**TO_REFUSAL)).content.decode()
    assert '<blockquote class="say" lang="en">This is a consular office.' in page


def test_every_screen_says_that_nobody_reviewed_the_law_until_somebody_has(reader, home, tell):
    tell()
    client = reader()
    screens = [address(), address(actor="officer"), address(**TO_REFUSAL)]
    screens += ["/incidents/", "/incidents/minneapolis-2026/", "/incidents/minneapolis-2026/law/"]
    for screen in screens:
        assert "Not yet reviewed by your legal adviser" in words_of(client.get(screen).content.decode()), screen
    for pack in ("vccr", "arsiwa"):
        signed_law(home, pack, date(2026, 1, 29))
    for screen in screens:
        assert "ot yet reviewed" not in words_of(client.get(screen).content.decode()), screen


def test_a_case_file_of_nonsense_is_not_found(reader):
    assert reader().get("/ask/case.toml?actor=wizard").status_code == 404
