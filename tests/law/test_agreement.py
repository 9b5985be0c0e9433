"""Interpreter, table, graph and the browser's evaluator agree, in every world and every state of ignorance.

What is true of a state of partial knowledge is defined apart from all of them: the interpreter's results over
all completions, joined in an array with one more place per fact for 'unknown' (tests/law/worlds.py).
"""

import itertools
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.law.worlds import (
    DOOR_FACTS,
    DOOR_PROFILE,
    EXHAUSTIBLE,
    Browser,
    as_sets,
    bits,
    composed,
    every_module,
    graph_lattice,
    interpreted,
    job,
    lattice,
    lattice_of_differences,
    linked,
    own_positions,
    settled,
    states,
)

from inviolable.law.decisions import Compiled
from inviolable.law.fast import decide, flattened, reasoned, stages
from inviolable.law.graph import Node
from inviolable.law.law import Law, law_of
from inviolable.law.meaning import Meaning, meaning
from inviolable.law.publish import as_json, published
from inviolable.law.table import CONFLICT, GAP, Table, evaluate, grid, possible, values_of
from inviolable.law.vocabulary import TAGS

EXHAUSTIVE = [row for row in every_module() if states(*row.values) <= EXHAUSTIBLE]
#: A module with more states takes some seconds, or a quarter of a minute: `.ci/run` and `make chaos` look at them.
QUICK, SOON = 100_000, 500_000
BIG = [
    pytest.param(*row.values, id=row.id, marks=[pytest.mark.long]) for row in EXHAUSTIVE if states(*row.values) > QUICK
]
EVERY_WORLD = [row for row in EXHAUSTIVE if states(*row.values) <= QUICK] + BIG
IN_TIME = [
    pytest.param(*row.values, id=row.id, marks=[pytest.mark.chaos] if states(*row.values) > SOON else row.marks)
    for row in EVERY_WORLD
]
TOO_LARGE = [row for row in every_module() if states(*row.values) > EXHAUSTIBLE]


def results_only(compiled: Compiled, module: str, positions: Mapping[str, str]) -> Node:
    """The graph of a module's answers without their tags."""
    return compiled.graphs.combine(_result, compiled.answers(module, positions))


def by_answer(graph: Mapping[str, Any]) -> dict[str, Any]:
    """A published graph whose leaves are answers alone."""
    return {**graph, "leaves": [leaf and graph["answers"][leaf]["answer"] for leaf in graph["leaves"]]}


def _result(outcome):
    return outcome and outcome[0]


@pytest.mark.parametrize(("law", "module"), EVERY_WORLD)
def test_interpreter_table_and_graph_agree_on_every_world_of_a_module(law: Law, module: str):
    truth = interpreted(law, module)

    tabled = evaluate(law, module, grid(law, truth.names))
    assert np.array_equal(np.broadcast_to(tabled.results, truth.results.shape), truth.results)
    answered = truth.results < bits(law, module).index(GAP)
    assert np.array_equal(np.broadcast_to(tabled.ranks, truth.ranks.shape)[answered], truth.ranks[answered])

    compiled = Compiled(law, standalone=True)
    node = compiled.decision(module).results
    choices = [[(name, (value,)) for value in values_of(law, name)] for name in truth.names]
    order = bits(law, module)
    pairs = zip(truth.results.flat, truth.ranks.flat, itertools.product(*choices), strict=True)
    for result, rank, world in pairs:
        (reached,) = compiled.graphs.outcomes(node, dict(world))
        assert reached[0] == order[result], world
        assert reached[1] == rank or order[result] in (GAP, CONFLICT), world


