"""The next question is the best one, by comparison with every other way of asking."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inviolable.law.decisions import Compiled
from inviolable.law.graph import Graphs
from inviolable.law.law import law_of
from inviolable.law.questions import Questions, prior
from inviolable.law.vocabulary import Fact, Vocabulary, vocabulary

VALUES = {"a": ("1", "2"), "b": ("1", "2", "3"), "c": ("1", "2")}
WORLDS = [dict(zip(VALUES, world, strict=True)) for world in itertools.product(*VALUES.values())]

answers = st.lists(st.sampled_from(["refuse", "admit", "call"]), min_size=12, max_size=12)
answers_of_some_worlds = st.lists(st.sampled_from(["refuse", "admit", None]), min_size=12, max_size=12)
costs = st.fixed_dictionaries({name: st.integers(1, 60) for name in VALUES})
weights = st.fixed_dictionaries(
    {name: st.fixed_dictionaries({value: st.integers(1, 99) for value in values}) for name, values in VALUES.items()}
)


class Door:
    """A small law as a graph to ask about, and as a list of worlds to enumerate."""

    def __init__(self, results: list[Any], cost: Mapping[str, int], weight: Mapping[str, Mapping[str, int]]) -> None:
        self.results, self.cost, self.weight = results, cost, weight
        self.graphs = Graphs(list(VALUES.items()))
        nodes = [self.graphs.leaf(result) for result in results]
        for level, values in reversed(list(enumerate(VALUES.values()))):
            nodes = [
                self.graphs.ask(level, tuple(nodes[at : at + len(values)])) for at in range(0, len(nodes), len(values))
            ]
        self.node = nodes[0]
        facts = {name: Fact(name, values, cost[name], (), False, "") for name, values in VALUES.items()}
        self.words = Vocabulary(facts, {}, {}, ())

    def questions(self, unanswerable: tuple[str, ...] = ()) -> Questions:
        return Questions(self.graphs, self.words, self.weight, unanswerable=unanswerable)

    def possible(self, known: Mapping[str, str]) -> list[tuple[dict[str, str], str, float]]:
        found = []
        for world, result in zip(WORLDS, self.results, strict=True):
            if result is not None and all(world[name] == value for name, value in known.items()):
                chance = 1.0
                for name, value in world.items():
                    chance *= self.weight[name][value] / sum(self.weight[name].values())
                found.append((world, result, chance))
        return found

    def matters(self, known: Mapping[str, str], name: str) -> bool:
        return any(
            result != other_result and all(other[fact] == value for fact, value in world.items() if fact != name)
            for world, result, _ in self.possible(known)
            for other, other_result, _ in self.possible(known)
        )

    def least(self, known: Mapping[str, str], unanswerable: tuple[str, ...] = (), idle_too: bool = False) -> float:
        """The cost of the best of all strategies, tried one by one; `idle_too` tries pointless questions as well."""
        worlds = self.possible(known)
        if len({result for _, result, _ in worlds}) <= 1:
            return 0.0
        useful = [name for name in VALUES if name not in (*known, *unanswerable) and self.matters(known, name)]
        if not useful:
            return 0.0
        askable = [name for name in VALUES if name not in (*known, *unanswerable)] if idle_too else useful
        total = sum(chance for _, _, chance in worlds)
        return min(
            self.cost[name]
            + sum(
                sum(chance for world, _, chance in worlds if world[name] == value)
                / total
                * self.least({**known, name: value}, unanswerable, idle_too)
                for value in VALUES[name]
            )
            for name in askable
        )


@settings(deadline=None)
@given(answers, costs, weights)
def test_no_way_of_asking_is_cheaper_even_with_idle_questions(results, cost, weight):
    door = Door(results, cost, weight)
    assert door.questions().best(door.node)[0] == pytest.approx(door.least({}, idle_too=True))


@settings(deadline=None)
@given(answers_of_some_worlds, costs, weights)
def test_the_best_order_is_best_where_some_worlds_cannot_be(results, cost, weight):
    """Of all ways of asking only what can matter: a telling but idle question is never put."""
    door = Door(results, cost, weight)
    assert door.questions().best(door.node)[0] == pytest.approx(door.least({}))


@settings(deadline=None)
@given(answers_of_some_worlds, costs, weights, st.sampled_from(list(VALUES)))
def test_what_cannot_be_answered_is_not_asked_and_the_rest_is_asked_best(results, cost, weight, unanswerable):
    door = Door(results, cost, weight)
    questions = door.questions((unanswerable,))
    assert questions.best(door.node)[0] == pytest.approx(door.least({}, (unanswerable,)))
    assert unanswerable not in questions.facts(door.node)
    assert questions.next(door.node) != unanswerable


@settings(deadline=None)
@given(answers_of_some_worlds, costs, weights)
def test_only_what_matters_is_asked_on_every_path(results, cost, weight):
    door = Door(results, cost, weight)
    questions = door.questions()

    def follow(node: int, known: dict[str, str]) -> None:
        fact = questions.next(node)
        settled = len({result for _, result, _ in door.possible(known)}) <= 1
        useful = [] if settled else [name for name in VALUES if name not in known and door.matters(known, name)]
        assert questions.facts(node) == tuple(useful)
        assert (fact in useful) if useful else fact == ""
        if fact:
            for value in VALUES[fact]:
                if door.possible({**known, fact: value}):
                    follow(questions.restrict(node, fact, value), {**known, fact: value})

    follow(door.node, {})


def test_two_facts_that_matter_only_together_are_both_found():
    """Neither changes the set of possible answers alone: `refuse` and `admit` stay possible after either."""
    together = ["refuse" if world["a"] == world["c"] else "admit" for world in WORLDS]
    door = Door(together, dict.fromkeys(VALUES, 1), {name: dict.fromkeys(VALUES[name], 1) for name in VALUES})
    assert door.questions().facts(door.node) == ("a", "c")
    assert door.questions().best(door.node)[0] == 2.0


def test_a_settled_answer_asks_nothing():
    door = Door(
        ["refuse"] * 11 + [None], dict.fromkeys(VALUES, 1), {name: dict.fromkeys(VALUES[name], 1) for name in VALUES}
    )
    assert door.questions().best(door.node) == (0.0, "")


def test_at_the_door_the_best_order_beats_greedy_and_declared_order():
    """Under the shipped prior and costs, for a post whose profile is on file."""
    compiled = Compiled(law_of("vccr", "arsiwa"))
    graphs = compiled.graphs
    node = graphs.combine(
        lambda outcome: outcome and outcome[0],
        graphs.restrict(compiled.answers("entry", {}), {"head": "career", "status": "open"}),
    )
    questions = Questions(graphs, vocabulary(), prior())

    def cost(node: int, choose: Any) -> float:
        fact = choose(node)
        return questions.expected(node, fact, lambda child: cost(child, choose)) if fact else 0.0

    best = questions.best(node)[0]
    assert cost(node, questions.next) == pytest.approx(best)
    assert best < cost(node, questions.information_gain)
    assert best < cost(node, lambda node: next(iter(questions.facts(node)), ""))
