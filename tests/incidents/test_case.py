"""From an incident to the law and back: the case that its facts make says what the case file said, byte for byte."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inviolable.incidents.actions import open_from_case
from inviolable.incidents.case import case_file_text, case_of
from inviolable.incidents.lookup import incident_state
from inviolable.law.assess import assess, canonical
from inviolable.law.casefile import load_case, read_case

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
    assert canonical(assess(read)) == answer
    assert read == case
