"""What is behind an answer: the rules that stand for what it says, and for what these read on the way. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .assess import Answer
from .lawfile import Condition, Pack, Rule


def all_told(answer: Mapping[str, Any]) -> list[Answer]:
    """All that an answer says: of the entry, and each finding and remedy."""
    entry = {**answer["entry"], "id": "entry", "result": answer["entry"]["answer"]}
    return [entry, *answer.get("findings", ()), *answer.get("remedies", ())]


@dataclass(frozen=True)
class Behind:
    """What was told of a case. packs: the law files that it was worked out with; facts: of the case, the values that
    stand."""

    told: Sequence[Mapping[str, Any]]
    packs: Sequence[Pack]
    facts: Mapping[str, Collection[str]] = field(default_factory=dict)

    def of(self, names: Iterable[str], aside: Collection[str] = ()) -> set[str]:
        """What is behind the entry, findings and remedies of those names: the rules that stand for them and for what
        these read on the way, as whether a room is part of the premises or whether anything is wrong, by id; a
        provision that one cites without any of its rules by pinpoint, since its words are to be read all the same.

        aside: breaches on which nothing of it need rest, where another one bears it out as well."""
        found, to_read = set[str](), [name for one in names for name in self._stands[one]]
        while to_read:
            name = to_read.pop()
            if name not in found:
                found.add(name)
                conditions = self.rules[name].conditions if name in self.rules else ()
                to_read += [
                    behind for one in conditions for behind in self._stands.get(one.name) or self._decide(one, aside)
                ]
        return found - {self.rules[name].cite for name in found if name in self.rules}

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule of these law files, by id."""
        return {rule.id: rule for pack in self.packs for rule in pack.rules}

    @cached_property
    def by_module(self) -> dict[str, list[Rule]]:
        """The same by what they decide."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            found.setdefault(rule.module, []).append(rule)
        return found

    @cached_property
    def _results(self) -> dict[str, str]:
        return {one["id"]: one["result"] for one in self.told if one["id"] != "entry"}

    @cached_property
    def _stands(self) -> dict[str, set[str]]:
        """By finding, remedy or stage, what stands for what the answer says of it, by name."""
        found: dict[str, set[str]] = {}
        for one in self.told:
            held = [row["rule"] for row in one.get("because", ()) if row["state"] == "holds"]
            rules = [self.rules[name] for name in held if name in self.rules]
            for rule in rules:
                found.setdefault(rule.module, set()).add(rule.id)
            cited = {rule.cite for rule in rules}
            may_stand = {name for cite in one["cites"] if cite not in cited for name in self._may_stand(one, cite)}
            found.setdefault(one["id"], set()).update(rule.id for rule in rules)
            found[one["id"]] |= may_stand
        return found

    def _may_stand(self, one: Mapping[str, Any], cite: str) -> set[str]:
        """Of a provision that an answer cites while none of its rules certainly stands for it: its rules that say the
        same, as far as they can hold; where none does, all such on the same question; else the provision."""
        said = {"arguable": "breach"}.get(one["result"], one["result"])
        here = [rule for rule in self.rules.values() if (rule.module, rule.cite) == (one["id"], cite)]
        rules = [rule for rule in here if all(self._is_met(each, surely=False) for each in rule.conditions)]
        return {rule.id for rule in rules if rule.result == said} or {rule.id for rule in rules} or {cite}

    def _decide(self, condition: Condition, aside: Collection[str]) -> list[str]:
        """Of a stage of which the answer gives no reasons, as whether anything is wrong: the rules that meet a
        condition on it, as the answer tells what they read; where none certainly does, those that may. None of a
        fact."""
        return (
            self._meet(condition, surely=True, aside=aside)
            or self._meet(condition, surely=True)
            or self._meet(condition, surely=False)
        )

    def _meet(self, condition: Condition, *, surely: bool, aside: Collection[str] = ()) -> list[str]:
        return [
            rule.id
            for rule in self.by_module.get(condition.name, ())
            if rule.result in condition.values
            and not (surely and (rule.views or rule.is_default))
            and all(self._is_met(one, surely=surely, aside=aside) for one in rule.conditions)
        ]

    def _is_met(self, condition: Condition, *, surely: bool, aside: Collection[str] = ()) -> bool:
        if condition.name in aside:
            return False
        if said := self._results.get(condition.name):
            return said in condition.values or (not surely and said in ("open", "disputed"))
        if condition.name in self.by_module:
            return bool(self._meet(condition, surely=surely, aside=aside))
        return not surely and not condition.values.isdisjoint(self.facts.get(condition.name, condition.values))
