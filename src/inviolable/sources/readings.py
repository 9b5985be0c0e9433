"""The law under every reading: what each complete choice among contested facts leaves possible.

A reading gives one value to every contested fact; what nobody says stays unknown in it, so it leaves a set of results.
Two readings differ where these sets differ. A goal counts the contested facts that its rules can still ask, and those
that are tied to them because some of their values cannot be together.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from itertools import product

from inviolable.law.casefile import Case
from inviolable.law.decisions import result_of
from inviolable.law.fast import decide, flattened
from inviolable.law.graph import Graphs, Node
from inviolable.law.lawfile import Pack
from inviolable.law.reasoning import Reasoning
from inviolable.law.vocabulary import Impossible, vocabulary

from .goals import Adverse, Goal, Left, adversity, answer_of, deciding_facts, how_bad
from .vocabulary import read_toml

#: More readings of one goal than this are not walked one by one.
CAP = 20_000

Values = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class View:
    """One view on a disputed point of law, and what each goal that it moves can then be on the same facts."""

    position: str
    option: str
    goals: Mapping[str, tuple[str, ...]]


class Readings(Reasoning):
    """What sources give, within what a ministry knows itself, read in every way that can be.

    frame: the post, the States, and the facts that the ministry knows. given: for each law fact the values that sources
    carry. What the ministry knows stands beside them, never over them. positions, own: see `Reasoning`.
    """

    def __init__(
        self,
        frame: Case,
        given: Values,
        positions: Mapping[str, str] | None = None,
        own: Sequence[Pack] = (),
        cap: int = CAP,
    ) -> None:
        super().__init__(replace(frame, facts=together(frame.facts, given)), positions or {}, own)
        self.facts = together(self.facts)
        self.contested = {fact: values for fact, values in self.facts.items() if len(values) > 1}
        self.cap = cap

    def goals(self) -> tuple[str, ...]:
        """The entry, and every finding of the law that governs."""
        return "entry", *self.law.order_by_role("finding")

    def goal(self, module: str) -> Goal:
        """One goal under every reading, with what it rests on."""
        found = self._weighed(module, self.possible_results(module))
        if not found.possible:
            return found
        return replace(found, cites=tuple(self.cites(module)), tag=self.settled(module)[2])

    def _weighed(self, module: str, possible: tuple[str, ...]) -> Goal:
        if module in self.law.bounded:
            return self._in_one_pass(module, possible, 0)
        node = self.left(module)
        matter = [fact for fact in self.contested if fact in self.compiled.graphs.asked(node)]
        size = math.prod(len(self.contested[fact]) for fact in matter)
        if size > self.cap:
            return self._in_one_pass(module, possible, size)
        left = self._walk(node, matter)
        robust = len(set(left.values())) == 1
        worst = max(left, key=lambda choice: how_bad(module, left[choice]), default=())
        facts = {} if robust else dict(zip(matter, worst, strict=False))
        return Goal(
            id=module,
            answer=answer_of(possible),
            possible=possible,
            robust="yes" if robust else "no",
            readings=len(left),
            deciding=deciding_facts(matter, left),
            adverse=Adverse(facts, answer_of(left.get(worst, ()))),
            walked=True,
        )

    def _in_one_pass(self, module: str, possible: tuple[str, ...], readings: int) -> Goal:
        """Where readings are not walked: certain where all of them together leave one result."""
        worst = max(possible, key=lambda result: adversity(module, result), default="open")
        robust = "yes" if len(possible) == 1 else "undecided"
        return Goal(module, answer_of(possible), possible, robust, readings, (), Adverse({}, worst), walked=False)

    def possible_results(self, module: str, positions: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Every result that some reading leaves possible, in one pass over all of them, in declared order."""
        if module in self.law.bounded:
            found = {result for result, _ in self.bounded_outcomes(module)}
        else:
            found = self.compiled.graphs.outcomes(self._worlds(module, positions or self.positions), self.facts)
        return tuple(result for result in (*self.law.domain(module), "disputed") if result in found)

    def left(self, module: str) -> Node:
        """The graph over contested facts alone: its leaves are the sets of results that a reading leaves possible."""
        graphs = self.compiled.graphs
        known = {fact: values[0] for fact, values in self.facts.items() if len(values) == 1}
        return _forget(graphs, graphs.restrict(self._worlds(module, self.positions), known), self.contested)

    def _walk(self, node: Node, matter: Sequence[str]) -> Left:
        flat = flattened(self.compiled.graphs, node)
        choices = product(*(self.contested[fact] for fact in matter))
        found = {choice: decide(flat, dict(zip(matter, choice, strict=True))) for choice in choices}
        return {choice: results for choice, results in found.items() if results}

    def _worlds(self, module: str, positions: Mapping[str, str]) -> Node:
        """The module's results in every world, None where accounts are mixed that cannot be together."""
        graphs = self.compiled.graphs
        results = graphs.combine(result_of, self.compiled.answers(module, positions))
        for impossible in tied(self.law.cone(module), (*self.law.words.impossible, *nonsense())):
            met = reduce(
                lambda graph, condition: graphs.combine(_both, graph, graphs.test(*condition)),
                impossible.when,
                graphs.leaf(True),
            )
            results = graphs.combine(_unless, results, met)
        return results

    def silent(self, module: str) -> tuple[str, ...]:
        """Facts that nobody speaks of and on which the goal still depends, in the order of facts.toml."""
        return tuple(fact for fact in self.deciding(module) if fact not in self.facts)

    def views_taken(self, module_ids: Sequence[str]) -> tuple[View, ...]:
        """Each view on each unset position that moves a goal: what the goals that it moves can then be."""
        found: list[View] = []
        for name, position in self.law.words.positions.items():
            if name in self.positions:
                continue
            touched = [module for module in module_ids if name in self.law.positions(module)]
            by_option = {
                option: {module: self.possible_results(module, {**self.positions, name: option}) for module in touched}
                for option in position.options
            }
            moved = [module for module in touched if len({goals[module] for goals in by_option.values()}) > 1]
            if moved:
                found += [
                    View(name, option, {module: goals[module] for module in moved})
                    for option, goals in by_option.items()
                ]
        return tuple(found)


