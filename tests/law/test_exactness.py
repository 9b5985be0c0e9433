"""Under unknown and contested facts the answer is exactly the set of answers over all completions."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inviolable.law.assess import Assessment
from inviolable.law.casefile import Case
from inviolable.law.changes import minimal_changes
from inviolable.law.law import Law, law_of
from inviolable.law.meaning import Meaning, meaning
from inviolable.law.vocabulary import TAGS, vocabulary

LAWS = [("vccr", "arsiwa"), ("vcdr", "arsiwa"), ("custom", "arsiwa"), ("vccr", "arsiwa", "us-china-1980")]


def case_of(names: tuple[str, ...], facts: Mapping[str, tuple[str, ...]], positions: Mapping[str, str]) -> Case:
    """A hypothetical case under the named packs."""
    return Case(
        file="case.toml",
        title="",
        sending="",
        receiving="",
        occurred=("2026-01-27", "2026-01-27"),
        as_of="",
        place="",
        post_class="embassy" if names[0] in ("vcdr", "custom-mission") else "consulate",
        host_language="",
        facts=facts,
        positions=positions,
        instruments=names,
    )


def truth(law: Law, module: str, facts: Mapping[str, tuple[str, ...]], positions: Mapping[str, str]) -> set[str]:
    """By definition: every completion, and in each of them every view on every unset position."""
    cone = law.cone(module)
    answers: set[str] = set()
    for choice in product(*(facts.get(fact, law.domain(fact)) for fact in cone)):
        world = dict(zip(cone, choice, strict=True))
        if law.possible(world):
            results = {found.result for found in _views(law, module, world, positions)}
            answers.add(results.pop() if len(results) == 1 else "disputed")
    return answers


def _views(law: Law, module: str, world: dict[str, str], positions: Mapping[str, str]) -> list[Meaning]:
    unset = [name for name in law.positions(module) if name not in positions]
    options = product(*(law.words.positions[name].options for name in unset))
    taken = (dict(zip(unset, choice, strict=True)) for choice in options)
    return [meaning(law, module, {**world, **positions, **views}) for views in taken]


@st.composite
def partial_cases(draw: st.DrawFn) -> tuple[tuple[str, ...], str, dict[str, tuple[str, ...]], dict[str, str]]:
    names = draw(st.sampled_from(LAWS))
    law = law_of(*names)
    module = draw(st.sampled_from([name for name in law.order if name not in law.bounded]))
    cone = law.cone(module)
    open_facts = draw(st.lists(st.sampled_from(cone), max_size=4, unique=True)) if cone else []
    facts: dict[str, tuple[str, ...]] = {}
    for fact in cone:
        values = law.domain(fact)
        if fact not in open_facts:
            facts[fact] = (draw(st.sampled_from(values)),)
        elif draw(st.booleans()):
            facts[fact] = tuple(draw(st.lists(st.sampled_from(values), min_size=2, max_size=3, unique=True)))
    positions = {
        name: draw(st.sampled_from(sorted(vocabulary().positions[name].options)))
        for name in law.positions(module)
        if draw(st.booleans())
    }
    return names, module, facts, positions


@settings(max_examples=30, deadline=None)
@given(partial_cases())
def test_the_answer_is_never_narrower_and_never_wider_than_the_truth(found: Any) -> None:
    names, module, facts, positions = found
    expected = truth(law_of(*names), module, facts, positions)
    assume(expected)
    outcomes = Assessment(case_of(names, facts, positions), {}).outcomes(module)
    assert {result for result, _ in outcomes} == expected


@settings(max_examples=100, deadline=None)
@given(partial_cases())
def test_a_complete_world_carries_the_weakest_tag_on_its_strongest_ground(found: Any) -> None:
    names, module, facts, positions = found
    law = law_of(*names)
    known = {fact: values[:1] for fact, values in facts.items()}
    known |= {fact: law.domain(fact)[:1] for fact in law.cone(module) if fact not in known}
    world = {fact: values[0] for fact, values in known.items()}
    assume(law.possible(world))
    views = _views(law, module, world, positions)
    ((_, rank),) = Assessment(case_of(names, known, positions), {}).outcomes(module)
    assert rank == max(TAGS.index(view.tag) for view in views)


@settings(max_examples=60, deadline=None)
@given(partial_cases())
def test_a_bounded_module_is_never_narrower_than_the_truth(found: Any) -> None:
    names, _, facts, positions = found
    law = law_of(*names)
    assessment = Assessment(case_of(names, facts, positions), {})
    world = {name: values[0] for name, values in facts.items()}
    world |= {name: fact.values[0] for name, fact in law.words.facts.items() if name not in world}
    world |= {name: next(iter(position.options)) for name, position in law.words.positions.items()} | positions
    assume(law.possible(world))
    for module in law.bounded:
        assert meaning(law, module, world).result in {result for result, _ in assessment.outcomes(module)}


@settings(max_examples=60, deadline=None)
@given(partial_cases(), st.data())
def test_every_minimal_change_is_found_and_none_is_superfluous(found: Any, data: st.DataObject) -> None:
    names, _, _, positions = found
    law = law_of(*names)
    cone = law.cone("entry")
    kept = data.draw(st.lists(st.sampled_from(cone), min_size=len(cone) - 3, unique=True))
    known = {fact: (data.draw(st.sampled_from(law.domain(fact))),) for fact in kept}
    assessment = Assessment(case_of(names, known, positions), {})
    graphs = assessment.compiled.graphs
    node = graphs.combine(_result, assessment.compiled.answers("entry", positions))
    answer, _, _ = assessment.settled("entry")
    changes = minimal_changes(graphs, node, known, answer)

    def certain(change: Mapping[str, str]) -> str:
        reached = graphs.outcomes(node, {**known, **{fact: (value,) for fact, value in change.items()}}) - {None}
        return str(reached.pop()) if len(reached) == 1 else "open"

    for change, other in changes:
        assert certain(change) == other != answer
        for fact in change:
            part = {name: value for name, value in change.items() if name != fact}
            assert certain(part) in (answer, "open")
    for fact in cone:
        for value in law.domain(fact):
            if known.get(fact) != (value,) and certain({fact: value}) not in (answer, "open"):
                assert ({fact: value}, certain({fact: value})) in changes


def _result(outcome: Any) -> Any:
    return None if outcome is None else outcome[0]
