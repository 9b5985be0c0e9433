"""From an incident to the law and back: the case that its facts make says what the case file said, byte for byte."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inviolable.incidents.actions import open_from_case
from inviolable.incidents.case import case_file_text, case_of
from inviolable.incidents.lookup import incident_state
from inviolable.law.assess import assess, canonical
from inviolable.law.casefile import load_case, read_case
from inviolable.law.faults import Faulty

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "precedents").rglob("*.toml"), *(ROOT / "examples").glob("*.toml")])
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OFFICER = {"role": "officer", "id": "user-7"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT).with_suffix("")) for path in FILES])
def test_a_case_that_became_an_incident_has_the_same_answer_byte_for_byte(path):
    file = load_case(path)
    answer = canonical(assess(file))

    open_from_case(file, "precedent", actor=OFFICER, now=NOW)
    case = case_of(incident_state("precedent"), as_of=file.as_of)
    read = read_case(case_file_text(case), "precedent.toml")

    assert canonical(assess(case)) == answer
    assert read == case


@pytest.mark.parametrize("said", ['He said "no"', "C:\\new\\table", "niña — 门 — 🚪", "a = 1 # [facts]", "'''"])
def test_what_people_write_survives_the_case_file(said):
    file = load_case(ROOT / "examples" / "minneapolis-2026.toml")
    odd = replace(file, title=said, place=said, sources={"body": said})

    read = read_case(case_file_text(odd), file.file)

    assert (read.title, read.place, read.sources, read.facts) == (odd.title, odd.place, odd.sources, odd.facts)


def test_a_character_that_forges_what_is_printed_is_named_and_not_a_broken_file():
    file = load_case(ROOT / "examples" / "minneapolis-2026.toml")

    with pytest.raises(Faulty, match="title holds the character U\\+007F"):
        read_case(case_file_text(replace(file, title="a\x7fb")), "case.toml")


def test_positions_intervals_and_hypothetical_law_are_written_as_the_format_says():
    file = load_case(ROOT / "precedents" / "e46-by-mistake.toml")
    text = case_file_text(replace(file, positions={"closed-post": "kept"}, occurred=("2026-03-02", "2026-03-04")))

    assert 'occurred = "2026-03-02/2026-03-04"\n' in text
    assert '[regime]\ninstruments = ["vccr"]\n' in text
    assert '[positions]\nclosed-post = "kept"\n' in text
    assert "sending_state" not in text
    assert read_case(text, "case.toml").positions == {"closed-post": "kept"}