def together(*given: Values) -> dict[str, tuple[str, ...]]:
    """For each fact the values that any of them gives, facts and values in the order of facts.toml."""
    return {
        name: values
        for name, fact in vocabulary().facts.items()
        if (values := tuple(value for value in fact.values if any(value in one.get(name, ()) for one in given)))
    }


def tied(facts: Collection[str], constraints: Sequence[Impossible]) -> tuple[Impossible, ...]:
    """The constraints that bear on the facts, also through facts that other constraints tie to them."""
    reached, found = set(facts), -1
    while found != (found := len(reached)):
        for impossible in constraints:
            names = {fact for fact, _ in impossible.when}
            if names & reached:
                reached |= names
    return tuple(impossible for impossible in constraints if any(fact in reached for fact, _ in impossible.when))


@cache
def nonsense() -> tuple[Impossible, ...]:
    """What accounts cannot be mixed to say, beside what no event can be (law/facts.toml)."""
    return tuple(
        Impossible(tuple((fact, frozenset(values)) for fact, values in row["when"].items()))
        for row in read_toml("readings.toml")["impossible"]
    )


def _forget(graphs: Graphs, node: Node, kept: Collection[str]) -> Node:
    """The graph over the facts that are kept; where another was asked, its leaves are the union over all its values."""
    done: dict[Node, Node] = {}

    def walk(node: Node) -> Node:
        if node not in done:
            level = graphs.levels[node]
            if graphs.is_leaf(node):
                result = graphs.leaves[node]
                done[node] = graphs.leaf(frozenset() if result is None else frozenset({result}))
            else:
                children = tuple(walk(child) for child in graphs.children[node])
                if graphs.names[level] in kept:
                    done[node] = graphs.ask(level, children)
                else:
                    done[node] = reduce(lambda one, other: graphs.combine(_either, one, other), dict.fromkeys(children))
        return done[node]

    return walk(node)


def _either(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one | other


def _both(one: bool, other: bool) -> bool:
    return one and other


def _unless(result: str | None, impossible: bool) -> str | None:
    return None if impossible else result
