"""What to do and to say: never nothing, life first, and the right person to call."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.law.test_exactness import case_of

from inviolable.law.assess import LIFE_FIRST, Answer, assess
from inviolable.law.law import law_of
from inviolable.law.words import texts

LAWS = ("vccr", "vcdr", "custom", "custom-mission")


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, dict[str, tuple[str, ...]]]:
    """A law, and some of the facts at the door."""
    base = draw(st.sampled_from(LAWS))
    law = law_of(base, "arsiwa")
    known = draw(st.lists(st.sampled_from(law.cone("entry")), unique=True))
    return base, {fact: (draw(st.sampled_from(law.domain(fact))),) for fact in known}


def answer_to(base: str, facts: Any, host_language: str = "en") -> Answer:
    case = case_of((base,), facts, {})
    return assess(type(case)(**{**vars(case), "host_language": host_language}))


@pytest.mark.long
@settings(max_examples=5, deadline=None)
@given(cases())
def test_there_is_always_something_to_do_and_to_say(found: Any) -> None:
    answer = answer_to(*found)
    assert answer["entry"]["do"]
    waits = texts("en")["do"]["wait-for-facts"] in answer["entry"]["do"]
    assert waits == (answer["entry"]["answer"] == "open")
    assert answer["say"]["host"]
    assert answer["say"]["staff"]


@settings(max_examples=5, deadline=None)
@given(cases(), st.sampled_from(sorted(LIFE_FIRST)))
def test_in_an_emergency_people_come_first_wherever_and_whoever_it_is(found: Any, emergency: str) -> None:
    base, facts = found
    answer = answer_to(base, {**facts, "emergency": (emergency,)})
    assert answer["entry"]["do"][0] == texts("en")["do"][LIFE_FIRST[emergency]]


@settings(max_examples=5, deadline=None)
@given(cases())
def test_a_rescue_crew_is_never_sent_away_where_nothing_bars_it(found: Any) -> None:
    base, facts = found
    answer = answer_to(
        base, {**facts, "emergency": ("fire",), "prompt": ("yes",), "crew": ("yes",), "zone": ("shared",)}
    )
    assert answer["entry"]["answer"] in ("admit_protective_action_only", "not_governed", "open")
    assert "no_treaty_bar" not in answer["entry"]["possible"]


@settings(max_examples=5, deadline=None)
@given(cases())
def test_unknown_facts_never_admit(found: Any) -> None:
    base, facts = found
    without = {fact: value for fact, value in facts.items() if fact not in ("consent_by", "emergency")}
    assert not answer_to(base, without)["entry"]["answer"].startswith("admit")


@settings(max_examples=5, deadline=None)
@given(cases())
def test_at_a_mission_nobody_is_told_to_call_a_head_of_post(found: Any) -> None:
    base, facts = found
    if base in ("vcdr", "custom-mission"):
        answer = answer_to(base, facts)
        words = [*answer["entry"]["do"], *answer["say"]["staff"], answer["say"]["host"]]
        assert "head of post" not in " ".join(words)


@pytest.mark.long
def test_where_nobody_wrote_the_sentence_it_is_said_in_english_and_says_so() -> None:
    say = answer_to("vccr", {}, "zh")["say"]
    assert (say["host_language"], say["host"]) == ("en", answer_to("vccr", {})["say"]["host"])
