"""Readings are exactly what brute force finds, and what the law says of them behaves as a reader expects."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inviolable.law.casefile import Case, read_case
from inviolable.law.law import Law, law_of
from inviolable.law.meaning import meaning
from inviolable.law.vocabulary import vocabulary
from inviolable.sources.goals import adversity, deciding_facts
from inviolable.sources.readings import CAP, Readings, nonsense
from inviolable.sources.telling import says

BARE = """
[case]
title = "Accounts of an entry"
occurred = "2026-01-27"
[post]
class = "consulate"
[regime]
instruments = ["vccr"]
"""
Facts = dict[str, tuple[str, ...]]
LAW = law_of("vccr", "arsiwa")
#: Facts that some constraint ties to others.
TIED = {fact for one in (*vocabulary().impossible, *nonsense()) for fact, _ in one.when}


def bare(**facts: tuple[str, ...]) -> Case:
    return replace(read_case(BARE, "bare.toml"), facts=facts)


# ---- by definition ---------------------------------------------------------------------------


def can_be(world: Mapping[str, str]) -> bool:
    constraints = (*vocabulary().impossible, *nonsense())
    return not any(all(world[fact] in values for fact, values in one.when) for one in constraints)


def result(law: Law, module: str, world: Mapping[str, str]) -> str:
    """What the interpreter says of a complete world, `disputed` where the views on the positions differ."""
    names = law.positions(module)
    options = product(*(law.words.positions[name].options for name in names))
    found = {meaning(law, module, {**world, **dict(zip(names, views, strict=True))}).result for views in options}
    return found.pop() if len(found) == 1 else "disputed"


def brute(module: str, facts: Facts) -> dict[tuple[str, ...], frozenset[str]]:
    """For each choice among all contested facts the results of all its completions, one world at a time."""
    names = tuple(sorted({*LAW.cone(module), *TIED, *facts}))
    contested = [fact for fact in vocabulary().facts if len(facts.get(fact, ())) > 1]
    left: dict[tuple[str, ...], frozenset[str]] = {}
    for choice in product(*(facts[fact] for fact in contested)):
        known = {**facts, **{fact: (value,) for fact, value in zip(contested, choice, strict=True)}}
        worlds = (
            dict(zip(names, world, strict=True))
            for world in product(*(known.get(name, LAW.domain(name)) for name in names))
        )
        results = frozenset(result(LAW, module, world) for world in worlds if can_be(world))
        if results:
            left[choice] = results
    return left


@st.composite
def accounts(draw: st.DrawFn) -> tuple[str, Facts]:
    """A goal, and facts of which up to three are contested and up to two unknown."""
    module = draw(st.sampled_from(("entry", "vccr-31-2")) | st.sampled_from(LAW.order_by_role("finding")))
    names = sorted({*LAW.cone(module), *TIED})
    contested = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    unknown = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    facts: Facts = {}
    for name in names:
        values = LAW.domain(name)
        if name in contested:
            facts[name] = tuple(draw(st.lists(st.sampled_from(values), min_size=2, max_size=3, unique=True)))
        elif name not in unknown:
            facts[name] = (draw(st.sampled_from(values)),)
    return module, facts


@settings(max_examples=25, deadline=None)
@given(accounts())
def test_enumeration_equals_brute_force(found: tuple[str, Facts]) -> None:
    module, facts = found
    expected = brute(module, facts)
    assume(expected)
    goal = Readings(bare(), facts).goal(module)
    assert set(goal.possible) == set().union(*expected.values())
    assert (goal.robust == "yes") == (len(set(expected.values())) == 1)
    contested = [fact for fact in vocabulary().facts if len(facts.get(fact, ())) > 1]
    alone = {
        contested[place]
        for one, other in product(expected, repeat=2)
        for place in range(len(contested))
        if one[:place] + one[place + 1 :] == other[:place] + other[place + 1 :] and expected[one] != expected[other]
    }
    assert not alone or set(goal.deciding) == alone
    worst = max(adversity(module, left[0] if len(left) == 1 else "open") for left in map(sorted, expected.values()))
    assert adversity(module, goal.adverse.answer) == worst


@settings(max_examples=40, deadline=None)
@given(accounts(), st.data())
def test_a_robust_verdict_stays_robust_when_a_value_is_removed(found: tuple[str, Facts], data: st.DataObject) -> None:
    module, facts = found
    contested = [fact for fact, values in facts.items() if len(values) > 1]
    assume(contested)
    before = Readings(bare(), facts).goal(module)
    assume(before.robust == "yes")
    fact = data.draw(st.sampled_from(contested))
    removed = data.draw(st.sampled_from(facts[fact]))
    after = Readings(bare(), {**facts, fact: tuple(value for value in facts[fact] if value != removed)}).goal(module)
    assert not after.possible or (after.robust, after.possible) == ("yes", before.possible)


@settings(max_examples=40, deadline=None)
@given(accounts(), st.randoms(use_true_random=False))
def test_the_order_of_facts_and_values_never_matters(found: tuple[str, Facts], chance: Any) -> None:
    module, facts = found
    shuffled = [(fact, tuple(chance.sample(values, len(values)))) for fact, values in facts.items()]
    chance.shuffle(shuffled)
    assert Readings(bare(), facts).goal(module) == Readings(bare(), dict(shuffled)).goal(module)


# ---- told ------------------------------------------------------------------------------------

DOOR: Facts = {
    "head": ("career",),
    "status": ("open",),
    "zone": ("work",),
    "emergency": ("none",),
    "actor": ("officer",),
}


def test_which_federal_agency_it_was_cannot_matter_where_each_of_them_is_an_organ() -> None:
    """One pass with the fact unknown would leave it open; case by case it is the same."""
    facts: Facts = {"body": ("organ", "empowered"), "in_capacity": ("yes",)}
    goal = Readings(bare(), facts).goal("arsiwa-4")
    assert (goal.answer, goal.robust, goal.readings) == ("engaged", "yes", 2)
    assert Readings(bare(), {"in_capacity": ("yes",)}).goal("arsiwa-4").answer == "open"


def test_unknown_is_not_contested() -> None:
    silent = Readings(bare(), DOOR)
    assert silent.goal("entry").robust == "yes"
    assert silent.goal("entry").answer == "open"
    assert "consent_by" in silent.silent("entry")
    told = Readings(bare(), {**DOOR, "consent_by": ("none", "head"), "consent_state": ("standing",)})
    assert told.goal("entry").robust == "no"
    assert told.goal("entry").deciding == ("consent_by",)
    assert told.silent("entry") == ("consent_scope",)


def test_two_readings_differ_where_what_they_leave_open_differs() -> None:
    """Staff cannot consent, a designee can; how far the consent went, nobody says: closed against open."""
    goal = Readings(bare(), {**DOOR, "consent_by": ("staff", "designee")}).goal("entry")
    assert goal.robust == "no"
    assert goal.possible == ("refuse", "admit_by_consent")
    assert goal.adverse.facts == {"consent_by": "designee"}
    assert goal.adverse.answer == "open"


def test_nobody_has_entered_without_having_tried() -> None:
    goal = Readings(bare(**DOOR), {"attempted": ("yes", "no"), "entered": ("no", "yes"), "consent_by": ("none",)})
    found = goal.goal("vccr-31-2")
    assert found.readings == 3
    assert set(found.possible) == {"breach", "no_breach", "not_engaged"}


def test_a_consent_that_nobody_gave_was_not_forced() -> None:
    facts: Facts = {**DOOR, "consent_by": ("none", "head"), "consent_state": ("standing", "forced")}
    assert Readings(bare(), facts).goal("entry").readings == 3


def test_nobody_has_entered_from_the_street() -> None:
    facts: Facts = {**DOOR, "zone": ("work", "outside"), "entered": ("yes", "no"), "attempted": ("yes",)}
    goal = Readings(bare(), {**facts, "consent_by": ("none",)}).goal("vccr-31-2")
    assert goal.readings == 3
    assert goal.deciding == ("zone", "entered")


def test_facts_that_only_change_together_decide_together() -> None:
    left = {("a", "b", "x"): frozenset({"breach"}), ("c", "d", "x"): frozenset({"no_breach"})}
    assert deciding_facts(("one", "two", "three"), left) == ("one", "two")


def test_what_cannot_be_together_leaves_no_reading_and_says_so() -> None:
    goal = Readings(bare(**DOOR), {"attempted": ("no",), "entered": ("yes",)}).goal("vccr-31-2")
    assert (goal.answer, goal.possible, goal.robust, goal.readings) == ("open", (), "no", 0)
    assert says(goal, "en") == "No reading is left: what the sources say cannot be together."


def test_facts_that_the_law_never_asks_are_in_no_reading() -> None:
    facts = {fact.id: fact.values for fact in vocabulary().facts.values() if fact.decides == "never"}
    goal = Readings(bare(**DOOR), {**facts, "consent_by": ("none",)}).goal("entry")
    assert (goal.answer, goal.robust, goal.readings, goal.deciding) == ("refuse", "yes", 1, ())


def test_above_the_cap_it_says_so_and_answers_in_one_pass() -> None:
    everything = {name: LAW.domain(name) for name in LAW.cone("entry") if name not in ("head", "status")}
    goal = Readings(bare(head=("career",), status=("open",)), everything).goal("entry")
    assert goal.readings > CAP
    assert (goal.robust, goal.walked, goal.answer) == ("undecided", False, "open")
    assert "Not decided by enumeration" in says(goal, "en")
    assert "No decidido por enumeración" in says(goal, "es")
    street = Readings(bare(zone=("outside",)), {**everything, "zone": ("outside",)}, cap=10).goal("entry")
    assert (street.robust, street.walked, street.answer) == ("yes", False, "not_governed")


@settings(max_examples=40, deadline=None)
@given(accounts())
def test_one_pass_never_says_robust_where_the_walk_does_not(found: tuple[str, Facts]) -> None:
    module, facts = found
    walked, passed = Readings(bare(), facts).goal(module), Readings(bare(), facts, cap=0).goal(module)
    assert passed.possible == walked.possible
    assert passed.robust != "yes" or walked.robust == "yes"


def test_the_same_facts_are_told_under_each_legal_view() -> None:
    """A post that was closed before they came in: the sides agree on every fact."""
    facts: Facts = {
        "head": ("career",), "status": ("ended",), "zone": ("work",), "actor": ("officer",), "consent_by": ("none",),
        "emergency": ("none",), "attempted": ("yes",), "entered": ("yes",),
    }  # fmt: skip
    readings = Readings(bare(), facts)
    goal = readings.goal("entry")
    assert (goal.answer, goal.robust, goal.deciding) == ("disputed", "yes", ())
    views = {(view.position, view.option): view.goals["entry"] for view in readings.views_taken(["entry"])}
    assert views == {("closed-post", "kept"): ("refuse",), ("closed-post", "lapsed"): ("no_treaty_bar",)}
    taken = Readings(bare(), facts, {"closed-post": "lapsed"})
    assert taken.goal("entry").answer == "no_treaty_bar"
    assert taken.views_taken(["entry"]) == ()


def test_what_the_ministry_knows_stands_beside_the_sources_and_never_over_them() -> None:
    frame = bare(**{**DOOR, "consent_by": ("none",)})
    told = Readings(frame, {"consent_by": ("head",), "consent_state": ("standing",), "consent_scope": ("within",)})
    assert told.facts["consent_by"] == ("none", "head")
    assert told.goal("entry").robust == "no"


def test_the_worst_answer_is_known_for_every_result_of_every_goal() -> None:
    words = vocabulary()
    for name, module in words.modules.items():
        if module.role == "finding" or name == "entry":
            extra = {"arguable"} if "breach" in module.results else set()
            for answer in {*module.results, *extra, "disputed", "open"}:
                adversity(name, answer)
    assert adversity("vccr-55", "engaged") > adversity("vccr-55", "not_engaged")
    assert adversity("vccr-31-2", "no_breach") > adversity("vccr-31-2", "breach")