@pytest.mark.parametrize(("law", "module"), IN_TIME)
def test_all_agree_on_every_state_of_partial_knowledge_of_a_module(law: Law, module: str, browser_law: Browser):
    compiled = Compiled(law, standalone=True)
    positions = own_positions(law, module)
    facts = (*law.inputs(module), *linked(law, module))
    variables = [(name, values_of(law, name)) for name in facts]
    order = bits(law, module)
    can_be = np.broadcast_to(possible(law, grid(law, facts)), [len(values) for _, values in variables])
    every_view = list(itertools.product(*((None, *values_of(law, name)) for name in positions)))
    taken = [{name: view for name, view in zip(positions, views, strict=True) if view} for views in every_view]
    graphs = [results_only(compiled, module, views) for views in taken]

    running = browser_law.run(
        module, [job(as_json(compiled.graphs, node), variables, order, "outcomes") for node in graphs]
    )
    expected = interpreted(law, module).results
    columns = grid(law, interpreted(law, module).names)
    tabled = np.broadcast_to(evaluate(law, module, columns).results, expected.shape)
    truths = []
    for views, node in zip(taken, graphs, strict=True):
        truth = lattice(as_sets(under(views, expected, law, module), can_be))
        assert np.array_equal(lattice(as_sets(under(views, tabled, law, module), can_be)), truth)
        assert np.array_equal(graph_lattice(compiled.graphs, node, variables, order), truth)
        truths.append(truth)
    for answers, truth in zip(running.answers(), truths, strict=True):
        assert np.array_equal(answers, truth)


def under(views: Mapping[str, str], results: np.ndarray, law: Law, module: str) -> np.ndarray:
    """Results over facts alone, also those linked to them: some positions taken, the others settled."""
    first = len(law.inputs(module))
    positions = own_positions(law, module)
    index = tuple(values_of(law, name).index(views[name]) if name in views else slice(None) for name in positions)
    unset = len(positions) - len(views)
    over_inputs = settled(results[(..., *index)], tuple(range(first, first + unset)), law, module)
    others = [len(values_of(law, name)) for name in linked(law, module)]
    return np.broadcast_to(
        over_inputs.reshape([*over_inputs.shape, *(1 for _ in others)]), [*over_inputs.shape, *others]
    )


@pytest.mark.parametrize(("law", "module"), [row for row in EXHAUSTIVE if states(*row.values) < 30_000])
def test_the_browser_knows_in_every_state_which_facts_still_matter(law: Law, module: str, browser_law: Browser):
    compiled = Compiled(law, standalone=True)
    facts = (*law.inputs(module), *linked(law, module))
    variables = [(name, values_of(law, name)) for name in facts]
    can_be = np.broadcast_to(possible(law, grid(law, facts)), [len(values) for _, values in variables])
    graph = as_json(compiled.graphs, results_only(compiled, module, {}))

    running = browser_law.run(f"{module}-matters", [job(graph, variables, bits(law, module), "matters")])

    results = as_sets(under({}, interpreted(law, module).results, law, module), can_be)
    assert np.array_equal(running.answers()[0], lattice_of_differences(results))


def test_no_module_is_too_large_to_be_compared_in_every_state():
    assert not TOO_LARGE, "split its rules into stages"


# ---- the door ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vccr() -> Law:
    return law_of("vccr", "arsiwa")


@pytest.fixture(scope="module")
def door_worlds(vccr: Law) -> np.ndarray:
    """The interpreter at the door: an axis for each fact asked and for each position."""
    positions = vccr.positions("entry")
    columns = grid(vccr, (*DOOR_FACTS, *positions))
    profile = {
        name: np.array(values_of(vccr, name).index(value), dtype=np.uint8) for name, value in DOOR_PROFILE.items()
    }
    sizes = [len(values_of(vccr, name)) for name in (*DOOR_FACTS, *positions)]
    return np.broadcast_to(composed(vccr, "entry", columns | profile), sizes)


def door_positions(vccr: Law) -> list[dict[str, str]]:
    """Nothing decided; and everything decided, one way and the other."""
    options = {name: values_of(vccr, name) for name in vccr.positions("entry")}
    return [{}, *({name: views[end] for name, views in options.items()} for end in (0, -1))]


def at_door(worlds: np.ndarray, positions: Mapping[str, str], vccr: Law) -> np.ndarray:
    """Results over the facts of the door under the positions taken."""
    names = vccr.positions("entry")
    index = tuple(values_of(vccr, name).index(positions[name]) if name in positions else slice(None) for name in names)
    axes = tuple(range(len(DOOR_FACTS), len(DOOR_FACTS) + len(names) - len(positions)))
    return settled(worlds[(..., *index)], axes, vccr, "entry")


def test_the_door_has_as_many_worlds_as_we_say(vccr: Law, door_worlds: np.ndarray):
    sizes = door_worlds.shape[: len(DOOR_FACTS)]
    assert np.prod(sizes) == 423_360
    assert np.prod([size + 1 for size in sizes]) == 6_220_800


