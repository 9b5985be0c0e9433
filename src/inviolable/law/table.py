"""The second execution of the law: rules over columns of small integers, a million cases at a time.

It knows nothing of decision graphs. Rules are evaluated as array expressions over codes, the code
of a value being its place in the fact's `values`; over a grid of all worlds that gives a table, and
a batch of cases is then one index and one look-up each. Needs numpy (the extra `batch`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .law import Law
from .vocabulary import TAGS

try:
    import numpy as np
    from numpy.typing import NDArray
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError("batches need numpy: install inviolable[batch]", name="numpy") from missing

Codes = NDArray["np.uint8"]
Truths = NDArray["np.bool_"]

#: What a table may hold besides the module's own results.
DISPUTED, IMPOSSIBLE, GAP, CONFLICT = "disputed", "(impossible)", "(gap)", "(conflict)"
#: The largest table, in worlds and bytes. Fix positions or facts to stay below it.
LARGEST = 64_000_000
#: Cases indexed at once: their columns and indices stay in the processor's cache.
CHUNK = 65_536

STRONG = frozenset({"V", "V~"})
YES: Truths = np.array(True)
NO: Truths = np.array(False)


@dataclass(frozen=True)
class Evaluated:
    """A module over columns. results: places in `results_in(law, module)`; ranks: places in TAGS."""

    results: Codes
    ranks: Codes


def values_of(law: Law, name: str) -> tuple[str, ...]:
    """The values whose places are the codes of a fact, a position, or a feeding module."""
    position = law.words.positions.get(name)
    return position.options if position else law.domain(name)


def results_in(law: Law, module: str) -> tuple[str, ...]:
    """What a module's result code means."""
    return (*law.domain(module), DISPUTED, IMPOSSIBLE, GAP, CONFLICT)


def evaluate(law: Law, module: str, columns: Mapping[str, Codes]) -> Evaluated:
    """Decide a module for every row of its columns, which need only broadcast against each other.

    columns: one for every fact and position the module depends on, or one for a feeding module,
    whose result is then taken as given. Worlds that cannot be are decided too; see `possible`."""
    done: dict[str, Evaluated] = {}

    def feeding(name: str) -> Evaluated:
        if name not in done:
            given = columns.get(name)
            done[name] = decided(name) if given is None else Evaluated(given, _one(0))
        return done[name]

    def decided(module: str) -> Evaluated:
        names = results_in(law, module)
        applies: dict[str, Truths] = {}
        result: Codes = _one(names.index(GAP))
        rank: Codes = _one(len(TAGS) - 1)
        strong: Truths = NO
        supports: dict[str, Codes] = {}
        for rule in law.rules[module]:
            met: Truths = YES
            support: Codes = _one(TAGS.index(rule.tag))
            for condition in rule.conditions:
                if condition.name in law.rules:
                    upstream = feeding(condition.name)
                    column, support = upstream.results, np.maximum(support, upstream.ranks)
                    domain = results_in(law, condition.name)
                else:
                    column, domain = columns[condition.name], law.domain(condition.name)
                met = met & np.array([value in condition.values for value in domain])[column]
            for position, option in rule.views:
                met = met & (columns[position] == values_of(law, position).index(option))
            applies[rule.id], supports[rule.id] = met, support
        for rule in law.rules[module]:
            stands = applies[rule.id]
            for higher in law.above[rule.id] & applies.keys():
                stands = stands & ~applies[higher]
            code = np.uint8(names.index(rule.result))
            clash = stands & (result != names.index(GAP)) & (result != code)
            result = np.where(clash, np.uint8(names.index(CONFLICT)), np.where(stands, code, result))
            rank = np.where(stands, np.minimum(rank, supports[rule.id]), rank)
            strong = strong | stands if rule.tag in STRONG else strong
        if "arguable" in names:
            weak = (result == names.index("breach")) & ~strong
            result = np.where(weak, np.uint8(names.index("arguable")), result)
        return Evaluated(result, rank)

    return decided(module)


def possible(law: Law, columns: Mapping[str, Codes]) -> Truths:
    """Where the columns describe a world that can be; a combination with a missing fact is left open."""
    found: Truths = YES
    for impossible in law.words.impossible:
        if all(fact in columns for fact, _ in impossible.when):
            met: Truths = YES
            for fact, values in impossible.when:
                met = met & np.array([value in values for value in law.domain(fact)])[columns[fact]]
            found = found & ~met
    return found


def grid(law: Law, names: Sequence[str]) -> dict[str, Codes]:
    """One axis per name, so that arrays computed from the columns hold every combination once."""
    return {
        name: np.arange(len(values_of(law, name)), dtype=np.uint8).reshape(
            [-1 if axis == place else 1 for axis in range(len(names))]
        )
        for place, name in enumerate(names)
    }


def _one(code: int) -> Codes:
    """A column that is the same in every row."""
    return np.array(code, dtype=np.uint8)


