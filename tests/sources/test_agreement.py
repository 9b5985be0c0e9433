"""The matrix of the press of two incidents: all divergences that a person found, few others; copies weigh nothing."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.press import MINNEAPOLIS, PRESS, SHENYANG, press, record, said

from inviolable.sources.agreement import MOST_COMPARED, STATUSES, Matrix, Row, matrix
from inviolable.sources.checks import check
from inviolable.sources.records import Claim, Record
from inviolable.sources.vocabulary import keys
from inviolable.sources.voices import is_primary

GOLDEN = tomllib.loads((PRESS / "divergences.toml").read_text())
#: Conflicts between two values, and findings of checks, that the software reports and that no person wrote down.
SPURIOUS_CONFLICTS, SPURIOUS_FINDINGS = 0, 1


def row(found: Matrix, fact: str) -> Row:
    return next(one for one in found.rows if one.fact == fact)


def related(found: Row, one: str, other: str) -> str:
    """How two values of a row stand, whichever comes first."""
    return next(pair.relation for pair in found.relations if {pair.a.norm, pair.b.norm} == {one, other})


def records_of(found: Row, value: str) -> list[str]:
    return next(list(held.records) for held in found.values if held.value.norm == value)


CASES = [(incident, number) for incident in (MINNEAPOLIS, SHENYANG) for number in range(len(GOLDEN[incident]))]


@pytest.mark.parametrize(("incident", "number"), CASES)
def test_every_divergence_that_a_person_found_is_found(incident: str, number: int) -> None:
    golden = GOLDEN[incident][number]
    if "check" in golden:
        assert (golden["check"], tuple(golden["records"])) in {(f.check, f.records) for f in check(press(incident))}
        return
    found = row(matrix(press(incident)), golden["fact"])
    if "status" in golden:
        assert found.status == golden["status"]
        assert sorted({r for held in found.values for r in held.records}) == golden["records"]
        return
    assert related(found, *golden["values"]) == golden["is"]
    if "records" in golden:
        assert records_of(found, golden["values"][1]) == golden["records"]


def test_of_all_conflicts_and_findings_few_are_spurious() -> None:
    conflicts, findings = 0, 0
    for incident in (MINNEAPOLIS, SHENYANG):
        written = {(g["fact"], frozenset(g["values"])) for g in GOLDEN[incident] if g.get("is") == "conflict"}
        pairs = {
            (one.fact, frozenset((pair.a.norm, pair.b.norm)))
            for one in matrix(press(incident)).rows
            for pair in one.relations
            if pair.relation in ("conflict", "impossible")
        }
        conflicts += len(pairs - written)
        looked_at = {(g["check"], tuple(g["records"])) for g in GOLDEN[incident] if "check" in g}
        findings += len({(f.check, f.records) for f in check(press(incident))} - looked_at)
    assert (conflicts, findings) == (SPURIOUS_CONFLICTS, SPURIOUS_FINDINGS)


def test_shenyang_turns_on_one_row_and_each_state_stands_against_the_other_there() -> None:
    consent = row(matrix(press(SHENYANG)), "consent.given")
    assert consent.status == "conflict"
    assert {held.value.norm: [v.id for v in held.voices] for held in consent.values} == {
        "no": ["jp-ministry"],
        "yes": ["cn-ministry"],
    }
    cell = consent.cell(consent.values[0].voices[0])
    assert {(one.record.id, one.claim.quote) for one in cell if one.claim.quote} == {
        ("01", "without consent of the Consulate General")
    }


STATUS = {
    "agreed": [("x", "Ecuador MFA"), ("x", "incident video")],
    "single_voice": [("x", "Ecuador MFA"), ("x", "headline"), ("x", "unnamed experts")],
    "divergent": [("letter", "Ecuador MFA"), ("note", "incident video")],
    "conflict": [("Ecuador's embassy in the US", "Ecuador MFA"), ("embassy", "incident video")],
}


@pytest.mark.parametrize("status", STATUS)
def test_a_row_stands_by_the_kinds_of_voice_and_what_they_say(status: str) -> None:
    fact = "protest.to" if status == "conflict" else "protest.form"
    one = said("1", *((fact, value.replace("x", "note"), voice) for value, voice in STATUS[status]))
    assert row(matrix([one]), fact).status == status


def test_two_answers_to_one_question_of_the_law_cannot_both_be_true() -> None:
    told = [
        said("1", ("consent_by", "head", "ICE"), ("consent_by", "head", "incident video")),
        said("2", ("consent_by", "none", "Ecuador MFA"), ("consent_by", "the head agreed", "headline")),
    ]
    found = row(matrix(told), "consent_by")
    assert found.status == "conflict"
    assert related(found, "head", "none") == "conflict"
    assert related(found, "none", "the head agreed") == "compatible", "what is no answer is compared with none"
    assert row(matrix(told[:1]), "consent_by").status == "agreed"


def test_what_nobody_speaks_of_is_silent_and_silence_is_no_value() -> None:
    asked = said("1", ("actor.agency", "ICE", "DHS"))
    asked = replace(asked, claims=(replace(asked.claims[0], polarity="silent"),))
    assert row(matrix([asked]), "actor.agency").status == "silent"
    assert {one.status for one in matrix([]).rows} == {"silent"}
    assert {one.fact for one in matrix([]).rows} == set(keys())


def test_what_is_demanded_or_imagined_is_no_account() -> None:
    one = said("1", ("entry.outcome", "completed", "incident video"), ("entry.outcome", "prevented", "incident video"))
    told = replace(one, claims=(replace(one.claims[0], modality="hypothetical"), one.claims[1]))
    assert [held.value.norm for held in row(matrix([told]), "entry.outcome").values] == ["prevented"]


def test_denied_on_the_28th_and_admitted_on_the_29th_both_stay_and_the_first_is_superseded() -> None:
    denied = said("a", ("receiving_state.presence", "no record", "DHS"), published="2026-01-28")
    admitted = said("b", ("receiving_state.presence", "admitted", "ICE spokesperson (29 Jan 2026)"))
    found = row(matrix([admitted, denied]), "receiving_state.presence")
    assert [(pair.a.norm, pair.relation, pair.b.norm) for pair in found.relations] == [
        ("denied", "superseded", "admitted")
    ]
    assert (found.status, len(found.values)) == ("divergent", 2)
    late_copy = replace(denied, id="c", published="2026-01-30")
    assert row(matrix([admitted, denied, late_copy]), found.fact).relations == found.relations
    somebody_else = said("d", ("receiving_state.presence", "no record", "incident video"), published="2026-01-28")
    assert row(matrix([admitted, denied, somebody_else]), found.fact).status == "conflict"


def test_neither_an_invented_expert_nor_a_machine_translation_carries_a_value_with_a_primary_voice() -> None:
    found = matrix(press(MINNEAPOLIS))
    for fact, value in (("receiving_state.response", "misunderstanding"), ("protest.to", "own_embassy")):
        held = next(one for one in row(found, fact).values if one.value.norm == value)
        assert not any(is_primary(voice.kind) for voice in held.voices)


def test_more_values_than_anybody_compares_are_listed_all_the_same() -> None:
    many = [said(f"{n:03}", ("staff.name", f"name {n} {'x' * (n % 7)}")) for n in range(MOST_COMPARED + 20)]
    found = row(matrix(many), "staff.name")
    assert len(found.values) == MOST_COMPARED + 20
    assert len({pair.a for pair in found.relations} | {pair.b for pair in found.relations}) <= MOST_COMPARED


# ---- properties: over the real records and over made ones ------------------------------------------

PAGES = st.sets(st.sampled_from(press(MINNEAPOLIS) + press(SHENYANG)), max_size=8)
FACTS = ("event.date", "event.local_time", "actor.count", "actor.agency", "consent.given", "threat.words", "weather")
RAW = sorted({c.value for i in (MINNEAPOLIS, SHENYANG) for r in press(i) for c in r.claims if c.fact in FACTS})
VOICES = ("", "headline", "Ecuador MFA", "DHS", "ICE (29 Jan 2026)", "incident video", "Reuters eyewitness", "a man")
CLAIMS = st.builds(
    Claim,
    st.just("new"),
    st.just(0),
    st.sampled_from(FACTS),
    st.sampled_from(RAW),
    st.sampled_from(VOICES),
    polarity=st.sampled_from(["affirms", "affirms", "denies"]),
)
MADE = st.lists(
    st.builds(
        Record,
        st.just("made"),
        published=st.sampled_from(["", "2026-01-27", "2026-01-28", "2026-01-30"]),
        lineage=st.sampled_from(["", "AP", "primary:communique"]),
        claims=st.lists(CLAIMS, max_size=5).map(tuple),
    ),
    max_size=4,
)


def _numbered(pages: set[Record], made: list[Record]) -> list[Record]:
    return [*sorted(pages, key=lambda one: one.id), *(replace(one, id=f"made {n}") for n, one in enumerate(made))]


SOURCES = st.builds(_numbered, PAGES, MADE)


def stands(found: Matrix) -> dict[str, tuple[str, object]]:
    """Status, values with their voices, and relations, of every row."""
    return {one.fact: (one.status, {(h.value, h.voices) for h in one.values}, set(one.relations)) for one in found.rows}


@given(SOURCES, st.data())
def test_a_copy_of_a_source_changes_nothing_but_the_count_of_pages(found: list[Record], data: st.DataObject) -> None:
    copies = data.draw(st.lists(st.sampled_from(found), max_size=3)) if found else []
    again = [replace(one, id=f"copy {n}", url="mirror", publisher="mirror") for n, one in enumerate(copies)]
    assert stands(matrix([*found, *again])) == stands(matrix(found))


@given(SOURCES.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_sources_never_matters(both: tuple[list[Record], list[Record]]) -> None:
    found, other = both
    assert matrix(other) == matrix(found)
    assert check(other) == check(found)


@given(SOURCES, CLAIMS)
def test_one_more_claim_only_widens_what_is_said(found: list[Record], claim: Claim) -> None:
    def values(of: Matrix) -> set[tuple[str, str, bool]]:
        return {(one.fact, held.value.norm, held.value.denied) for one in of.rows for held in one.values}

    more = [*found, Record("new", claims=(claim,))]
    assert values(matrix(found)) <= values(matrix(more))


@given(SOURCES)
def test_every_row_has_one_of_five_standings(found: list[Record]) -> None:
    for one in matrix(found).rows:
        assert one.status in STATUSES
        assert (one.status == "silent") == (not one.values)
        assert (one.status == "conflict") == any(p.relation in ("conflict", "impossible") for p in one.relations)


def test_the_record_that_names_an_impossible_day_is_real() -> None:
    assert record(MINNEAPOLIS, "085").claims[0].quote == "na terça-feira, 22"