def test_the_interpreter_decides_the_door_as_its_stages_do_one_by_one(vccr: Law, door_worlds: np.ndarray):
    """Every world is covered stage by stage; that stages may be put together so is tried on worlds in full."""
    names = (*DOOR_FACTS, *vccr.positions("entry"))
    order = bits(vccr, "entry")
    random = np.random.default_rng(27_01_2026)
    for _ in range(3_000):
        place = tuple(int(random.integers(size)) for size in door_worlds.shape)
        world = {name: values_of(vccr, name)[code] for name, code in zip(names, place, strict=True)}
        assert meaning(vccr, "entry", DOOR_PROFILE | world).result == order[door_worlds[place]], world


def test_the_table_agrees_on_every_world_of_the_door_under_all_positions(vccr: Law, door_worlds: np.ndarray):
    table = Table(vccr, "entry", DOOR_PROFILE)
    asked = tuple(slice(None) if name in table.names else 0 for name in DOOR_FACTS)
    assert {name for name in DOOR_FACTS if name not in table.names} == {"paper"}
    # No paper opens the door: it is in no rule, and the interpreter's answers do not vary with it.
    without_paper = tuple(slice(None) if name != "paper" else slice(0, 1) for name in DOOR_FACTS)
    assert (door_worlds == door_worlds[without_paper]).all()
    tabled = np.moveaxis(table.answers, range(len(table.names)), [place_of(name, table, vccr) for name in table.names])
    assert np.array_equal(tabled // len(TAGS), door_worlds[asked])


def place_of(name: str, table: Table, vccr: Law) -> int:
    return [other for other in (*DOOR_FACTS, *vccr.positions("entry")) if other in table.names].index(name)


def test_the_browser_decides_every_world_of_the_door_under_all_positions(
    vccr: Law, door_worlds: np.ndarray, browser_law: Browser
):
    compiled = Compiled(vccr)
    names = (*(name for name in DOOR_FACTS if name != "paper"), *vccr.positions("entry"))
    variables = [(name, values_of(vccr, name)) for name in names]
    node = compiled.graphs.combine(_result, compiled.graphs.restrict(compiled.decision("entry").results, DOOR_PROFILE))
    order = bits(vccr, "entry")
    answers = browser_law.run("worlds", [job(as_json(compiled.graphs, node), variables, order, "decide")]).answers()[0]
    expected = door_worlds[tuple(slice(None) if name != "paper" else 0 for name in DOOR_FACTS)]
    assert np.array_equal(answers, np.uint16(1) << expected.astype(np.uint16))


@pytest.mark.long
@pytest.mark.parametrize(
    "case",
    [0, *(pytest.param(one, marks=pytest.mark.chaos) for one in (1, 2))],
    ids=["unset", "one way", "the other way"],
)
def test_all_agree_on_every_state_of_partial_knowledge_at_the_door(
    case: int, vccr: Law, door_worlds: np.ndarray, browser_law: Browser
):
    positions = door_positions(vccr)[case]
    compiled = Compiled(vccr)
    graphs = compiled.graphs
    order = bits(vccr, "entry")
    variables = [(name, values_of(vccr, name)) for name in DOOR_FACTS]
    running = browser_law.run(
        f"door-{case}",
        [job(by_answer(published(compiled, "entry", positions, DOOR_PROFILE)), variables, order, "outcomes")],
    )
    worlds = at_door(door_worlds, positions, vccr)
    truth = lattice(as_sets(worlds, np.ones_like(worlds, dtype=bool)))

    # A graph that never asks for the paper gives the same answer whatever is known of it.
    node = graphs.restrict(results_only(compiled, "entry", positions), DOOR_PROFILE)
    asked = [(name, values) for name, values in variables if name in graphs.asked(node)]
    found = graph_lattice(graphs, node, asked, order)
    idle = tuple(place for place, name in enumerate(DOOR_FACTS) if name not in graphs.asked(node))
    assert np.array_equal(np.broadcast_to(np.expand_dims(found, idle), truth.shape), truth)

    flat = flattened(graphs, node)
    choices = [[(name, value) for value in values] for name, values in variables]
    for result, world in zip(worlds.flat, itertools.product(*choices), strict=True):
        assert decide(flat, dict(world)) == order[result]

    assert np.array_equal(running.answers()[0], truth)


# ---- worlds that cannot be --------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_answers_leave_out_worlds_that_cannot_be(vccr: Law, data):
    """31(2) reads whether an entry was attempted and whether somebody entered: nobody enters without attempting."""
    module = "vccr-31-2"
    compiled = _composed_vccr()
    cone, positions = vccr.cone(module), vccr.positions(module)
    known = {
        name: data.draw(st.sets(st.sampled_from(values_of(vccr, name)), min_size=1, max_size=2), name)
        if data.draw(st.integers(0, 9)) < 7
        else set(values_of(vccr, name))
        for name in cone
    }
    views = {name: data.draw(st.sampled_from((None, *values_of(vccr, name))), name) for name in positions}
    taken = {name: view for name, view in views.items() if view}
    allowed = known | {name: {option} for name, option in taken.items()}

    names = (*cone, *positions)
    codes = [
        np.array([place for place, value in enumerate(values_of(vccr, name)) if value in allowed.get(name, {value})])
        for name in names
    ]
    assume(np.prod([len(part) for part in codes], dtype=np.int64) <= 300_000)
    columns = {
        name: part.astype(np.uint8).reshape([-1 if axis == place else 1 for axis in range(len(names))])
        for place, (name, part) in enumerate(zip(names, codes, strict=True))
    }
    evaluated = np.broadcast_to(evaluate(vccr, module, columns).results, [len(part) for part in codes])
    worlds = settled(evaluated, tuple(range(len(cone), len(names))), vccr, module)
    over_views = tuple(range(len(cone), len(names)))
    can_be = np.broadcast_to(possible(vccr, columns).squeeze(axis=over_views), worlds.shape)
    order = bits(vccr, module)
    truth = {order[code] for code in np.unique(worlds[can_be])}

    outcomes = compiled.graphs.outcomes(compiled.answers(module, taken), {name: known[name] for name in cone})
    assert {outcome[0] for outcome in outcomes - {None}} == truth


_kept: list[Compiled] = []


def _composed_vccr() -> Compiled:
    if not _kept:
        _kept.append(Compiled(law_of("vccr", "arsiwa")))
    return _kept[0]


def test_a_world_that_cannot_be_has_no_answer(vccr: Law):
    compiled = _composed_vccr()
    allowed = {"attempted": ("no",), "entered": ("yes",)}
    assert compiled.graphs.outcomes(compiled.answers("vccr-31-2", {}), allowed) == {None}


@pytest.mark.parametrize("every", [23, pytest.param(1, marks=pytest.mark.chaos)])
def test_the_fast_form_gives_the_interpreters_reasons_in_every_world_of_the_door(vccr: Law, every: int):
    """Every rule that holds or is defeated, of the entry and of each stage before it; each 23rd world in the suite."""
    compiled = _composed_vccr()
    taken = door_positions(vccr)[1]
    flat = reasoned(compiled, "entry", DOOR_PROFILE | taken)
    defaults = {rule.id for rules in vccr.rules.values() for rule in rules if rule.is_default}

    @cache
    def stage(module: str, inputs: tuple[tuple[str, str], ...]) -> Meaning:
        return meaning(vccr, module, taken | dict(inputs))

    facts = [name for name in DOOR_FACTS if name != "paper"]
    worlds = itertools.product(*(values_of(vccr, name) for name in facts))
    for place, values in enumerate(itertools.islice(worlds, 0, None, every)):
        world = DOOR_PROFILE | dict(zip(facts, values, strict=True))
        seen = dict(world)
        holds, defeated = set(), set()
        for module in stages(vccr, "entry"):
            found = stage(module, tuple((name, seen[name]) for name in vccr.inputs(module)))
            seen[module] = found.result
            holds.update(found.holds)
            defeated.update(set(found.defeated) - defaults)
        told = decide(flat, world)
        assert told.result == seen["entry"]
        assert {reason.rule for reason in told.because if not reason.by} == holds
        assert {reason.rule for reason in told.because if reason.by} == defeated
        assert all(reason.by in vccr.above[reason.rule] & (holds | defeated) for reason in told.because if reason.by)
        if place % 97 == 0:
            assert told.tag == meaning(vccr, "entry", world | taken).tag
