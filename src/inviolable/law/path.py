"""The decision path: the facts that the answer at the door was reached by, in the order they were tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .assess import Assessment
from .graph import Node
from .lawfile import Rule
from .reasoning import STAGES


@dataclass(frozen=True)
class Step:
    """One fact that was tested. state: `known`; `contested` or `unknown`, and then every value was followed.
    rules: those that read the value and stand, or else those that read it, or else those that stand without it."""

    fact: str
    values: tuple[str, ...]
    state: str
    rules: tuple[Rule, ...]

    @property
    def cites(self) -> tuple[str, ...]:
        """The provisions under which those rules stand, each once."""
        return tuple(dict.fromkeys(rule.cite for rule in self.rules))


def decision_path(assessment: Assessment) -> list[Step]:
    """Walk the decision graph of `entry` with what is known.

    A fact that nobody has given is followed in every value, and listed only where the answer waits for it.
    A bounded `entry` has no path: its set of answers comes from more than one graph.
    """
    if "entry" in assessment.law.bounded:
        return []
    graphs = assessment.compiled.graphs
    front: set[Node] = {assessment.compiled.answers("entry", assessment.positions)}
    decide = set(assessment.deciding("entry"))
    steps: list[Step] = []
    while (level := min(graphs.levels[node] for node in front)) != graphs.bottom:
        fact = graphs.names[level]
        standing = tuple(assessment.facts.get(fact, ()))
        values = standing or graphs.values[level]
        following: set[Node] = set()
        for node in front:
            if graphs.levels[node] == level:
                following.update(graphs.children[node][graphs.values[level].index(value)] for value in values)
            else:
                following.add(node)
        # Worlds that cannot be lead nowhere.
        front = {node for node in following if not (graphs.is_leaf(node) and graphs.leaves[node] is None)} or following
        if standing or fact in decide:
            state = "unknown" if not standing else "known" if len(standing) == 1 else "contested"
            steps.append(Step(fact, values, state, _readers(assessment, fact, values)))
    return steps


def _readers(assessment: Assessment, fact: str, values: Sequence[str]) -> tuple[Rule, ...]:
    standing = {reason["rule"] for reason in assessment.because(STAGES)}
    asking = [
        [rule for rule in assessment.law.rules[module] if any(one.name == fact for one in rule.conditions)]
        for module in STAGES
    ]
    readers = [
        rule
        for rules in asking
        for rule in rules
        if any(one.name == fact and one.values & set(values) for one in rule.conditions)
    ]
    if found := [rule for rule in readers if rule.id in standing] or readers:
        return tuple(found)
    # No rule asks for this value: what stands is the rule for every other case, where those that ask do not apply.
    modules = {rule.module for rules in asking for rule in rules}
    return tuple(
        rule for module in STAGES if module in modules for rule in assessment.law.rules[module] if rule.id in standing
    )
