"""Minimal changes: which facts, learnt or corrected, would make another answer certain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .graph import Graphs, Node

Change = tuple[dict[str, str], str]


def minimal_changes(graphs: Graphs, node: Node, known: Mapping[str, Sequence[str]], answer: str) -> list[Change]:
    """Every set of facts, none of it superfluous, after which an answer other than `answer` is certain.

    node: results as leaves, None where no world can be. known: the values that stand, one or, where
    contested, several; a fact not in it is unknown and, unless the set fixes it, stays so. At each
    level a fact is kept (all its standing values are followed at once) or given one value. A set that gives one can
    hold only a set that goes without: another value differs in it, and those with the same value are minimal below.
    """
    done: dict[frozenset[Node], list[Change]] = {}

    def walk(front: frozenset[Node]) -> list[Change]:
        if front in done:
            return done[front]
        level = min(graphs.levels[node] for node in front)
        if level == graphs.bottom:
            results = {graphs.leaves[node] for node in front} - {None}
            certain = results.pop() if len(results) == 1 else answer
            found: list[Change] = [] if certain == answer else [({}, str(certain))]
        else:
            fact, values = graphs.names[level], graphs.values[level]
            standing = known.get(fact, values)
            without = walk(_step(graphs, front, level, standing))
            found = list(without)
            for value in values:
                if tuple(standing) != (value,):
                    for change, result in walk(_step(graphs, front, level, (value,))):
                        if not any(one.items() <= change.items() for one, _result in without):
                            found.append(({fact: value, **change}, result))
            found.sort(key=lambda change: len(change[0]))
        done[front] = found
        return found

    return walk(frozenset((node,)))


def _step(graphs: Graphs, front: frozenset[Node], level: int, values: Sequence[str]) -> frozenset[Node]:
    indexes = [graphs.values[level].index(value) for value in values]
    reached: set[Node] = set()
    for node in front:
        if graphs.levels[node] == level:
            reached.update(graphs.children[node][index] for index in indexes)
        else:
            reached.add(node)
    return frozenset(reached)
