"""Every world and every state of partial knowledge, by brute force: what all executions are measured against."""

import itertools
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from inviolable.law.graph import Graphs, Node
from inviolable.law.law import Law, law_of, shipped_packs
from inviolable.law.meaning import meaning
from inviolable.law.table import CONFLICT, DISPUTED, GAP, results_in, values_of
from inviolable.law.vocabulary import TAGS

HERE = Path(__file__).parent
DOOR = HERE.parent.parent / "door-ui"

#: A module whose own inputs have more states than this is compared on samples.
EXHAUSTIBLE = 4_000_000

DOOR_PROFILE = {"head": "career", "status": "open"}
DOOR_FACTS = (
    "zone", "actor", "consent_by", "consent_state", "consent_scope", "emergency", "prompt", "refused", "crew", "paper",
)  # fmt: skip


def laws() -> Iterator[tuple[str, Law, tuple[str, ...]]]:
    """Every shipped law by name, with the modules to look at: all of a base, of an overlay those it changes."""
    packs = shipped_packs()
    common = [pack.id for pack in packs.values() if pack.kind == "common"]
    for base in (pack for pack in packs.values() if pack.kind == "base"):
        law = law_of(base.id, *common)
        yield base.id, law, law.order
        for overlay in packs.values():
            if overlay.extends == base.id:
                changed = law_of(base.id, *common, overlay.id)
                yield f"{base.id}+{overlay.id}", changed, tuple(m for m in changed.order if differs(m, changed, law))


def differs(module: str, law: Law, base: Law) -> bool:
    return rules_of(law, module) != rules_of(base, module)


def rules_of(law: Law, module: str) -> tuple[Any, ...]:
    """Everything that makes a module what it is, standing alone."""
    return module, *((rule, law.above[rule.id]) for rule in law.rules.get(module, ()))


def every_module() -> list[Any]:
    """Each module of every law once: what two laws have in common is looked at in the first."""
    seen: list[tuple[Any, ...]] = []
    rows = []
    for name, law, modules in laws():
        for module in modules:
            if rules_of(law, module) not in seen:
                seen.append(rules_of(law, module))
                rows.append(pytest.param(law, module, id=f"{name}-{module}"))
    return rows


def own_positions(law: Law, module: str) -> tuple[str, ...]:
    found = {position for rule in law.rules[module] for position, _ in rule.views}
    return tuple(position for position in law.words.positions if position in found)


def linked(law: Law, module: str) -> tuple[str, ...]:
    """Facts the module does not read, but which decide whether a world of its facts can be."""
    inputs = law.inputs(module)
    combinations = [[fact for fact, _ in impossible.when] for impossible in law.words.impossible]
    found = {fact for facts in combinations if set(facts) & set(inputs) for fact in facts}
    return tuple(fact for fact in law.words.facts if fact in found and fact not in inputs)


def states(law: Law, module: str) -> int:
    """States of partial knowledge of a module standing alone, positions set or unset."""
    count = 1
    for name in (*law.inputs(module), *linked(law, module), *own_positions(law, module)):
        count *= len(values_of(law, name)) + 1
    return count


@dataclass(frozen=True)
class Interpreted:
    """The reference interpreter in every world of a module standing alone.

    names: its facts and feeding modules, then the positions of its own rules: one axis each.
    results: codes in the order of `bits`; ranks: places in TAGS."""

    names: tuple[str, ...]
    results: NDArray[np.uint8]
    ranks: NDArray[np.uint8]


def bits(law: Law, module: str) -> tuple[str, ...]:
    """A set of results is a number: one bit for each of these, in the order of the table's codes."""
    return results_in(law, module)


def answered(law: Law, module: str, world: Mapping[str, str]) -> tuple[str, str]:
    """The interpreter's (result, tag). Alone, a module may lack an answer where no feeding module ever leads."""
    try:
        found = meaning(law, module, world)
    except ValueError as error:
        return (GAP if ": [] stand together" in str(error) else CONFLICT), TAGS[0]
    return found.result, found.tag


_interpreted: dict[tuple[int, str], Interpreted] = {}


def interpreted(law: Law, module: str) -> Interpreted:
    key = (id(law), module)
    if key not in _interpreted:
        names = (*law.inputs(module), *own_positions(law, module))
        domains = [values_of(law, name) for name in names]
        order = bits(law, module)
        shape = [len(domain) for domain in domains]
        found = [answered(law, module, dict(zip(names, world, strict=True))) for world in itertools.product(*domains)]
        _interpreted[key] = Interpreted(
            names,
            np.array([order.index(result) for result, _ in found], dtype=np.uint8).reshape(shape),
            np.array([TAGS.index(tag) for _, tag in found], dtype=np.uint8).reshape(shape),
        )
    return _interpreted[key]