class Table:
    """A module's answer in every world of its cone, one byte each.

    fixed: facts (a post's profile) and positions that have one value. names: the columns of a case,
    in order: the cone's facts, then positions left open. legend: (result, tag) by code. Raises
    ValueError where a name or value is unknown or the table would be larger than LARGEST.
    """

    def __init__(self, law: Law, module: str, fixed: Mapping[str, str] | None = None) -> None:
        self.law, self.module, self.fixed = law, module, dict(fixed or {})
        inputs = (*law.cone(module), *law.positions(module))
        self.names = tuple(name for name in inputs if name not in self.fixed)
        self.sizes = tuple(len(values_of(law, name)) for name in self.names)
        self.legend = tuple((result, tag) for result in results_in(law, module) for tag in TAGS)
        if math.prod(self.sizes) > LARGEST:
            raise ValueError(
                f"{module} has {math.prod(self.sizes):,} worlds, more than {LARGEST:,}: fix some positions or facts"
            )
        columns = grid(law, self.names)
        for name, value in self.fixed.items():
            if name in inputs:
                columns[name] = _one(self.code(name, value))
        evaluated = evaluate(law, module, columns)
        cannot_be = np.uint8(self.legend.index((IMPOSSIBLE, TAGS[0])))
        answers = evaluated.results * np.uint8(len(TAGS)) + evaluated.ranks
        answers = np.where(possible(law, columns), answers, cannot_be)
        self.answers: Codes = np.ascontiguousarray(np.broadcast_to(answers, self.sizes))
        self._groups = list(_groups(self.sizes))

    def code(self, name: str, value: str) -> int:
        """The code of a value; raises ValueError with the values there are."""
        values = values_of(self.law, name)
        if value not in values:
            raise ValueError(f"{name} cannot be {value!r}; it is one of {', '.join(values)}")
        return values.index(value)

    def settled(self) -> Table:
        """The same table without columns for positions: `disputed` where the views left open disagree."""
        views = tuple(axis for axis, name in enumerate(self.names) if name in self.law.words.positions)
        results, ranks = self.answers // len(TAGS), self.answers % len(TAGS)
        least, most = results.min(axis=views), results.max(axis=views)
        names = results_in(self.law, self.module)
        agreed = np.where(least == most, most, np.uint8(names.index(DISPUTED)))
        settled = object.__new__(Table)
        settled.__dict__.update(self.__dict__)
        settled.names = tuple(name for name in self.names if name not in self.law.words.positions)
        settled.sizes = self.sizes[: len(settled.names)]
        settled.answers = (agreed * np.uint8(len(TAGS)) + ranks.max(axis=views)).astype(np.uint8)
        settled._groups = list(_groups(settled.sizes))
        return settled

    def decide(self, columns: Mapping[str, Codes]) -> Codes:
        """The answer to each case, as a place in `legend`.

        columns: for each of `names` an array of uint8 codes, all of one length; more are ignored.
        Raises ValueError where a column is missing, of another type or length, or holds a code
        that is none."""
        cases = [self._column(columns, name) for name in self.names]
        rows = len(cases[0]) if cases else 0
        for name, column in zip(self.names, cases, strict=True):
            if len(column) != rows:
                raise ValueError(f"column {name} has {len(column):,} rows, {self.names[0]} has {rows:,}")
        decided = np.empty(rows, dtype=np.uint8)
        answers = self.answers.reshape(-1)
        for start in range(0, rows, CHUNK):
            chunk = [column[start : start + CHUNK] for column in cases]
            self._check(chunk, start)
            np.take(answers, self._index(chunk), out=decided[start : start + CHUNK], mode="clip")
        return decided

    def _column(self, columns: Mapping[str, Codes], name: str) -> Codes:
        column = columns.get(name)
        if column is None:
            raise ValueError(f"column {name} is missing; needed: {', '.join(self.names)}")
        if not isinstance(column, np.ndarray) or column.dtype != np.uint8 or column.ndim != 1:
            raise ValueError(f"column {name} must be one row of codes (numpy.uint8)")
        return column

    def _check(self, chunk: Sequence[Codes], start: int) -> None:
        for name, size, column in zip(self.names, self.sizes, chunk, strict=True):
            if column.max() >= size:
                row = int(np.argmax(column >= size))
                raise ValueError(
                    f"column {name}, row {start + row:,}: {column[row]} is no code; "
                    f"codes are 0 to {size - 1} ({', '.join(values_of(self.law, name))})"
                )

    def _index(self, chunk: Sequence[Codes]) -> NDArray[np.intp]:
        """Mixed radix. Columns that fit into one byte together are joined as bytes: a quarter of the traffic."""
        index: NDArray[np.intp] = np.zeros(len(chunk[0]), dtype=np.intp)
        for first, end, radix in self._groups:
            part = chunk[first]
            for place in range(first + 1, end):
                part = part * np.uint8(self.sizes[place])
                part += chunk[place]
            index *= radix
            index += part
        return index


def _groups(sizes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Runs of columns whose sizes multiply to at most 256: (first, end, product)."""
    first, product = 0, 1
    for place, size in enumerate(sizes):
        if product * size > 256:
            yield first, place, product
            first, product = place, 1
        product *= size
    if sizes:
        yield first, len(sizes), product
