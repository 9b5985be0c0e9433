"""The question every engine is asked: may they enter, at the door of an open career post under the VCCR."""

import random
from dataclasses import dataclass
from graphlib import TopologicalSorter

from inviolable.law.fast import stages
from inviolable.law.law import Law, law_of

PROFILE = {"head": "career", "status": "open"}
FACTS = (
    "zone",
    "actor",
    "consent_by",
    "consent_state",
    "consent_scope",
    "emergency",
    "prompt",
    "refused",
    "crew",
    "paper",
)


@dataclass(frozen=True)
class Row:
    """A rule as a peer can take it: the profile and the views on positions already worked in."""

    id: str
    result: str
    conditions: tuple[tuple[str, tuple[str, ...]], ...]
    unless: tuple[str, ...]


def vccr() -> Law:
    return law_of("vccr", "arsiwa")


def views(law: Law) -> dict[str, str]:
    """The first view on every position: no peer knows of disputed answers."""
    return {name: next(iter(position.options)) for name, position in law.words.positions.items()}


def rows(law: Law) -> dict[str, list[Row]]:
    """The same rules for every peer, stage by stage, and in each stage the stronger before the weaker."""
    fixed = PROFILE | views(law)
    found = {}
    for stage in stages(law, "entry"):
        rules = {rule.id: rule for rule in law.rules[stage]}
        kept = {
            rule.id: tuple((c.name, tuple(sorted(c.values))) for c in rule.conditions if c.name not in fixed)
            for rule in rules.values()
            if all(fixed[position] == option for position, option in rule.views)
            and all(fixed[c.name] in c.values for c in rule.conditions if c.name in fixed)
        }
        above = {rule: sorted(law.above[rule] & kept.keys()) for rule in kept}
        order = TopologicalSorter(above).static_order()
        found[stage] = [Row(rule, rules[rule].result, kept[rule], tuple(above[rule])) for rule in order]
    return found


def cases(law: Law, count: int) -> list[dict[str, str]]:
    """Worlds of the door, all equally likely, always the same ones."""
    chance = random.Random(20260127)
    return [{name: chance.choice(law.domain(name)) for name in FACTS} for _ in range(count)]


def states(law: Law, count: int) -> list[dict[str, str]]:
    """States of partial knowledge, "unknown" as likely as each value of a fact."""
    chance = random.Random(1963)
    drawn = [{name: chance.choice((*law.domain(name), "")) for name in FACTS} for _ in range(count)]
    return [{name: value for name, value in state.items() if value} for state in drawn]
