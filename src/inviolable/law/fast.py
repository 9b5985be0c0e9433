"""Decision graphs in the form that Python walks fastest, for one decision at a time.

A node is (fact, {value: next}), an end is what was decided. At the door this takes well under a
microsecond, reasons included, because each end already carries its own (docs/measured.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .decisions import Compiled, Outcome
from .graph import Graphs, Node
from .law import Law
from .vocabulary import TAGS

Flat = Any


@dataclass(frozen=True)
class Reason:
    """A rule that holds, or that applies and is defeated by another."""

    rule: str
    by: str = ""


@dataclass(frozen=True)
class Reasoned:
    """A result with its tag and every rule behind it, stage by stage in the order of decision."""

    result: str
    tag: str
    because: tuple[Reason, ...]


def decide(flat: Flat, facts: Mapping[str, str]) -> Any:
    """Walk to the end. Raises KeyError with the name of a fact that is missing, or a value it cannot have."""
    while type(flat) is tuple:
        flat = flat[1][facts[flat[0]]]
    return flat


def flattened(graphs: Graphs, root: Node) -> Flat:
    """A graph as nested (fact, {value: next}). Equal parts stay one object. Leaves must not be tuples."""
    done: dict[Node, Flat] = {}

    def flat(node: Node) -> Flat:
        if node not in done:
            if graphs.is_leaf(node):
                done[node] = graphs.leaves[node]
            else:
                level = graphs.levels[node]
                children = (flat(child) for child in graphs.children[node])
                done[node] = (graphs.names[level], dict(zip(graphs.values[level], children, strict=True)))
        return done[node]

    return flat(root)


def reasoned(compiled: Compiled, module: str, fixed: Mapping[str, str]) -> Flat:
    """A module's decisions with all their reasons. fixed: a post's profile, and a view on every position
    (a position left out is asked like a fact). Worlds that cannot be are decided too."""
    graphs, law = compiled.graphs, compiled.law
    applied = graphs.leaf(())
    for stage in stages(law, module):
        decision = compiled.decision(stage)
        for rule, applies in zip(decision.rules, decision.applies, strict=True):
            applied = graphs.combine(_and_rule(rule.id), applied, graphs.restrict(applies, fixed))
    results = graphs.restrict(compiled.decision(module).results, fixed)
    return flattened(graphs, graphs.combine(_with_reasons(law), results, applied))


def stages(law: Law, module: str) -> tuple[str, ...]:
    """The module and all that feeds it, each after what it needs."""
    found = {module}
    for name in reversed(law.order):
        if name in found:
            found.update(feeding for feeding in law.inputs(name) if feeding in law.rules)
    return tuple(name for name in law.order if name in found)


@cache
def _and_rule(rule: str) -> Callable[[tuple[str, ...], int | None], tuple[str, ...]]:
    def add(applied: tuple[str, ...], rank: int | None) -> tuple[str, ...]:
        return applied if rank is None else (*applied, rule)

    return add


def _with_reasons(law: Law) -> Callable[[Outcome, tuple[str, ...]], Reasoned]:
    defaults = {rule.id for rules in law.rules.values() for rule in rules if rule.is_default}

    def conclude(outcome: Outcome, applied: tuple[str, ...]) -> Reasoned:
        result, rank = outcome
        reasons = []
        for rule in applied:
            stronger = sorted(law.above[rule] & set(applied))
            # That an `otherwise` gives way is no reason.
            if not (stronger and rule in defaults):
                reasons.append(Reason(rule, stronger[0] if stronger else ""))
        return Reasoned(result, TAGS[rank], tuple(reasons))

    return conclude
