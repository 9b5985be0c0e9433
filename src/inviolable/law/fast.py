"""Decision graphs in the form that Python walks fastest, for one decision at a time.

A node is (fact, {value: next}), an end is what was decided. On a graph of the door this takes a
third of the time of the same walk over numbered nodes (docs/measured.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .graph import Graphs, Node

Flat = Any


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


def decide(flat: Flat, facts: Mapping[str, str]) -> Any:
    """Walk to the end. Raises KeyError with the name of a fact that is missing, or a value it cannot have."""
    while type(flat) is tuple:
        flat = flat[1][facts[flat[0]]]
    return flat
