"""Decision graphs: reduced, ordered, many-valued decision diagrams.

A graph asks one variable per node, in one fixed order, and ends in a leaf. Equal parts are stored
once, so two graphs mean the same exactly when they are the same node. Because no path asks a
variable twice, following known answers and forking on unknown ones reaches exactly the leaves that
some completion reaches: never fewer, never more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any

Node = int
Leaf = Hashable
Allowed = Mapping[str, Collection[str]]


class Graphs:
    """All graphs over one order of variables: (name, values) from first asked to last."""

    def __init__(self, variables: Sequence[tuple[str, tuple[str, ...]]]) -> None:
        self.names = [name for name, _ in variables]
        self.values = [values for _, values in variables]
        self.level_of = {name: level for level, name in enumerate(self.names)}
        self.bottom = len(variables)
        self.levels: list[int] = []
        self.children: list[tuple[Node, ...]] = []
        self.leaves: list[Any] = []
        self._stored: dict[tuple[int, type, Any], Node] = {}
        self._done: dict[tuple[Any, ...], Node] = {}

    def _store(self, level: int, content: Any) -> Node:
        key = (level, type(content), content)  # True and 1 are different leaves
        node = self._stored.get(key)
        if node is None:
            node = self._stored[key] = len(self.levels)
            self.levels.append(level)
            self.children.append(() if level == self.bottom else content)
            self.leaves.append(content if level == self.bottom else None)
        return node

    def leaf(self, value: Leaf) -> Node:
        return self._store(self.bottom, value)

    def ask(self, level: int, children: tuple[Node, ...]) -> Node:
        """A node that asks the variable of a level; no node where the answer makes no difference."""
        return children[0] if len(set(children)) == 1 else self._store(level, children)

    def test(self, name: str, values: Collection[str], yes: Leaf = True, no: Leaf = False) -> Node:
        """The leaf `yes` where the variable has one of the values, `no` elsewhere."""
        level = self.level_of[name]
        inside, outside = self.leaf(yes), self.leaf(no)
        return self.ask(level, tuple(inside if value in values else outside for value in self.values[level]))

    def is_leaf(self, node: Node) -> bool:
        return self.levels[node] == self.bottom

    def combine(self, operation: Callable[..., Leaf], *nodes: Node) -> Node:
        """The graph of operation(leaf, leaf, …). The operation must be pure; results are kept by its identity."""
        key = (operation, *nodes)
        done = self._done.get(key)
        if done is None:
            level = min(self.levels[node] for node in nodes)
            if level == self.bottom:
                done = self.leaf(operation(*(self.leaves[node] for node in nodes)))
            else:
                rows = [
                    self.children[node] if self.levels[node] == level else (node,) * len(self.values[level])
                    for node in nodes
                ]
                done = self.ask(level, tuple(self.combine(operation, *row) for row in zip(*rows, strict=True)))
            self._done[key] = done
        return done

    def restrict(self, node: Node, allowed: Mapping[str, str]) -> Node:
        """The graph once some variables have a known value."""
        fixed = {self.level_of[name]: value for name, value in allowed.items() if name in self.level_of}
        done: dict[Node, Node] = {}

        def walk(node: Node) -> Node:
            level = self.levels[node]
            if level == self.bottom:
                return node
            if node not in done:
                if level in fixed:
                    done[node] = walk(self.children[node][self.values[level].index(fixed[level])])
                else:
                    done[node] = self.ask(level, tuple(walk(child) for child in self.children[node]))
            return done[node]

        return walk(node)

    def outcomes(self, node: Node, allowed: Allowed) -> set[Any]:
        """The leaves that some completion reaches. A variable not in `allowed` may have any value."""
        reached: set[Any] = set()
        seen: set[Node] = set()
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            level = self.levels[node]
            if level == self.bottom:
                reached.add(self.leaves[node])
                continue
            values = allowed.get(self.names[level])
            for value, child in zip(self.values[level], self.children[node], strict=True):
                if values is None or value in values:
                    waiting.append(child)
        return reached

    def nodes(self, node: Node) -> Iterator[Node]:
        """Every node of a graph once, in a stable order from the top."""
        seen: dict[Node, None] = {}
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen[node] = None
                waiting.extend(reversed(self.children[node]))
        yield from sorted(seen, key=lambda node: self.levels[node])

    def asked(self, node: Node) -> tuple[str, ...]:
        """The variables that can still make a difference, in order."""
        levels = {self.levels[node] for node in self.nodes(node)} - {self.bottom}
        return tuple(self.names[level] for level in sorted(levels))

    def example(self, node: Node, wanted: Callable[[Any], bool]) -> dict[str, str] | None:
        """One choice of values that leads to a wanted leaf, or None."""
        fruitless: set[Node] = set()

        def search(node: Node) -> dict[str, str] | None:
            level = self.levels[node]
            if level == self.bottom:
                return {} if wanted(self.leaves[node]) else None
            for value, child in zip(self.values[level], self.children[node], strict=True):
                if child not in fruitless:
                    found = search(child)
                    if found is not None:
                        return {self.names[level]: value, **found}
            fruitless.add(node)
            return None

        return search(node)
