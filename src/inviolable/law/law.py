"""A law: the packs that govern one case, put together. Later packs override earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from importlib.resources.abc import Traversable
from itertools import product

from .faults import Fault, Faulty, nearest
from .files import read_bytes
from .lawfile import Pack, Rule, results_of
from .lawreader import read_pack
from .vocabulary import LAW, Vocabulary, vocabulary


@dataclass(frozen=True)
class Law:
    """Rules by module, with every `under` turned into the other rule's `over`."""

    words: Vocabulary
    packs: tuple[Pack, ...]
    rules: Mapping[str, tuple[Rule, ...]]
    above: Mapping[str, frozenset[str]]
    order: tuple[str, ...]

    @cached_property
    def bounded(self) -> frozenset[str]:
        """Modules whose cone is too large to prove; see `vocabulary.Module`."""
        declared = {name for name, module in self.words.modules.items() if module.bounded}
        return frozenset(declared.union(*(pack.bounded for pack in self.packs)) & set(self.order))

    def inputs(self, module: str) -> tuple[str, ...]:
        """The facts and modules that the module's own rules name, facts in the order of facts.toml."""
        return self._inputs[module]

    @cached_property
    def _inputs(self) -> Mapping[str, tuple[str, ...]]:
        every = (*self.words.facts, *self.words.modules)
        named = {
            module: {condition.name for rule in rules for condition in rule.conditions}
            for module, rules in self.rules.items()
        }
        return {module: tuple(name for name in every if name in names) for module, names in named.items()}

    def positions(self, module: str) -> tuple[str, ...]:
        """The positions that the module or any module above it depends on."""
        found = {position for rule in self.rules[module] for position, _ in rule.views}
        for name in self.inputs(module):
            if name in self.rules:
                found.update(self.positions(name))
        return tuple(position for position in self.words.positions if position in found)

    def order_by_role(self, role: str) -> tuple[str, ...]:
        """The law's modules of a role ("finding", "remedy"), as modules.toml lists them."""
        return tuple(name for name, module in self.words.modules.items() if module.role == role and name in self.rules)

    def cone(self, module: str) -> tuple[str, ...]:
        """Every raw fact the module depends on, closed under the impossible combinations."""
        return self._cones[module]

    @cached_property
    def _cones(self) -> Mapping[str, tuple[str, ...]]:
        cones: dict[str, tuple[str, ...]] = {}
        for module in self.order:
            found: set[str] = set()
            for name in self.inputs(module):
                found.update(cones.get(name, (name,)))
            for impossible in self.words.impossible:
                linked = {fact for fact, _ in impossible.when}
                if linked & found:
                    found |= linked
            cones[module] = tuple(fact for fact in self.words.facts if fact in found)
        return cones

    def domain(self, name: str) -> tuple[str, ...]:
        """The values of a fact or the results of a module."""
        return self.words.facts[name].values if name in self.words.facts else results_of(self.words, name)

    def worlds(self, module: str) -> int:
        """How many possible worlds the module's cone has."""
        cone = self.cone(module)
        linked = {fact for impossible in self.words.impossible for fact, _ in impossible.when if fact in cone}
        size = 1
        for fact in cone:
            if fact not in linked:
                size *= len(self.domain(fact))
        names = [fact for fact in cone if fact in linked]
        worlds = product(*(self.domain(fact) for fact in names))
        return size * sum(self.possible(dict(zip(names, world, strict=True))) for world in worlds)

    def possible(self, world: Mapping[str, str]) -> bool:
        """Whether no impossible combination is met by the given complete facts."""
        return not any(
            all(world.get(fact) in values for fact, values in impossible.when) for impossible in self.words.impossible
        )


def put_together(packs: Sequence[Pack], words: Vocabulary) -> Law:
    """Join packs into one law. Raises Faulty on an unknown or repeated rule, a cycle, or a module without rules."""
    rules = _all_rules(packs)
    by_module: dict[str, list[Rule]] = {}
    for rule in rules.values():
        by_module.setdefault(rule.module, []).append(rule)
    faults: list[Fault] = []
    above = _priorities(rules, by_module, faults)
    _sorted(above, faults, rules, "beats itself")
    reads = _reads(by_module, words, faults)
    order = _sorted(reads, faults, {module: by_module[module][0] for module in by_module}, "depends on itself")
    if faults:
        raise Faulty(faults)
    return Law(
        words=words,
        packs=tuple(_ruled(pack, rules, above) for pack in packs),
        rules={module: tuple(by_module[module]) for module in order},
        above={name: frozenset(higher) for name, higher in above.items()},
        order=tuple(order),
    )


