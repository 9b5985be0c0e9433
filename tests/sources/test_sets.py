"""From claims to law facts: what the data maps is in both vocabularies, and more claims never leave fewer values."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inviolable.law.vocabulary import vocabulary
from inviolable.sources.agreement import Statement, statements
from inviolable.sources.asking import who_could_answer
from inviolable.sources.readings import nonsense
from inviolable.sources.records import Claim, Record
from inviolable.sources.sets import LEVELS, allows, carried, counting, standing
from inviolable.sources.telling import sentences
from inviolable.sources.values import Value, normal
from inviolable.sources.vocabulary import keys, read_toml
from inviolable.sources.voices import KINDS

ROWS = [(key, value, row) for key, rows in read_toml("law.toml").items() for value, row in rows.items()]


@pytest.mark.parametrize(("key", "value", "row"), ROWS, ids=[f"{key} {value}" for key, value, _ in ROWS])
def test_every_row_speaks_of_a_declared_value_and_leaves_a_world_that_can_be(
    key: str, value: str, row: dict[str, list[str]]
) -> None:
    declared = keys()[key]
    if declared.type == "count":
        assert value in ("one", "several", "any")
    else:
        assert value.removeprefix("not ") in {"any", *(name for name, _ in declared.values)}
    facts = vocabulary().facts
    for fact, values in row.items():
        assert values
        assert set(values) <= set(facts[fact].values), fact
    constraints = (*vocabulary().impossible, *nonsense())
    worlds = [dict(zip(row, choice, strict=True)) for choice in product(*row.values())]
    assert any(
        not any(all(world.get(fact) in values for fact, values in one.when) for one in constraints) for world in worlds
    )


def test_everybody_who_could_answer_is_named_in_both_languages_for_every_law_fact() -> None:
    for fact in vocabulary().facts:
        assert who_could_answer(fact)
        for who in who_could_answer(fact):
            assert who.kind in KINDS
            assert {"en", "es"} <= who.words.keys()


def test_every_sentence_is_there_in_both_languages_with_the_same_blanks() -> None:
    english, spanish = sentences("en"), sentences("es")
    assert english.keys() == spanish.keys()
    for name in english:
        assert set(re.findall(r"{\w+}", english[name])) == set(re.findall(r"{\w+}", spanish[name])), name


def told(
    fact: str, raw: str, *, denied: bool = False, voice: str = "press", modality: str = "stated"
) -> list[Statement]:
    """A claim of one page, as the matrix has it: nothing where it is no account of what happened."""
    claim = Claim("001", 0, fact, raw, voice, polarity="denies" if denied else "affirms", modality=modality)
    return statements([Record("001", claims=(claim,))])


def left(fact: str, raw: str, denied: bool = False) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in allows(normal(fact, raw, denied=denied)).items()}


def test_a_claim_may_leave_open_who_consented() -> None:
    assert left("consent.given", "yes") == {"consent_by": ("head", "designee", "mission", "staff")}
    assert left("consent.given", "no (implied by refusal)") == {"consent_by": ("none",)}
    assert left("consent.given", "yes", denied=True) == {"consent_by": ("none",)}


@pytest.mark.parametrize(
    ("fact", "raw", "reaches"),
    [
        ("entry.manner", "without force", {}),
        ("entry.outcome", "never broke in", {"entered": ("no",)}),
        ("entry.outcome", "no irrumpieron", {"entered": ("no",)}),
        ("entry.outcome", "intentaron irrumpir", {}),
        ("entry.outcome", "agents tried to burst in", {}),
        ("agent.words", "I am in charge here", {}),
        ("receiving_state.presence", "denies any wrongdoing", {}),
        ("receiving_state.presence", "has not admitted it", {}),
        ("receiving_state.presence", "no comment", {}),
        ("receiving_state.presence", "no record of it", {"body": ("organ", "private")}),
        ("receiving_state.response", "denies any wrongdoing", {}),
        ("staff.conduct", "protegió la puerta", {}),
        ("staff.conduct", "protegió a los usuarios", {}),
        ("staff.conduct", "shielded a wanted man", {"misuse": ("alleged",)}),
        ("staff.conduct", "asked the police to stop", {}),
        ("staff.words", "you cannot enter here", {}),
        ("persons_inside", "no citizens were inside", {}),
        ("door", "the officer did not open it", {}),
    ],
)
def test_words_that_say_less_decide_less(fact: str, raw: str, reaches: dict[str, tuple[str, ...]]) -> None:
    assert left(fact, raw) == reaches


def test_counts_are_one_or_several() -> None:
    assert left("actor.count", "1") == {"officers": ("one",)}
    assert left("actor.count", ">=2") == left("actor.count", "plural") == {"officers": ("several",)}
    assert left("target.persons_pursued", "2 people chased into consulate") == {"pursuit": ("yes",)}


def test_a_law_fact_may_be_claimed_by_its_own_name() -> None:
    assert left("emergency", "fire") == {"emergency": ("fire",)}
    assert "fire" not in left("emergency", "fire", denied=True)["emergency"]
    assert left("emergency", "aliens") == {}


def test_what_is_not_mapped_or_could_not_be_read_never_reaches_the_law() -> None:
    assert left("place.city", "Minneapolis") == {}
    assert left("entry.outcome", "tried to drive into the COUNTRY") == {}
    assert left("actor.agency", "somebody") == {}
    assert left("a.key.nobody.declared", "yes") == {}


def test_a_demand_a_supposition_or_silence_is_no_account_of_what_happened() -> None:
    for modality in ("hypothetical", "demanded"):
        assert carried(told("entry.outcome", "completed", modality=modality)) == {}
    assert carried(told("entry.outcome", "completed", modality="alleged"))["entered"].keys() == {"yes"}
    silent = Claim("001", 0, "consent.given", "yes", polarity="silent")
    assert carried(statements([Record("001", claims=(silent,))])) == {}


RAW = {
    "actor.agency": ["ICE", "police", "nobody knows"], "actor.count": ["1", "plural"], "consent.given": ["yes", "no"],
    "entry.outcome": ["attempted-prevented", "never entered", "completed"], "place.city": ["Minneapolis"],
    "receiving_state.presence": ["denied", "admitted"], "consent_by": ["head", "none"],
}  # fmt: skip


@st.composite
def claims(draw: st.DrawFn) -> list[Statement]:
    fact = draw(st.sampled_from(sorted(RAW)))
    return told(
        fact,
        draw(st.sampled_from(RAW[fact])),
        denied=draw(st.booleans()),
        voice=draw(st.sampled_from(["incident video", "ICE", "headline", "an expert"])),
        modality=draw(st.sampled_from(["stated", "alleged", "demanded"])),
    )


ACCOUNTS = st.lists(claims(), max_size=8).map(lambda parts: list(chain.from_iterable(parts)))


def values(found: Sequence[Statement], level: str) -> list[tuple[str, str]]:
    return [(fact, value) for fact, by_value in carried(counting(found, level)).items() for value in by_value]


@settings(max_examples=200, deadline=None)
@given(ACCOUNTS, claims())
def test_one_more_claim_only_widens_the_sets(before: list[Statement], one: list[Statement]) -> None:
    for level in LEVELS:
        assert set(values(before, level)) <= set(values([*before, *one], level))
    assert set(values(before, "primary")) <= set(values(before, "all"))


@settings(max_examples=100, deadline=None)
@given(ACCOUNTS, st.randoms(use_true_random=False))
def test_neither_order_nor_copies_change_the_sets(found: list[Statement], chance: Any) -> None:
    again = [*found, *(one._replace(record=replace(one.record, id="002")) for one in found)]
    chance.shuffle(again)
    for level in LEVELS:
        assert values(found, level) == values(again, level)


# ---- on a day --------------------------------------------------------------------------------


def presence(raw: str, speaker: str, published: str, as_of: str = "") -> Record:
    """A page of a day on which an organ of the receiving State speaks of its presence."""
    claim = Claim(published + as_of, 0, "receiving_state.presence", raw, attributed_to=speaker, as_of=as_of)
    return Record(published + as_of, published=published, claims=(claim,))


def body(records: Sequence[Record], until: str = "") -> tuple[str, ...]:
    return tuple(carried(standing(statements(records, "EC", "US"), until)).get("body", ()))


DENIED = presence("DHS has no record of ICE or Border Patrol near", "DHS", "2026-01-28")
ADMITTED = presence("admitted", "ICE spokesperson", "2026-01-30", as_of="2026-01-29")


def test_presence_is_denied_on_the_28th_and_admitted_on_the_29th() -> None:
    both = [DENIED, ADMITTED]
    assert body(both, "2026-01-27") == ()
    assert body(both, "2026-01-28") == ("organ", "private"), "a denial leaves open whose they were"
    assert body(both, "2026-01-29") == body(both) == body(both[::-1]) == ("organ",)


def test_a_page_that_repeats_an_old_denial_renews_nothing() -> None:
    late = presence("DHS has no record of it", "DHS", "2026-02-03")
    assert body([DENIED, ADMITTED, late]) == ("organ",)
    assert body([ADMITTED, late]) == ("organ", "private")


def test_only_a_state_takes_back_what_it_said() -> None:
    press = Record(
        "p", published="2026-01-30", claims=(Claim("p", 0, "receiving_state.presence", "admitted", "press"),)
    )
    assert body([DENIED, press]) == ("organ", "private")


def test_no_page_takes_back_by_an_attribution_what_our_own_state_said() -> None:
    def told(name: str, value: str, by: str, **more: str) -> Record:
        return Record(name, claims=(Claim(name, 0, "consent_by", value, by),), **more)

    ministry = told("a", "none", "", lineage="primary:communique", published="2026-01-27")
    page = told("b", "head", "Ecuador ministry (5 February 2026)", published="2026-02-06")
    own = told("c", "head", "", lineage="primary:communique", published="2026-02-05")

    def left(*records: Record) -> set[str]:
        return set(carried(standing(statements(records, "EC", "US")))["consent_by"])

    assert left(ministry, page) == {"none", "head"}
    assert left(ministry, own) == {"head"}


def test_what_nobody_dates_does_not_count_on_a_day_that_is_asked_for() -> None:
    undated = told("consent.given", "yes")
    assert standing(undated) == tuple(undated)
    assert standing(undated, "2026-01-29") == ()


def test_a_value_that_is_text_has_no_row() -> None:
    assert allows(Value("actor.agency", "text", "somebody")) == {}
