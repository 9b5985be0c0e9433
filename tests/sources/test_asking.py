"""What to find out: what no source speaks of, what sources tell in part, and what nothing in them touches."""

import pytest
from tests.sources.press import MINNEAPOLIS, PRESS, SHENYANG, press, said

from inviolable.law.casefile import load_case
from inviolable.law.vocabulary import vocabulary
from inviolable.sources.agreement import statements
from inviolable.sources.asking import Question, speaking_of
from inviolable.sources.report import Report
from inviolable.sources.telling import spoken
from inviolable.sources.verdict import verdicts
from inviolable.sources.vocabulary import keys, read_toml


def asked(records, name: str = MINNEAPOLIS) -> dict[str, Question]:
    found = verdicts(load_case(PRESS / f"{name}.toml"), statements(records, "EC", "US"))["all"]
    return {question.fact: question for question in found.questions}


@pytest.mark.parametrize("fact", keys())
def test_of_every_key_it_is_said_which_law_facts_it_speaks_of_or_that_it_speaks_of_none(fact: str) -> None:
    speaks = {one for one in vocabulary().facts if fact in speaking_of(one)}
    assert bool(speaks) != (fact in read_toml("asking.toml")["elsewhere"]["keys"])


def test_keys_and_law_facts_named_there_are_declared() -> None:
    data = read_toml("asking.toml")
    assert data["near"].keys() <= vocabulary().facts.keys()
    assert {key for near in data["near"].values() for key in near} | set(data["elsewhere"]["keys"]) <= keys().keys()


@pytest.mark.parametrize("incident", [MINNEAPOLIS, SHENYANG])
def test_no_question_says_that_no_source_speaks_of_it_where_a_passage_does(incident: str) -> None:
    records = press(incident)
    for question in asked(records, incident).values():
        near = [one for one in statements(records) if one.claim.fact in speaking_of(question.fact)]
        assert (question.state == "silent") == (not near), question.fact
        assert len(question.passages) == (len(near) if question.state == "partly" else 0)


@pytest.mark.parametrize(("fact", "key", "value"), [
    ("person", "threat.words", "would grab the staffer"), ("national_detained", "target.status", "at large"),
])  # fmt: skip
def test_who_was_threatened_is_told_in_part_by_whoever_tells_the_threat(fact: str, key: str, value: str) -> None:
    attacked = ("assault", "threat", "incident video")
    assert asked([said("1", attacked)])[fact].state == "silent"
    question = asked([said("1", attacked, (key, value, "incident video"))])[fact]
    assert question.state == "partly"
    assert value in {held.statements[0].claim.value for told, held in spoken(question) if told == key}


def test_shipwrecks_the_bag_and_traffic_accidents_are_not_asked_where_nothing_touches_them() -> None:
    found = asked(press(MINNEAPOLIS))
    assert not any(found[fact].touched for fact in ("vital", "bag", "civil_exception", "testimony"))
    assert all(found[fact].touched for fact in ("person", "person_local", "in_capacity", "warned"))
    order = [question.touched for question in found.values()]
    assert order == sorted(order, reverse=True), "what is touched comes first"
    assert asked([*press(MINNEAPOLIS), said("x", ("vital", "death", "ICE"))])["vital_told"].touched


def test_a_plain_report_asks_with_the_passages_and_counts_what_nothing_touches() -> None:
    plain = Report(press(MINNEAPOLIS), load_case(PRESS / f"{MINNEAPOLIS}.toml"), "es").plain()
    first = " ".join(plain.partition("Qué averiguar primero")[2].split())
    assert "naufragio" not in first
    assert "Las fuentes lo cuentan en parte. Amenaza: agarrar: «would grab the staffer»" in first
    assert "preguntas más nada dicen estas fuentes" in first
