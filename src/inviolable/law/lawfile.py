"""What a law file holds: provisions with their rules, and the digests by which each is reviewed. Pure.

How one is written, and read, is in lawreader.py.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .vocabulary import Vocabulary

LANGUAGES = ("en", "es")
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True)
class Condition:
    """`name is value or value`: name is a fact or another module."""

    name: str
    values: frozenset[str]


@dataclass(frozen=True)
class Rule:
    """One rule. It applies when all its conditions hold; it stands when it applies and no rule
    that is over it applies. `views` are the options of positions under which it exists."""

    id: str
    module: str
    result: str
    conditions: tuple[Condition, ...]
    views: tuple[tuple[str, str], ...]
    over: tuple[str, ...]
    tag: str
    cite: str
    words: Mapping[str, str]
    do: tuple[str, ...]
    comment: str
    file: str
    line: int

    @property
    def is_default(self) -> bool:
        """An `otherwise`: it applies in every world and every other rule of its module is over it."""
        return not self.conditions and not self.views


@dataclass(frozen=True)
class Provision:
    """One heading: a pinpoint, what it says, how well it was verified, and its rules."""

    cite: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    tag: str
    source: str
    rules: tuple[Rule, ...]
    line: int


@dataclass(frozen=True)
class Pack:
    """The law file of one instrument. hash: SHA-256 of its bytes, what a sign-off signs.

    published, address: where the instrument itself is to be read, as lawyers cite it and as a web address; "" where
    nobody said. parties and in_force (ISO date) are for a ministry's own file: between which States it governs, and
    from when. For shipped packs treaties/*.toml says so, with source and tag. above: by rule, those
    that other packs set over it, where it was put together with them (law.py)."""

    id: str
    cite: str
    kind: str
    extends: str
    title: Mapping[str, str]
    source: str
    bounded: frozenset[str]
    provisions: tuple[Provision, ...]
    hash: str
    file: str
    parties: frozenset[str] = frozenset()
    in_force: str = ""
    published: str = ""
    address: str = ""
    above: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of each provision by pinpoint: of its words and rules, of what the instrument is called
        and bounds, of the States that it holds between, and of the rules set over its own from elsewhere.

        Conditions that a rule inherits count as its own; how the lines are broken does not count."""
        return {
            one.cite: self._digest([
                *_words(one),
                [_rule(rule) for rule in one.rules],
                *([[_rule(rule) for rule in others]] if (others := self.elsewhere(one)) else []),
            ])
            for one in self.provisions
        }  # fmt: skip

    @cached_property
    def rule_digests(self) -> Mapping[str, str]:
        """SHA-256 of each rule by id: of it, of all else that its provision's digest is of, the other rules left out,
        and of the rules set over it, in whichever law file: where one of these applies, it does not stand."""
        return {
            rule.id: self._digest([*_words(one), _rule(rule), *map(_rule, self.over(rule))])
            for one in self.provisions
            for rule in one.rules
        }

    def over(self, rule: Rule) -> list[Rule]:
        """The rules set over one, here and in the packs that it was put together with, by id."""
        here = {one.id: one for one in self.rules if rule.id in one.over or f"<{one.id}" in rule.over}
        if rule.is_default:
            here |= {one.id: one for one in self.rules if one.module == rule.module and one is not rule}
        return sorted((*here.values(), *self.above.get(rule.id, ())), key=lambda one: one.id)

    def elsewhere(self, provision: Provision) -> list[Rule]:
        """The rules set over those of a provision from another one or another law file, by id."""
        found = {one.id: one for rule in provision.rules for one in self.over(rule)}
        return [found[name] for name in sorted(found.keys() - {rule.id for rule in provision.rules})]

    @cached_property
    def signable(self) -> Mapping[str, str]:
        """Everything that can be reviewed by itself: digests by name, a provision's pinpoint or a rule's id."""
        return {**self.digests, **self.rule_digests}

    def _digest(self, content: list[Any]) -> str:
        named = [dict(self.title), sorted(self.bounded)]
        frame = [self.id, self.kind, self.extends, sorted(self.parties), self.in_force, *named]
        return hashlib.sha256(json.dumps([*frame, content], sort_keys=True).encode()).hexdigest()

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for provision in self.provisions for rule in provision.rules)


def _words(provision: Provision) -> list[Any]:
    """What a reviewer reads of a provision besides its rules."""
    return [provision.cite, dict(provision.title), dict(provision.text), provision.tag, provision.source]


def _rule(rule: Rule) -> list[Any]:
    """What a reviewer reads of a rule."""
    return [
        rule.id, rule.module, rule.result, [[one.name, sorted(one.values)] for one in rule.conditions],
        rule.views, rule.over, rule.tag, dict(rule.words), rule.do, rule.comment,
    ]  # fmt: skip


def results_of(words: Vocabulary, module: str) -> tuple[str, ...]:
    """What a module can be: its results, and `arguable` where it can be `breach`."""
    results = words.modules[module].results
    return (*results, "arguable") if "breach" in results else results
