"""The table decides many cases at once, and refuses columns that are none."""

import numpy as np
import pytest
from tests.law.worlds import DOOR_PROFILE

from inviolable.law.law import Law, law_of
from inviolable.law.meaning import meaning
from inviolable.law.table import CONFLICT, DISPUTED, GAP, IMPOSSIBLE, Table, values_of


@pytest.fixture(scope="module")
def law() -> Law:
    return law_of("vccr", "arsiwa")


@pytest.fixture(scope="module")
def taken(law: Law) -> dict[str, str]:
    """A view on every position, so that no answer is disputed."""
    return {name: next(iter(position.options)) for name, position in law.words.positions.items()}


@pytest.fixture(scope="module")
def door(law: Law, taken: dict[str, str]) -> Table:
    return Table(law, "entry", DOOR_PROFILE | taken)


def cases(table: Table, count: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(1963)
    return {
        name: random.integers(0, size, count, dtype=np.uint8)
        for name, size in zip(table.names, table.sizes, strict=True)
    }


def test_a_million_cases_are_decided_as_the_interpreter_decides_them(law: Law, taken: dict[str, str], door: Table):
    columns = cases(door, 1_000_000)
    decided = door.decide(columns)
    for row in range(0, 1_000_000, 997):
        world = {name: values_of(law, name)[column[row]] for name, column in columns.items()}
        truth = meaning(law, "entry", DOOR_PROFILE | taken | world)
        assert door.legend[decided[row]] == (truth.result, truth.tag)


def test_no_cases_are_no_answers(door: Table):
    assert len(door.decide(cases(door, 0))) == 0


def test_worlds_that_cannot_be_are_marked_and_the_law_leaves_no_gap(law: Law, taken: dict[str, str]):
    table = Table(law, "vccr-31-2", taken)
    found = {table.legend[code][0] for code in np.unique(table.answers)}
    assert IMPOSSIBLE in found
    assert not found & {GAP, CONFLICT}
    attempted, entered = table.names.index("attempted"), table.names.index("entered")
    contradictory = np.moveaxis(table.answers, (attempted, entered), (0, 1))[
        table.code("attempted", "no"), table.code("entered", "yes")
    ]
    assert {table.legend[code][0] for code in np.unique(contradictory)} == {IMPOSSIBLE}


def test_views_left_open_are_disputed_only_where_they_disagree(law: Law):
    table = Table(law, "entry", DOOR_PROFILE)
    settled = table.settled()
    assert settled.names == tuple(name for name in table.names if name in law.words.facts)
    violence = {
        "actor": "officer", "zone": "work", "consent_by": "none", "consent_state": "standing",
        "consent_scope": "within", "emergency": "violence", "prompt": "yes", "refused": "no", "crew": "yes",
    }  # fmt: skip
    columns = {name: np.array([settled.code(name, value)], dtype=np.uint8) for name, value in violence.items()}
    assert settled.legend[settled.decide(columns)[0]][0] == DISPUTED
    columns["emergency"][0] = settled.code("emergency", "none")
    assert settled.legend[settled.decide(columns)[0]][0] == "refuse"


def test_a_code_out_of_range_is_refused_with_its_row_and_what_is_allowed(door: Table):
    columns = cases(door, 200_000)
    columns["crew"][150_000] = 2
    with pytest.raises(ValueError, match=r"column crew, row 150,000: 2 is no code; codes are 0 to 1 \(yes, no\)"):
        door.decide(columns)


def test_missing_uneven_and_foreign_columns_are_refused(door: Table):
    columns = cases(door, 10)
    with pytest.raises(ValueError, match="column zone is missing; needed: actor, zone"):
        door.decide({name: column for name, column in columns.items() if name != "zone"})
    with pytest.raises(ValueError, match="column crew has 9 rows, actor has 10"):
        door.decide(columns | {"crew": columns["crew"][:9]})
    with pytest.raises(ValueError, match=r"column crew must be one row of codes \(numpy.uint8\)"):
        door.decide(columns | {"crew": columns["crew"].astype(np.int64)})
    with pytest.raises(ValueError, match="actor cannot be 'police'; it is one of officer"):
        door.code("actor", "police")


def test_a_table_that_would_not_fit_is_refused(law: Law):
    with pytest.raises(ValueError, match=r"vccr-31-2 has .* worlds, more than 64,000,000: fix some positions or facts"):
        Table(law, "vccr-31-2")
