"""Which question to ask next: the order with the least expected cost, by dynamic programming.

The state is what the answers so far left of the decision graph, so states that ask for the same
future are one state. A fact that can no longer matter is not in the graph and is never asked.
Answers are weighed by prior.toml and costs in facts.toml; both only order questions.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from .graph import Graphs, Node
from .vocabulary import Vocabulary, read_toml


@cache
def prior() -> Mapping[str, Mapping[str, float]]:
    """The shipped prior: weights of answers by fact (prior.toml)."""
    return read_toml("prior.toml")


class Questions:
    """Questions about one graph whose leaves are results, None where no world can be.

    unanswerable: facts somebody has said cannot be found out; they are not asked again.
    """

    def __init__(
        self,
        graphs: Graphs,
        words: Vocabulary,
        weights: Mapping[str, Mapping[str, float]],
        costs: Mapping[str, float] | None = None,
        unanswerable: Collection[str] = (),
    ) -> None:
        self.graphs, self.words, self.weights = graphs, words, weights
        self.costs = costs or {name: fact.cost for name, fact in words.facts.items()}
        self.unanswerable = frozenset(unanswerable)
        self._restricted: dict[tuple[Node, int, int], Node] = {}
        self._mass: dict[Node, float] = {}
        self._best: dict[Node, tuple[float, str]] = {}
        self._open: dict[Node, tuple[str, ...]] = {}

    def next(self, node: Node) -> str:
        """The fact to ask now, "" when nothing that can be asked matters any more."""
        return self.best(node)[1]

    def best(self, node: Node) -> tuple[float, str]:
        """(least expected cost from here, first fact of an order that reaches it)."""
        known = self._best.get(node)
        if known is None:
            options = [
                (self.expected(node, fact, lambda child: self.best(child)[0]), fact) for fact in self.facts(node)
            ]
            known = self._best[node] = min(options, default=(0.0, ""))
        return known

    def facts(self, node: Node) -> tuple[str, ...]:
        """The facts that can still matter and be asked; none once the answer is settled."""
        known = self._open.get(node)
        if known is None:
            settled = len(self.graphs.outcomes(node, {}) - {None}) <= 1
            known = (
                ()
                if settled
                else tuple(
                    fact
                    for fact in self.graphs.asked(node)
                    if fact not in self.unanswerable and self.matters(node, fact)
                )
            )
            self._open[node] = known
        return known

    def matters(self, node: Node, fact: str) -> bool:
        """Whether two possible worlds that differ in this fact alone have different answers."""
        children = {self.restrict(node, fact, value) for value in self.words.facts[fact].values}
        return any(
            True in self.graphs.outcomes(self.graphs.combine(_differ, one, other), {})
            for one in children
            for other in children
            if one < other
        )

    def expected(self, node: Node, fact: str, rest: Any) -> float:
        """Cost of asking a fact now and going on as `rest` says."""
        total = self.mass(node)
        cost = float(self.costs[fact])
        for value, weight in self.chances(fact).items():
            child = self.restrict(node, fact, value)
            chance = weight * self.mass(child) / total
            if chance:
                cost += chance * rest(child)
        return cost

    def information_gain(self, node: Node) -> str:
        """The fact with the most bits about the answer per cost: the usual greedy choice, for comparison."""

        def gain(fact: str) -> float:
            left = sum(
                weight * self.mass(child) / self.mass(node) * self.entropy(child)
                for value, weight in self.chances(fact).items()
                if self.mass(child := self.restrict(node, fact, value))
            )
            return (self.entropy(node) - left) / self.costs[fact]

        return max(self.facts(node), key=gain, default="")

    def entropy(self, node: Node) -> float:
        """Bits of uncertainty about the answer."""
        shares = self.shares(node)
        total = sum(share for result, share in shares.items() if result is not None)
        return -sum(
            share / total * math.log2(share / total) for result, share in shares.items() if result is not None and share
        )

    @cache  # noqa: B019 - one planner lives as long as its answers
    def shares(self, node: Node) -> Mapping[Any, float]:
        """The weight of each leaf under the prior."""
        graphs = self.graphs
        if graphs.is_leaf(node):
            return {graphs.leaves[node]: 1.0}
        fact = graphs.names[graphs.levels[node]]
        shares: dict[Any, float] = {}
        for weight, child in zip(self.chances(fact).values(), graphs.children[node], strict=True):
            for result, share in self.shares(child).items():
                shares[result] = shares.get(result, 0.0) + weight * share
        return shares

    def mass(self, node: Node) -> float:
        """The weight of all possible worlds below a node."""
        known = self._mass.get(node)
        if known is None:
            graphs = self.graphs
            if graphs.is_leaf(node):
                known = 0.0 if graphs.leaves[node] is None else 1.0
            else:
                weights = self.chances(graphs.names[graphs.levels[node]]).values()
                known = sum(w * self.mass(child) for w, child in zip(weights, graphs.children[node], strict=True))
            self._mass[node] = known
        return known

    def chances(self, fact: str) -> Mapping[str, float]:
        """The prior of a fact's values, summing to one."""
        values = self.words.facts[fact].values
        weights = self.weights.get(fact) or dict.fromkeys(values, 1.0)
        total = sum(weights[value] for value in values)
        return {value: weights[value] / total for value in values}

    def restrict(self, node: Node, fact: str, value: str) -> Node:
        """The graph after one answer. Kept by node, since orders of questions meet again and again."""
        graphs = self.graphs
        level = graphs.level_of[fact]
        index = graphs.values[level].index(value)

        def walk(node: Node) -> Node:
            here = graphs.levels[node]
            if here > level:
                return node
            if here == level:
                return graphs.children[node][index]
            key = (node, level, index)
            known = self._restricted.get(key)
            if known is None:
                known = self._restricted[key] = graphs.ask(here, tuple(walk(child) for child in graphs.children[node]))
            return known

        return walk(node)


def _differ(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one != other
