"""Proof: what the build refuses in a law, over every possible world, with a way out.

A law is refused for a gap (a world without an answer), a conflict (two answers), a rule that never
applies or never changes anything, an exception that never defeats, and a cone too large to prove.
Graphs hold all worlds at once, so a proof is a comparison of nodes and a counterexample is a path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .decisions import CONFLICT, GAP, Compiled, Decision
from .faults import Fault
from .graph import Node
from .law import Law

#: The largest cone that is proved and tabulated; above it a module must declare itself bounded.
LIMIT = 4_000_000


@dataclass(frozen=True)
class Proof:
    """What was proved of a law: the possible worlds of each module's cone, and the faults found."""

    worlds: dict[str, int]
    bounded: frozenset[str]
    faults: tuple[Fault, ...]


def prove(law: Law, base: Law | None = None) -> Proof:
    """Prove every module of a law; or, of an overlay on a proved base, only the modules it touches.

    An overlay may leave rules of its base without effect: overriding them is its purpose. Its own
    rules must all matter."""
    only = touched(law, base) if base else None
    inherited = frozenset(rule.id for pack in base.packs for rule in pack.rules) if base else frozenset()
    composed, apart = Compiled(law), Compiled(law, standalone=True)
    worlds: dict[str, int] = {}
    faults: list[Fault] = []
    for module in law.order:
        if only is not None and module not in only:
            continue
        worlds[module] = law.worlds(module)
        bounded = module in law.bounded
        if worlds[module] > LIMIT and not bounded:
            rule = law.rules[module][0]
            faults.append(
                Fault(
                    rule.file,
                    rule.line,
                    f"{module} depends on {worlds[module]:,} worlds, more than {LIMIT:,}",
                    f"read fewer facts, or add {module!r} to `bounded` in the front matter",
                )
            )
            continue
        faults.extend(_faults(apart if bounded else composed, module, inherited))
    return Proof(worlds, law.bounded, tuple(faults))


def touched(law: Law, base: Law) -> frozenset[str]:
    """The modules of a law whose rules, or whose feeding modules' rules, differ from the base's."""
    changed: set[str] = set()
    for module in law.order:
        own = law.rules[module] != base.rules.get(module, ()) or any(
            law.above[rule.id] != base.above.get(rule.id) for rule in law.rules[module]
        )
        if own or changed & set(law.inputs(module)):
            changed.add(module)
    return frozenset(changed)


def _faults(compiled: Compiled, module: str, inherited: frozenset[str]) -> Iterator[Fault]:
    decision = compiled.decision(module)
    possible = compiled.possible(module)
    yield from _gaps_and_conflicts(compiled, decision, possible)
    for index, rule in enumerate(decision.rules):
        if rule.id in inherited:
            continue
        if _world(compiled, possible, decision.applies[index], _is_met) is None:
            yield Fault(rule.file, rule.line, f"rule {rule.id} never applies", "remove it or widen its `when`")
            continue
        yield from _idle_exceptions(compiled, decision, possible, index)
        rest = tuple(other for other in decision.rules if other is not rule)
        without = compiled.compile(module, rest).results
        if _within(compiled, without, possible) == _within(compiled, decision.results, possible):
            yield Fault(
                rule.file,
                rule.line,
                f"rule {rule.id} changes nothing: every answer stays the same without it",
                "remove it, or put its sentence into the rule that decides",
            )


def _gaps_and_conflicts(compiled: Compiled, decision: Decision, possible: Node) -> Iterator[Fault]:
    for outcome, what in ((GAP, "no rule answers"), (CONFLICT, "rules answer differently")):
        world = _world(compiled, possible, decision.results, outcome.__eq__)
        if world is None:
            continue
        allowed = {name: (value,) for name, value in world.items()}
        standing = [
            rule
            for rule, stands in zip(decision.rules, decision.stands, strict=True)
            if None not in compiled.graphs.outcomes(stands, allowed)
        ]
        at = standing[0] if standing else decision.rules[0]
        names = " and ".join(rule.id for rule in standing)
        where = "; ".join(f"{name} is {value}" for name, value in world.items())
        yield Fault(
            at.file,
            at.line,
            f"{decision.module}: {what} when {where}" + (f" ({names})" if names else ""),
            "say which is `over` the other" if outcome == CONFLICT else "add a rule for it, or an `otherwise`",
        )


def _idle_exceptions(compiled: Compiled, decision: Decision, possible: Node, index: int) -> Iterator[Fault]:
    rule = decision.rules[index]
    for other, lower in enumerate(decision.rules):
        if rule.id not in compiled.law.above[lower.id] or lower.is_default:
            continue
        together = compiled.graphs.combine(_both_apply, decision.applies[index], decision.applies[other])
        if _world(compiled, possible, together, bool) is None:
            yield Fault(
                rule.file,
                rule.line,
                f"rule {rule.id} is over {lower.id} but the two never apply together",
                "remove the priority or correct a condition",
            )


def _is_met(rank: int | None) -> bool:
    return rank is not None


def _both_apply(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None


def _within(compiled: Compiled, node: Node, possible: Node) -> Node:
    return compiled.graphs.combine(_kept, node, possible)


def _kept(leaf: Any, possible: bool) -> Any:
    return leaf if possible else None


def _world(compiled: Compiled, possible: Node, node: Node, wanted: Callable[[Any], bool]) -> dict[str, str] | None:
    """A possible world in which the graph ends in a wanted leaf."""
    return compiled.graphs.example(_within(compiled, node, possible), lambda leaf: leaf is not None and wanted(leaf))
