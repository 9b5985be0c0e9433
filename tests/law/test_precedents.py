"""Real incidents and edge cases, run through the law: what generic rules must make of them.

Every incident and every edge case of the reference work (LAW sections 7 and 9, with its addendum) has a
case file in precedents/, a folder where an incident has parts. `[expected]` says:

entry         the answer at the door                  tag              the weakest evidence it rests on
possible      where it is open: all answers           open_because     contested or unknown facts it waits for
disputed_because  positions on which views differ     note             what the record leaves disputed
[expected.findings] id = result                       [expected.open] id = facts an open finding waits for
[expected.remedies] id = yes | no | open              [expected.regime] instrument = standing

A post headed by an officer of the sending State's service is written `head = "career"` even where the press
does not say so.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from inviolable.law.assess import assess
from inviolable.law.casefile import Case, load_case
from inviolable.law.law import shipped_packs
from inviolable.law.vocabulary import TAGS, vocabulary

ROOT = Path(__file__).parents[2]
PRECEDENTS = ROOT / "precedents"
FILES = sorted(PRECEDENTS.rglob("*.toml"))
NAMES = [path.relative_to(PRECEDENTS).with_suffix("").as_posix() for path in FILES]

#: T01 has no file of its own: it is the worked example.
INCIDENTS = [
    *(
        f"t{number:02}"
        for number in (
            *(2, 3, 4, 6, 8, 9, 10, 13, 15, 18, 19, 20, 21, 22, 23, 25, 26, 28),
            *(29, 30, 32, 33, 34, 36, 38, 39, 40, 42, 44, 45, 46, 47, 48),
        )
    ),
    "t20b",
    "beijing",
]
EDGE_CASES = [
    f"e{number:02}"
    for number in (
        *(1, 2, 3, 4, 5, 6, 8, 10, 11, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 26),
        *(28, 29, 30, 32, 34, 35, 37, 38, 39, 40, 42, 43, 44, 46),
    )
]
EXPECTED = {
    *("entry", "possible", "tag", "open_because", "disputed_because", "note"),
    *("findings", "open", "remedies", "regime"),
}
EXAMPLES = {
    "minneapolis-2026-01-28": "open",
    "minneapolis-2026": "engaged",
}
#: Findings that no incident and no edge case decides: custody of nationals, the diplomatic bag.
WITHOUT_INCIDENT = {"vccr-36-1-b", "vccr-36-1-c", "vcdr-27"}


@cache
def case_of(path: Path) -> Case:
    return load_case(path)


@cache
def answer_to(path: Path) -> dict[str, Any]:
    return assess(case_of(path))


def findings(path: Path) -> dict[str, dict[str, Any]]:
    return {finding["id"]: finding for finding in answer_to(path)["findings"]}


def results(rows: list[dict[str, Any]], key: str = "id", value: str = "result") -> dict[str, str]:
    return {row[key]: row[value] for row in rows}


@pytest.fixture(params=FILES, ids=NAMES)
def precedent(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_the_door_gets_the_expected_answer(precedent: Path) -> None:
    expected, entry = case_of(precedent).expected, answer_to(precedent)["entry"]

    assert entry["answer"] == expected["entry"], entry["possible"]
    assert set(entry["possible"]) == set(expected.get("possible", [expected["entry"]]))
    assert entry["tag"] == expected["tag"]
    assert entry["do"]


def test_every_finding_that_the_record_speaks_about_comes_out(precedent: Path) -> None:
    expected, found = case_of(precedent).expected, results(answer_to(precedent)["findings"])

    wanted = expected.get("findings", {})
    assert wanted.keys() <= found.keys()
    assert {name: found[name] for name in wanted} == wanted


def test_remedies_and_regime_come_out(precedent: Path) -> None:
    expected, answer = case_of(precedent).expected, answer_to(precedent)

    remedies = results(answer["remedies"])
    regime: dict[str, set[str]] = {}
    for row in answer["regime"]:
        regime.setdefault(row["instrument"], set()).add(row["standing"])

    for name, result in expected.get("remedies", {}).items():
        assert remedies[name] == result, name
    for name, standing in expected.get("regime", {}).items():
        assert regime[name] == {standing}, name


def test_an_open_answer_names_the_facts_it_waits_for(precedent: Path) -> None:
    expected, entry = case_of(precedent).expected, answer_to(precedent)["entry"]

    named = {reason["fact"] for reason in entry.get("because_of", ())}
    assert set(expected.get("open_because", ())) == named
    for finding, facts in expected.get("open", {}).items():
        reasons = {reason["fact"] for reason in findings(precedent)[finding]["because_of"]}
        assert set(facts) <= reasons, finding


def test_contested_facts_of_an_open_case_are_named_as_contested(precedent: Path) -> None:
    entry = answer_to(precedent)["entry"]
    if entry["answer"] != "open":
        return

    contested = case_of(precedent).contested
    shown = {reason["fact"]: reason["values"] for reason in entry["because_of"] if reason["state"] == "contested"}

    assert shown.keys() <= contested.keys()
    assert all(set(values) == set(contested[fact]) for fact, values in shown.items())
    assert not contested or shown, "contested facts, and the open answer names none of them"


def test_contested_facts_are_shown_even_where_they_decide_nothing(precedent: Path) -> None:
    contested, answer = case_of(precedent).contested, answer_to(precedent)
    if not contested:
        return

    assert answer["readings"]["adverse"]["facts"].keys() == contested.keys()
    if answer["entry"]["answer"] != "open":
        assert answer["readings"]["same"] == "yes"


def test_a_disputed_answer_names_the_positions_and_their_authorities(precedent: Path) -> None:
    expected, entry = case_of(precedent).expected, answer_to(precedent)["entry"]
    if entry["answer"] != "disputed":
        assert "disputed_because" not in expected
        return

    views = entry["views"]
    positions = {taken["position"] for view in views for taken in view["positions"]}

    assert positions == set(expected["disputed_because"])
    assert len({view["result"] for view in views}) > 1
    assert all(taken["authority"] for view in views for taken in view["positions"])


def test_each_file_says_what_happened_where_it_comes_from_and_what_to_expect(precedent: Path) -> None:
    text = precedent.read_text(encoding="utf-8")
    case, data = case_of(precedent), tomllib.loads(text)

    opening = [line for line in text.split("[case]")[0].splitlines() if line.strip()]
    assert 1 <= len(opening) <= 4
    assert all(line.startswith("# ") for line in opening)
    assert case.source
    assert set(case.source_tag.split("/")) <= {*TAGS, "D"}
    assert case.expected["tag"] in TAGS
    assert set(case.expected) <= EXPECTED
    given = {*data.get("facts", {}), *data["post"]}
    assert case.sources.keys() <= given, "a source for a fact that is not given"
    assert case.contested.keys() <= case.sources.keys(), "who says what must be told of every contested fact"


@pytest.mark.parametrize("number", [*INCIDENTS, *EDGE_CASES])
def test_every_incident_and_edge_case_has_a_file(number: str) -> None:
    assert any(name.split("/")[0].split("-")[0] == number for name in NAMES)


def test_no_file_stands_outside_the_list() -> None:
    assert {name.split("/")[0].split("-")[0] for name in NAMES} == {*INCIDENTS, *EDGE_CASES}


@pytest.mark.parametrize(("example", "attribution"), EXAMPLES.items())
def test_minneapolis_is_the_worked_example(example: str, attribution: str) -> None:
    """T01. Refuse under every reading; the attempt was stopped; attribution was settled on the 29th."""
    answer = assess(load_case(ROOT / "examples" / f"{example}.toml"))
    found = results(answer["findings"])

    assert answer["entry"]["answer"] == "refuse"
    assert answer["readings"]["same"] == "yes"
    assert (
        found
        | {
            "vccr-31-2": "no_breach",
            "vccr-31-3": "arguable",
            "vccr-28": "arguable",
            "vccr-36-1-a": "arguable",
            "vccr-40": "open",
            "arsiwa-4": attribution,
        }
        == found
    )
    assert results(answer["remedies"])["arsiwa-30-b"] == "yes"


def test_the_four_fixed_points() -> None:
    """What the record disputes stays disputed; what it contests stays open; what neither touches is answered."""
    entries = {name: answer_to(path)["entry"]["answer"] for name, path in zip(NAMES, FILES, strict=True)}

    assert {entries[name] for name in NAMES if name.startswith("t02-")} == {"open"}
    assert entries["t13-erbil-2007"] == "open"
    assert entries["t08-san-francisco-2017/consulate"] == "disputed"
    assert entries["t09-istanbul-2018/killing"] == "disputed"
    assert entries["t34-washington-2019"] == "disputed"
    assert entries["beijing-2002"] == "refuse"


def test_no_rule_mentions_an_incident() -> None:
    """Rules are generic: the place of no precedent stands in the text of any rule."""
    files = [*FILES, *(ROOT / "examples" / f"{example}.toml" for example in EXAMPLES)]
    places = {place.strip() for path in files for place in re.split(r",| and ", case_of(path).place)} - {""}
    rules = [rule for pack in shipped_packs().values() for rule in pack.rules]
    texts = {rule.id: " ".join((rule.id, *rule.words.values())) for rule in rules}

    assert {"Shenyang", "La Paz", "Minneapolis"} <= places
    named = [(rule, place) for rule, text in texts.items() for place in places if re.search(rf"\b{place}\b", text)]
    assert named == []


def test_every_module_that_can_be_broken_has_a_precedent() -> None:
    """No finding of a treaty goes without a case that expects something of it."""
    expected = {name for path in FILES for name in case_of(path).expected.get("findings", {})}
    modules = {name for name, module in vocabulary().modules.items() if module.role == "finding"}

    assert modules - expected == WITHOUT_INCIDENT