def composed(law: Law, module: str, columns: Mapping[str, NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """The interpreter's result over columns of facts and positions, each stage decided by what feeds it."""
    own = interpreted(law, module)
    axes = (composed(law, name, columns) if name in law.rules else columns[name] for name in own.names)
    return own.results[tuple(np.broadcast_arrays(*axes))]


def settled(results: NDArray[np.uint8], axes: tuple[int, ...], law: Law, module: str) -> NDArray[np.uint8]:
    """Over the axes of unset positions: the one result of all views, or disputed."""
    least, most = results.min(axis=axes), results.max(axis=axes)
    disputed = np.uint8(bits(law, module).index(DISPUTED))
    return np.where(least == most, least, disputed).astype(np.uint8)


def as_sets(results: NDArray[np.uint8], can_be: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Each world's result as a set of one, empty where no such world can be."""
    return np.where(can_be, np.uint16(1) << results.astype(np.uint16), np.uint16(0)).astype(np.uint16)


def lattice(worlds: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The truth about partial knowledge: on each axis one more place, 'unknown', with what any value gives."""
    for axis in range(worlds.ndim):
        anything = np.bitwise_or.reduce(worlds, axis=axis, keepdims=True)
        worlds = np.concatenate([worlds, anything], axis=axis)
    return worlds


def lattice_of_differences(results: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Which variables matter in every state: bit i where two possible completions that differ in i alone disagree."""
    total = np.zeros([size + 1 for size in results.shape], dtype=np.uint16)
    for axis in range(results.ndim):
        differ = np.zeros([1 if i == axis else size for i, size in enumerate(results.shape)], dtype=np.uint16)
        values = np.moveaxis(results, axis, 0)
        for one, other in itertools.combinations(values, 2):
            differ |= np.expand_dims((one != other) & (one > 0) & (other > 0), axis).astype(np.uint16)
        unknown = lattice(differ).take([-1], axis=axis)
        total[tuple(slice(-1, None) if i == axis else slice(None) for i in range(results.ndim))] |= unknown << axis
    return total


def graph_lattice(
    graphs: Graphs, node: Node, variables: Sequence[tuple[str, tuple[str, ...]]], order: Sequence[str]
) -> NDArray[np.uint16]:
    """`Graphs.outcomes` of a graph of results in every state of partial knowledge."""
    bit = {None: 0} | {result: 1 << place for place, result in enumerate(order)}
    shape = [len(values) + 1 for _, values in variables]
    choices = [[*((name, (value,)) for value in values), None] for name, values in variables]
    found = np.empty(int(np.prod(shape)), dtype=np.uint16)
    for place, state in enumerate(itertools.product(*choices)):
        reached = 0
        for leaf in graphs.outcomes(node, dict(filter(None, state))):
            reached |= bit[leaf]
        found[place] = reached
    return found.reshape(shape)


class Browser:
    """The browser's evaluator, run by Node.js."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.evaluator = folder / "evaluate.mjs"
        esbuild = DOOR / "node_modules/.bin/esbuild"
        source = DOOR / "src/law/evaluate.ts"
        subprocess.run(
            [esbuild, source, "--bundle", "--format=esm", f"--outfile={self.evaluator}", "--log-level=error"],
            check=True,
        )

    def run(self, name: str, jobs: Sequence[Mapping[str, Any]]) -> "Run":
        return Run(self, name, jobs)


class Run:
    """A Node.js process that works while Python does; `answers` waits for it."""

    def __init__(self, browser: Browser, name: str, jobs: Sequence[Mapping[str, Any]]) -> None:
        self.shapes = [
            [len(variable["values"]) + (job["ask"] != "decide") for variable in job["variables"]] for job in jobs
        ]
        self.out = browser.folder / f"{name}.answers"
        wanted = browser.folder / f"{name}.json"
        wanted.write_text(json.dumps(jobs), encoding="utf-8")
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(["node", HERE / "lattice.mjs", browser.evaluator, wanted], stdout=out)

    def answers(self) -> list[NDArray[np.uint16]]:
        assert self.process.wait() == 0, "Node.js ended with the error above"
        flat = np.fromfile(self.out, dtype="<u2")
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])
        assert len(flat) == ends[-1]
        return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), self.shapes, strict=True)]


def job(
    graph: Mapping[str, Any], variables: Sequence[tuple[str, tuple[str, ...]]], order: Sequence[str], ask: str
) -> dict[str, Any]:
    return {
        "graph": {"v": 1, **graph},
        "variables": [{"id": name, "values": list(values)} for name, values in variables],
        "bits": list(order),
        "ask": ask,
    }


@cache
def missing_for_node() -> str:
    if not shutil.which("node"):
        return "Node.js is missing: apt-get install nodejs npm, then make setup"
    if not (DOOR / "node_modules/.bin/esbuild").exists():
        return "esbuild is missing: make setup, or npm ci in door-ui"
    return ""
