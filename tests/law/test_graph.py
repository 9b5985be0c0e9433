"""Decision graphs mean what the functions they were made from mean."""

import itertools
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from inviolable.law.graph import Graphs, Node

VARIABLES = [("a", ("1", "2")), ("b", ("1", "2", "3")), ("c", ("1", "2")), ("d", ("1", "2", "3"))]
NAMES = [name for name, _ in VARIABLES]
WORLDS = [dict(zip(NAMES, world, strict=True)) for world in itertools.product(*(values for _, values in VARIABLES))]

Function = list[Any]
functions = st.lists(st.sampled_from(["x", "y", "z", None]), min_size=len(WORLDS), max_size=len(WORLDS))
#: Functions with structure: only some variables count.
sparse = st.builds(
    lambda leaves, names: [leaves[hash_of(world, names)] for world in WORLDS],
    st.lists(st.sampled_from(["x", "y", None]), min_size=36, max_size=36),
    st.sets(st.sampled_from(NAMES)),
)
any_function = functions | sparse
knowledge = st.fixed_dictionaries(
    {}, optional={name: st.sets(st.sampled_from(values), min_size=1).map(sorted) for name, values in VARIABLES}
)


def hash_of(world: Mapping[str, str], names: set[str]) -> int:
    place = 0
    for name, values in VARIABLES:
        if name in names:
            place = place * len(values) + values.index(world[name])
    return place


def graph_of(graphs: Graphs, function: Function) -> Node:
    """Built from the leaves up, one level after another."""
    nodes = [graphs.leaf(leaf) for leaf in function]
    for level in reversed(range(len(VARIABLES))):
        width = len(VARIABLES[level][1])
        nodes = [graphs.ask(level, tuple(nodes[at : at + width])) for at in range(0, len(nodes), width)]
    return nodes[0]


def value(graphs: Graphs, node: Node, world: Mapping[str, str]) -> Any:
    (leaf,) = graphs.outcomes(node, {name: (value,) for name, value in world.items()})
    return leaf


@given(any_function)
def test_a_graph_gives_each_world_its_leaf(function: Function):
    graphs = Graphs(VARIABLES)
    node = graph_of(graphs, function)
    assert [value(graphs, node, world) for world in WORLDS] == function


@given(any_function)
def test_graphs_that_mean_the_same_are_the_same(function: Function):
    graphs = Graphs(VARIABLES)
    node = graphs.leaf(None)
    for leaf, world in zip(function, WORLDS, strict=True):
        here = graphs.leaf(True)
        for name, answer in world.items():
            here = graphs.combine(both, here, graphs.test(name, (answer,)))
        node = graphs.combine(lambda old, met, leaf=leaf: leaf if met else old, node, here)
    assert node == graph_of(graphs, function)


def both(one: bool, other: bool) -> bool:
    return one and other


@given(any_function, any_function)
def test_combining_works_leaf_by_leaf(one: Function, other: Function):
    graphs = Graphs(VARIABLES)
    combined = graphs.combine(pair, graph_of(graphs, one), graph_of(graphs, other))
    assert combined == graph_of(graphs, [pair(*leaves) for leaves in zip(one, other, strict=True)])


def pair(one: Any, other: Any) -> Any:
    return one if one == other else (one, other)


@given(any_function, st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VARIABLES}))
def test_restricting_is_knowing(function: Function, known: dict[str, str]):
    graphs = Graphs(VARIABLES)
    node = graphs.restrict(graph_of(graphs, function), known | {"of another law": "yes"})
    assert not set(graphs.asked(node)) & set(known)
    answer = {tuple(world.values()): leaf for world, leaf in zip(WORLDS, function, strict=True)}
    assert node == graph_of(graphs, [answer[tuple((world | known).values())] for world in WORLDS])


@given(any_function, knowledge)
def test_outcomes_are_what_some_completion_gives_and_nothing_else(function: Function, allowed: dict[str, list[str]]):
    graphs = Graphs(VARIABLES)
    completions = {
        leaf
        for leaf, world in zip(function, WORLDS, strict=True)
        if all(world[name] in values for name, values in allowed.items())
    }
    assert graphs.outcomes(graph_of(graphs, function), allowed) == completions


@given(any_function)
def test_a_graph_asks_exactly_what_its_function_depends_on(function: Function):
    graphs = Graphs(VARIABLES)
    answer = {tuple(world.values()): leaf for world, leaf in zip(WORLDS, function, strict=True)}
    depends = tuple(
        name
        for name, values in VARIABLES
        if any(len({answer[tuple((world | {name: v}).values())] for v in values}) > 1 for world in WORLDS)
    )
    assert graphs.asked(graph_of(graphs, function)) == depends


@given(any_function, st.sampled_from(["x", "y", None, "nowhere"]))
def test_an_example_is_found_exactly_where_there_is_one(function: Function, wanted: Any):
    graphs = Graphs(VARIABLES)
    node = graph_of(graphs, function)
    example = graphs.example(node, lambda leaf: leaf == wanted)
    assert (example is not None) == (wanted in function)
    if example is not None:
        assert graphs.outcomes(node, {name: (answer,) for name, answer in example.items()}) == {wanted}


@given(any_function)
def test_every_node_is_listed_once_and_after_its_parents(function: Function):
    graphs = Graphs(VARIABLES)
    root = graph_of(graphs, function)
    nodes = list(graphs.nodes(root))
    assert nodes[0] == root
    assert len(set(nodes)) == len(nodes)
    place = {node: at for at, node in enumerate(nodes)}
    assert all(place[node] < place[child] for node in nodes for child in graphs.children[node])