def _ruled(pack: Pack, rules: Mapping[str, Rule], above: Mapping[str, set[str]]) -> Pack:
    """A pack with what the other packs set over its rules."""
    own = {rule.id for rule in pack.rules}
    others = {name: tuple(rules[one] for one in sorted(above[name] - own)) for name in own}
    return replace(pack, above={name: found for name, found in others.items() if found})


def _all_rules(packs: Sequence[Pack]) -> dict[str, Rule]:
    """Every rule by id; raises Faulty where a pack or a rule stands twice."""
    faults: list[Fault] = []
    rules: dict[str, Rule] = {}
    loaded: set[str] = set()
    for pack in packs:
        if pack.id in loaded:
            faults.append(Fault(pack.file, 1, f"pack {pack.id!r} stands twice in one law", "load it once"))
            continue
        loaded.add(pack.id)
        for rule in pack.rules:
            if rule.id in rules:
                first = rules[rule.id]
                what = f"rule {rule.id} stands already in {first.file}:{first.line}"
                faults.append(Fault(rule.file, rule.line, what, "rename one"))
            rules[rule.id] = rule
    if faults:
        raise Faulty(faults)
    return rules


def _priorities(
    rules: Mapping[str, Rule], by_module: Mapping[str, Sequence[Rule]], faults: list[Fault]
) -> dict[str, set[str]]:
    """For each rule those over it: as `over` and `under` say, and over an `otherwise` all others."""
    above: dict[str, set[str]] = {name: set() for name in rules}
    for rule in rules.values():
        for name in rule.over:
            higher, lower = (name[1:], rule.id) if name.startswith("<") else (rule.id, name)
            other = lower if higher == rule.id else higher
            if other not in rules:
                faults.append(Fault(rule.file, rule.line, f"unknown rule {other!r}", nearest(other, rules)))
            elif rules[other].module != rule.module:
                what = f"{other} concludes {rules[other].module}, not {rule.module}"
                faults.append(Fault(rule.file, rule.line, what, "priority holds between rules of one module"))
            else:
                above[lower].add(higher)
    for module_rules in by_module.values():
        for default in (rule for rule in module_rules if rule.is_default):
            above[default.id].update(rule.id for rule in module_rules if rule is not default)
    return above


def _reads(by_module: Mapping[str, Sequence[Rule]], words: Vocabulary, faults: list[Fault]) -> dict[str, set[str]]:
    """For each module the modules its rules read."""
    reads = {
        module: {c.name for rule in module_rules for c in rule.conditions if c.name in words.modules}
        for module, module_rules in by_module.items()
    }
    for module, names in reads.items():
        for name in sorted(names - by_module.keys()):
            rule = next(r for r in by_module[module] if any(c.name == name for c in r.conditions))
            what = f"{rule.id} reads {name}, which no pack decides"
            faults.append(Fault(rule.file, rule.line, what, "add rules for it or drop the condition"))
    return reads


def _sorted(graph: Mapping[str, set[str]], faults: list[Fault], rules: Mapping[str, Rule], what: str) -> list[str]:
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = error.args[1]
        rule = next((rules[name] for name in circle if name in rules), None)
        faults.append(
            Fault(
                rule.file if rule else "",
                rule.line if rule else 0,
                f"{circle[0]} {what}: {' → '.join(circle)}",
                "remove one step of the circle",
            )
        )
        return []


def read_packs(paths: Iterable[Traversable]) -> list[Pack]:
    """Parse law files. Raises Faulty with all faults of all files."""
    words = vocabulary()
    packs: list[Pack] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            packs.append(read_pack(read_bytes(path, f"packs/{path.name}", "law file"), f"packs/{path.name}", words))
        except FileNotFoundError:
            faults.append(Fault(f"packs/{path.name}", 0, "is not there", "remove the link or restore the file"))
        except Faulty as faulty:
            faults.extend(faulty.faults)
    if faults:
        raise Faulty(faults)
    return packs


@cache
def shipped_packs() -> Mapping[str, Pack]:
    """Every pack in law/packs, by id. Raises Faulty with all faults of all files."""
    folder = sorted(LAW.joinpath("packs").iterdir(), key=lambda path: path.name)
    return {pack.id: pack for pack in read_packs(path for path in folder if path.name.endswith(".md"))}


@cache
def law_of(*names: str) -> Law:
    """The law of the named packs, base first: law_of("vccr", "arsiwa", "us-china-1980")."""
    packs = shipped_packs()
    return put_together([packs[name] for name in names], vocabulary())
