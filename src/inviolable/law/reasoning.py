"""Reasoning about one case: which results every completion of its facts reaches, and by which rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from .casefile import Case
from .decisions import Compiled, Outcome, result_of
from .faults import Fault, Faulty
from .governing import compiled, packs_of, regime_of
from .graph import Allowed, Node
from .law import Law
from .lawfile import Pack
from .questions import Questions, prior
from .vocabulary import TAGS, weakest

STAGES = ("place", "valid_consent", "need", "assumed", "entry")
Part = dict[str, Any]
#: The leaf of a world that cannot be, where None has a meaning of its own.
IMPOSSIBLE = "(impossible)"


class Reasoning:
    """One case under the law that governs it, with the positions taken.

    positions: the ministry's; those in the case come first. own: the ministry's own packs.
    """

    def __init__(self, case: Case, positions: Mapping[str, str], own: Sequence[Pack] = ()) -> None:
        self.case, self.own = case, own
        self.regime = regime_of(case)
        self.packs, self.rows = packs_of(case, self.regime, own)
        self.positions = {**positions, **case.positions}
        self.compiled = compiled(self.packs, False)
        self.law: Law = self.compiled.law
        self.facts = dict(case.facts)
        for fact, settled in self.regime.profile.items():  # conflict with the treaty data is shown, never resolved
            self.facts[fact] = tuple(dict.fromkeys((*case.facts.get(fact, ()), settled)))
        self.contested = {fact: values for fact, values in self.facts.items() if len(values) > 1}
        self.tag = weakest(self.regime.tag, *(row.tag for row in self.rows[len(self.regime.rows) :]))
        self.fixed = {name: (option,) for name, option in self.positions.items()}
        self._graphs: dict[str, Node] = {}
        self._seen: dict[str, set[Outcome]] = {}

    def graph(self, module: str) -> Node:
        """The module's answers under the positions taken, None in worlds that cannot be or that the
        case rules out by contesting only some values of a fact."""
        if module not in self._graphs:
            graphs = self.compiled.graphs
            node = self.compiled.answers(module, self.positions)
            known = {fact: values[0] for fact, values in self.facts.items() if len(values) == 1}
            node = graphs.restrict(node, known)
            for fact, values in self.facts.items():
                if len(values) > 1:
                    node = graphs.combine(_where, node, graphs.test(fact, values))
            self._graphs[module] = node
        return self._graphs[module]

    def outcomes(self, module: str) -> set[Outcome]:
        """Every (result, rank of tag) that some completion reaches."""
        if module in self.law.bounded:
            return self.bounded_outcomes(module)
        found = self.compiled.graphs.outcomes(self.graph(module), {}) - {None}
        if not found:
            raise Faulty([Fault(self.case.file, 0, "no possible world is left", "the facts contradict each other")])
        return found

    def bounded_outcomes(self, module: str) -> set[Outcome]:
        """The outcomes of a bounded module: sets are passed between stages, so the set may be wider
        than the truth, never narrower."""
        apart, allowed = self.apart(module)
        rank = max((rank for name in self.feeding(module) for _, rank in self.views_and_outcomes(name)), default=0)
        found = apart.graphs.outcomes(apart.decision(module).results, allowed)
        return {(result, max(own, rank)) for result, own in found}

    def apart(self, module: str) -> tuple[Compiled, Allowed]:
        """A bounded module over its own inputs, and the values each of them can have."""
        allowed: dict[str, Collection[str]] = {**self.facts, **self.fixed}
        for name in self.feeding(module):
            allowed[name] = {result for result, _ in self.views_and_outcomes(name)}
        return compiled(self.packs, True), allowed

    def feeding(self, module: str) -> list[str]:
        return [name for name in self.law.inputs(module) if name in self.law.rules]

    def views_and_outcomes(self, module: str) -> set[Outcome]:
        """Outcomes with each view on an unset position told apart instead of settled as disputed."""
        if module not in self._seen:
            bounded = module in self.law.bounded
            self._seen[module] = self.bounded_outcomes(module) if bounded else self._outcomes(module)
        return self._seen[module]

    def _outcomes(self, module: str) -> set[Outcome]:
        decision = self.compiled.decision(module)
        possible = self.compiled.graphs.combine(_where, decision.results, self.compiled.possible(module))
        return self.compiled.graphs.outcomes(possible, {**self.facts, **self.fixed}) - {None}

    def settled(self, module: str) -> tuple[str, list[str], str]:
        """(the one answer or `open`, all possible answers in declared order, weakest tag)."""
        found = self.outcomes(module)
        results = {result for result, _ in found}
        order = (*self.law.domain(module), "disputed")
        possible = [result for result in order if result in results]
        settled = [self.regime.profile_tag] if self.regime.profile.keys() & set(self.law.cone(module)) else []
        tag = weakest(self.tag, *settled, *(TAGS[rank] for _, rank in found))
        return (possible[0] if len(possible) == 1 else "open"), possible, tag

    def because(self, modules: Iterable[str]) -> list[Part]:
        """The rules that stand, and those that apply and are defeated, in every completion."""
        reasons: list[Part] = []
        for module in modules:
            stands, applies = self.certain(module)
            for rule in self.law.rules[module]:
                if rule.id in stands:
                    reasons.append({"rule": rule.id, "cites": [rule.cite], "state": "holds"})
                elif rule.id in applies and not rule.is_default:
                    by = sorted(self.law.above[rule.id] & applies)
                    if by:
                        reasons.append({"rule": rule.id, "cites": [rule.cite], "state": "defeated", "by": by[0]})
        return reasons

    def certain(self, module: str) -> tuple[set[str], set[str]]:
        """The rules that stand, and those that apply, in every completion and view."""
        of, allowed = self.compiled_for(module)
        decision = of.decision(module)

        def always(nodes: Sequence[Node]) -> set[str]:
            pairs = zip(decision.rules, nodes, strict=True)
            return {rule.id for rule, node in pairs if None not in self.reached(of, module, node, allowed)}

        return always(decision.stands), always(decision.applies)

    def reached(self, of: Compiled, module: str, node: Node, allowed: Allowed) -> set[Any]:
        """The leaves of a graph of the module in some possible world."""
        within = of.graphs.combine(_unless_impossible, node, of.possible(module))
        return of.graphs.outcomes(within, allowed) - {IMPOSSIBLE}

    def why_not(self, module: str) -> list[Part]:
        """The rules that certainly do not apply, each with the conditions that fail: what was needed, what is."""
        of, allowed = self.compiled_for(module)
        decision = of.decision(module)
        missed: list[Part] = []
        for rule, applies in zip(decision.rules, decision.applies, strict=True):
            if self.reached(of, module, applies, allowed) != {None}:
                continue
            fails = [
                {"name": condition.name, "needed": sorted(condition.values), "is": sorted(self.values(condition.name))}
                for condition in rule.conditions
                if not condition.values & self.values(condition.name)
            ]
            if fails:
                missed.append({"rule": rule.id, "cites": [rule.cite], "fails": fails})
        return missed

    def values(self, name: str) -> set[str]:
        """What a fact or a feeding module can be under the known facts."""
        if name in self.law.rules:
            return {result for result, _ in self.views_and_outcomes(name)}
        return set(self.facts.get(name, self.law.domain(name)))

    def compiled_for(self, module: str) -> tuple[Compiled, Allowed]:
        """The graphs that decide a module, and the values their variables can have."""
        if module in self.law.bounded:
            return self.apart(module)
        return self.compiled, {**self.facts, **self.fixed}

    def cites(self, module: str) -> list[str]:
        """The provisions whose rules stand in some completion."""
        of, allowed = self.compiled_for(module)
        decision = of.decision(module)
        pairs = zip(decision.rules, decision.stands, strict=True)
        rules = [rule for rule, stands in pairs if self.reached(of, module, stands, allowed) != {None}]
        feeding = [cite for name in self.feeding(module) for cite in self.overlay_cites(name)]
        return list(dict.fromkeys([*(rule.cite for rule in rules), *feeding]))

    def overlay_cites(self, module: str) -> list[str]:
        """Where a bilateral convention or declaration decided a stage, its pinpoints: a finding that
        rests on it must name it beside the Convention's own article."""
        if module not in STAGES:
            return []
        overlays = {rule.id for pack in self.packs if pack.extends for rule in pack.rules}
        stands, _ = self.certain(module)
        own = [rule.cite for rule in self.law.rules[module] if rule.id in stands & overlays]
        return [*own, *(cite for name in self.feeding(module) for cite in self.overlay_cites(name))]

    # ---- what is disputed or not known --------------------------------------------------------

    def views(self, module: str) -> list[Part]:
        """What each combination of views on the unset positions that matter would answer."""
        unset = [
            name for name in self.law.positions(module) if name not in self.positions and self.divides(module, name)
        ]
        views: list[Part] = []
        for options in product(*(self.law.words.positions[name].options for name in unset)):
            taken = dict(zip(unset, options, strict=True))
            results = {
                result for result, _ in Reasoning(self.case, {**self.positions, **taken}, self.own).outcomes(module)
            }
            views.append(
                {
                    "positions": [{"position": name, "option": option} for name, option in taken.items()],
                    "result": results.pop() if len(results) == 1 else "open",
                }
            )
        return views

    def divides(self, module: str, position: str) -> bool:
        """Whether the view taken on a position can change the module's result under the known facts."""
        decision = self.compiled.decision(module)
        graphs = self.compiled.graphs
        node = graphs.combine(_where, decision.results, self.compiled.possible(module))
        node = graphs.combine(result_of, node)
        known = {name: values[0] for name, values in {**self.facts, **self.fixed}.items() if len(values) == 1}
        return position in graphs.asked(graphs.restrict(node, known))

    def results_graph(self, module: str) -> Node:
        """The answers without their tags."""
        return self.compiled.graphs.combine(result_of, self.graph(module))

    def questions(self, unanswerable: Iterable[str] = ()) -> Questions:
        return Questions(self.compiled.graphs, self.law.words, prior(), unanswerable=tuple(unanswerable))

    def deciding(self, module: str) -> list[str]:
        """The facts, unknown or contested, on which the module's answer still depends."""
        if module in self.law.bounded:
            names = [name for name in self.law.inputs(module) if name in self.law.words.facts]
            return [name for name in names if len(self.facts.get(name, ())) != 1]
        node = self.results_graph(module)
        questions = self.questions()
        return [fact for fact in self.compiled.graphs.asked(node) if questions.matters(node, fact)]

    def because_of(self, module: str) -> list[Part]:
        return [
            {
                "fact": fact,
                "state": "contested" if fact in self.facts else "unknown",
                "values": list(self.facts.get(fact, self.law.words.facts[fact].values)),
            }
            for fact in self.deciding(module)
        ]


def _unless_impossible(leaf: Any, possible: bool) -> Any:
    return leaf if possible else IMPOSSIBLE


def _where(leaf: Any, condition: bool) -> Any:
    return leaf if condition else None
