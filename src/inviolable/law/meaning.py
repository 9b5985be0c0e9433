"""What a law means: the reference interpreter. This file is the specification.

Every other execution (graphs, tables, the browser's evaluator) is tested against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .law import Law
from .lawfile import Rule
from .vocabulary import TAGS, weakest


@dataclass(frozen=True)
class Meaning:
    """A module's result in one complete world, its evidence tag, and the rules behind it."""

    result: str
    tag: str
    holds: tuple[str, ...]
    defeated: tuple[str, ...]


def meaning(law: Law, module: str, world: Mapping[str, str]) -> Meaning:
    """Decide one module in one complete world: a value for every fact and position it depends on.

    A world may also hold the result of a module that feeds this one; then that result is taken
    as given. Raises ValueError where rules leave a gap or contradict each other: `law check` proves
    that this cannot happen. A finding carries the weakest tag on its strongest ground.
    """
    rules = law.rules[module]
    feeding = {
        name: Meaning(world[name], "V", (), ()) if name in world else meaning(law, name, world)
        for name in law.inputs(module)
        if name in law.rules
    }
    seen = {**world, **{name: upstream.result for name, upstream in feeding.items()}}

    def applies(rule: Rule) -> bool:
        return all(seen[condition.name] in condition.values for condition in rule.conditions) and all(
            world[position] == option for position, option in rule.views
        )

    applied = {rule.id: rule for rule in rules if applies(rule)}
    holds = [rule for rule in applied.values() if not law.above[rule.id] & applied.keys()]
    if len({rule.result for rule in holds}) != 1:
        raise ValueError(f"{module}: {[rule.id for rule in holds]} stand together in {dict(world)}")
    result = holds[0].result
    if result == "breach" and all(rule.tag in ("A", "M") for rule in holds):
        result = "arguable"

    def support(rule: Rule) -> str:
        return weakest(rule.tag, *(feeding[c.name].tag for c in rule.conditions if c.name in feeding))

    tag = min((support(rule) for rule in holds), key=TAGS.index)
    names = tuple(rule.id for rule in holds)
    return Meaning(result, tag, names, tuple(name for name in applied if name not in names))
