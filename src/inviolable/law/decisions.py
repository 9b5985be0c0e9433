"""From rules to decision graphs: every module of a law over the raw facts of its whole cone.

Results of one module are put into the next as graphs, never as sets, so that what two stages have
in common stays in common and the answer under unknown facts is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .graph import Graphs, Node
from .law import Law
from .lawfile import Rule
from .vocabulary import TAGS

#: What a leaf of a result graph holds: the result and the rank of its tag in TAGS; None: no such world.
Outcome = tuple[str, int]
#: A result while rules are being joined: also whether every standing rule so far is tagged A or M.
_Joined = tuple[str, int, bool] | None

GAP: Outcome = ("(gap)", 0)
CONFLICT: Outcome = ("(conflict)", 0)


@dataclass(frozen=True)
class Decision:
    """One module compiled. For each rule, the rank of its weakest tag where it applies and where it
    stands, None elsewhere; and the result of all rules together."""

    module: str
    rules: tuple[Rule, ...]
    applies: tuple[Node, ...]
    stands: tuple[Node, ...]
    results: Node


class Compiled:
    """A law as decision graphs. `standalone` compiles each module over its own inputs only, with the
    modules that feed it as variables: how a bounded module is decided and each module is compared."""

    def __init__(self, law: Law, standalone: bool = False) -> None:
        self.law = law
        self.standalone = standalone
        modules = [(module, law.domain(module)) for module in law.order] if standalone else []
        positions = [(name, position.options) for name, position in law.words.positions.items()]
        self.first_position = len(law.words.facts) + len(modules)
        self.graphs = Graphs([*((name, fact.values) for name, fact in law.words.facts.items()), *modules, *positions])
        self.decisions: dict[str, Decision] = {}
        self.answered: dict[tuple[str, frozenset[tuple[str, str]]], Node] = {}

    def decision(self, module: str) -> Decision:
        """The compiled module; compiles what it depends on first."""
        if module not in self.decisions:
            self.decisions[module] = self.compile(module, self.law.rules[module])
        return self.decisions[module]

    def compile(self, module: str, rules: tuple[Rule, ...]) -> Decision:
        """Compile a module from the given rules (a proof leaves one out)."""
        combine = self.graphs.combine
        applies = {rule.id: self._applies(rule) for rule in rules}
        stands = []
        joined = self.graphs.leaf(None)
        for rule in rules:
            stand = applies[rule.id]
            for higher, applying in applies.items():
                if higher in self.law.above[rule.id]:
                    stand = combine(_unless, stand, applying)
            stands.append(stand)
            joined = combine(_joining(rule.result, TAGS.index(rule.tag) >= TAGS.index("A")), joined, stand)
        return Decision(module, rules, tuple(applies.values()), tuple(stands), combine(_concluded, joined))

    def _applies(self, rule: Rule) -> Node:
        """The rank of the rule's weakest tag where it applies, None elsewhere."""
        graph = self.graphs.leaf(TAGS.index(rule.tag))
        for condition in rule.conditions:
            if condition.name in self.law.rules and not self.standalone:
                upstream = self.decision(condition.name).results
                met = self.graphs.combine(_being(condition.values), upstream)
            else:
                met = self.graphs.test(condition.name, condition.values, yes=0, no=None)
            graph = self.graphs.combine(_both, graph, met)
        for position, option in rule.views:
            graph = self.graphs.combine(_both, graph, self.graphs.test(position, (option,), yes=0, no=None))
        return graph

    def possible(self, module: str) -> Node:
        """True in every world that can be, over the module's cone."""
        graph = self.graphs.leaf(True)
        cone = self.law.cone(module)
        for impossible in self.law.words.impossible:
            if all(fact in cone for fact, _ in impossible.when):
                met = self.graphs.leaf(True)
                for fact, values in impossible.when:
                    met = self.graphs.combine(_and, met, self.graphs.test(fact, values))
                graph = self.graphs.combine(_and_not, graph, met)
        return graph

    def answers(self, module: str, positions: Mapping[str, str]) -> Node:
        """The result graph with set positions applied, unset ones settled into `disputed` where they
        matter, and None in every impossible world."""
        asked = module, frozenset(positions.items())
        if asked not in self.answered:
            settled = self.settle(self.decision(module).results, positions)
            self.answered[asked] = self.graphs.combine(_if_possible, settled, self.possible(module))
        return self.answered[asked]

    def settle(self, node: Node, positions: Mapping[str, str]) -> Node:
        """Where all views on the unset positions agree, their result; elsewhere `disputed`."""
        return self._over_views(node, positions, _agreed)

    def behind(self, module: str, positions: Mapping[str, str]) -> Node:
        """In every world the places of the rules that stand in some view on the unset positions, as a frozenset."""
        decision = self.decision(module)
        node = self.graphs.leaf(frozenset())
        for place, stands in enumerate(decision.stands):
            node = self.graphs.combine(_with(place), node, stands)
        return self._over_views(node, positions, lambda views: frozenset().union(*views))

    def _over_views(self, node: Node, positions: Mapping[str, str], merge: Callable[[Collection[Any]], Any]) -> Node:
        """The graph without positions: for each world one leaf, merged of those that the possible views give."""
        graphs = self.graphs
        done: dict[Node, Node] = {}
        allowed = {name: (option,) for name, option in positions.items()}

        def walk(node: Node) -> Node:
            if node not in done:
                level = graphs.levels[node]
                if level < self.first_position:
                    done[node] = graphs.ask(level, tuple(walk(child) for child in graphs.children[node]))
                else:
                    done[node] = graphs.leaf(merge(graphs.outcomes(node, allowed)))
            return done[node]

        return walk(node)


def _agreed(views: Collection[Outcome]) -> Outcome:
    results = {result for result, _ in views}
    return results.pop() if len(results) == 1 else "disputed", max(rank for _, rank in views)


@cache
def _with(place: int) -> Callable[[frozenset[int], int | None], frozenset[int]]:
    return lambda standing, rank: standing if rank is None else standing | {place}


def _unless(stands: int | None, higher: int | None) -> int | None:
    return stands if higher is None else None


@cache
def _joining(result: str, weak: bool) -> Callable[[_Joined, int | None], _Joined]:
    def join(joined: _Joined, rank: int | None) -> _Joined:
        if rank is None:
            return joined
        if joined is None:
            return result, rank, weak
        if joined[0] != result:
            return *CONFLICT, False
        return result, min(joined[1], rank), joined[2] and weak

    return join


def _concluded(joined: _Joined) -> Outcome:
    if joined is None:
        return GAP
    result, rank, weak = joined
    return ("arguable" if result == "breach" and weak else result), rank


@cache
def _being(values: frozenset[str]) -> Callable[[Outcome], int | None]:
    def being(outcome: Outcome) -> int | None:
        return outcome[1] if outcome[0] in values else None

    return being


def _both(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def _and(one: bool, other: bool) -> bool:
    return one and other


def _and_not(one: bool, other: bool) -> bool:
    return one and not other


def result_of(outcome: Outcome | None) -> str | None:
    """The result without its tag."""
    return None if outcome is None else outcome[0]


def _if_possible(outcome: Outcome, possible: bool) -> Outcome | None:
    return outcome if possible else None
