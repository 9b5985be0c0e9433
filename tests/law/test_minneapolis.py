"""The event of 27 January 2026 in Minneapolis, through the whole law, as known on two days."""

import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from inviolable.law.assess import Answer, assess, canonical
from inviolable.law.casefile import load_case
from inviolable.law.faults import Faulty
from inviolable.law.vocabulary import vocabulary

EXAMPLES = Path(__file__).parents[2] / "examples"
DAYS = {"28": "minneapolis-2026-01-28.toml", "29": "minneapolis-2026.toml"}


def answer(day: str, **facts: str) -> Answer:
    case = load_case(EXAMPLES / DAYS[day])
    changed = {**case.facts, **{name: (value,) for name, value in facts.items()}}
    return assess(type(case)(**{**vars(case), "facts": changed}))


def results(found: Answer) -> dict[str, Any]:
    return {finding["id"]: finding["result"] for finding in found["findings"]}


@pytest.mark.parametrize("day", DAYS)
def test_they_may_not_enter_under_any_reading(day: str) -> None:
    found = answer(day)
    assert found["entry"]["answer"] == "refuse"
    assert found["readings"]["same"] == "yes"
    assert found["readings"]["deciding"] == []
    assert "VCCR 31(2)" in found["entry"]["cites"]


@pytest.mark.parametrize("day", DAYS)
def test_an_attempt_stopped_at_the_door_is_pleaded_in_the_alternative(day: str) -> None:
    found = results(answer(day))
    assert found["vccr-31-2"] == "no_breach"
    assert {found[name] for name in ("vccr-31-3", "vccr-28", "vccr-36-1-a")} == {"arguable"}


@pytest.mark.parametrize("day", DAYS)
def test_article_40_waits_for_the_status_of_the_person_threatened(day: str) -> None:
    forty = next(finding for finding in answer(day)["findings"] if finding["id"] == "vccr-40")
    assert forty["result"] == "open"
    assert [reason["fact"] for reason in forty["because_of"]] == ["person", "person_local"]
    assert results(answer(day, person="officer", person_local="no"))["vccr-40"] == "arguable"
    assert results(answer(day, person="employee"))["vccr-40"] == "not_engaged"


def test_attribution_was_open_on_the_28th_and_settled_by_ice_on_the_29th() -> None:
    assert results(answer("28"))["arsiwa-4"] == "open"
    assert results(answer("29"))["arsiwa-4"] == "engaged"


def test_the_two_files_differ_only_in_what_attributes_the_act() -> None:
    one, other = (tomllib.loads((EXAMPLES / name).read_text()) for name in DAYS.values())
    differing = {
        name
        for name in one["facts"].keys() | other["facts"].keys()
        if one["facts"].get(name) != other["facts"].get(name)
    }
    assert differing == {"body", "in_capacity"}
    assert one["post"] == other["post"]


@pytest.mark.parametrize("day", DAYS)
def test_number_of_officers_pursuit_marking_and_knowledge_never_decide(day: str) -> None:
    plain = {key: value for key, value in answer(day).items() if key != "readings"}
    for officers, pursuit, signage, knowledge in product(
        ("one", "several"), ("yes", "no"), ("clear", "none"), ("yes", "no")
    ):
        changed = answer(day, officers=officers, pursuit=pursuit, signage=signage, knowledge=knowledge)
        assert {key: value for key, value in changed.items() if key != "readings"} == plain


@pytest.mark.parametrize("day", DAYS)
def test_no_compulsory_forum_is_found_and_the_older_conventions_are_to_be_checked(day: str) -> None:
    found = answer(day)
    courts = {forum["id"]: forum for forum in found["forums"]}
    for name in ("icj-vccr-op", "icj-bogota", "icj-optional-clause"):
        assert courts[name]["result"] == "not_available"
    assert courts["icj-optional-clause"]["tag"] == "M"
    older = {row["instrument"] for row in found["regime"] if row["standing"] == "to_be_checked"}
    assert {"us-ecuador-1839", "havana-1928"} <= older


@pytest.mark.parametrize("day", DAYS)
def test_non_repetition_comes_first_among_the_demands(day: str) -> None:
    remedies = answer(day)["remedies"]
    assert (remedies[0]["id"], remedies[0]["result"]) == ("arsiwa-30-b", "yes")


@pytest.mark.parametrize("day", DAYS)
def test_orders_and_words_are_never_missing(day: str) -> None:
    found = answer(day)
    assert found["entry"]["do"]
    assert "not authorised to let anyone in" in found["say"]["host"]
    assert found["say"]["staff"]
    assert found["reviewed"] == []


def test_a_finding_carries_the_weakest_tag_it_used() -> None:
    found = {finding["id"]: finding["tag"] for finding in answer("29")["findings"]}
    assert found["vccr-31-4"] == "V~"  # the rule is V; that Ecuador is a party is V~
    assert found["vccr-31-3"] == "A"
    assert found["arsiwa-14"] == "M"


def test_the_next_question_is_about_the_person_who_was_threatened() -> None:
    assert answer("29")["next_question"]["fact"] == "person"


@pytest.mark.long
def test_every_change_named_does_change_the_answer_and_no_part_of_it_does() -> None:
    changes = answer("29")["would_change_if"]
    assert {"facts": {"actor": "private"}, "answer": "not_governed"} in changes
    assert {
        "facts": {"consent_by": "head", "consent_state": "standing", "consent_scope": "within"},
        "answer": "admit_by_consent",
    } in changes
    for change in changes:
        assert answer("29", **change["facts"])["entry"]["answer"] == change["answer"]
        for fact in change["facts"]:
            part = {name: value for name, value in change["facts"].items() if name != fact}
            assert answer("29", **part)["entry"]["answer"] in ("refuse", "open")


def test_the_answer_is_the_same_bytes_every_time() -> None:
    assert canonical(answer("29")) == canonical(answer("29"))


def test_what_the_treaty_data_settle_is_contested_by_a_case_that_says_otherwise() -> None:
    found = answer("29", notice_mandatory="yes", national_detained="yes", told_rights="yes", asked_notice="no")
    notice = next(finding for finding in found["findings"] if finding["id"] == "vccr-36-1-b")
    assert {"fact": "notice_mandatory", "state": "contested", "values": ["yes", "no"]} in notice["because_of"]


def test_ten_contested_facts_are_weighed_without_trying_every_combination() -> None:
    case = load_case(EXAMPLES / DAYS["29"])
    values = {name: fact.values for name, fact in vocabulary().facts.items()}
    idle = ("bag", "person", "testimony", "vital", "minor", "misuse", "correspondence", "waived", "opposed", "signage")
    facts = {**case.facts, **{name: values[name][:2] for name in idle}, "zone": ("work", "shared")}
    readings = assess(type(case)(**{**vars(case), "facts": facts}))["readings"]
    assert readings["deciding"] == ["zone"]
    assert readings["adverse"]["answer"] == "no_treaty_bar"
    assert readings["count"] == 2 ** len({name for name, found in facts.items() if len(found) > 1})


def test_an_interval_across_a_change_of_the_law_is_refused() -> None:
    case = load_case(EXAMPLES / DAYS["29"])
    long = type(case)(**{**vars(case), "occurred": ("1960-01-01", "2026-01-27"), "as_of": ""})
    with pytest.raises(Faulty, match="the law changed between 1960-01-01 and 2026-01-27"):
        assess(long)
