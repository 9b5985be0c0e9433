"""Decision graphs as JSON, for the browser: one file decides, asks, and says what is still possible.

Format (docs/graph.md): facts in the order asked, each with its values; nodes as
[fact, child per value]; a child >= 0 is a node, a child < 0 is leaf -child - 1; leaves are results,
null where no world can be. Evaluators: graph.py here, door-ui/src/law/evaluate.ts in the browser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from .assess import LIFE_FIRST
from .decisions import Compiled, Outcome
from .graph import Graphs, Node
from .vocabulary import TAGS, weakest

#: The module that says whether life is in danger.
NEED = "need"


def published(
    compiled: Compiled, module: str, positions: Mapping[str, str], profile: Mapping[str, str], tag: str = TAGS[0]
) -> dict[str, Any]:
    """The graph of one module with the ministry's positions and one post's profile built in.

    tag: the weakest of what chose the law (`Reasoning.tag`)."""
    node = compiled.graphs.restrict(_with_orders(compiled, module, positions), profile)
    rules = compiled.law.rules[module]
    leaves = {leaf for leaf in compiled.graphs.outcomes(node, {}) if leaf is not None}
    names: dict[_Leaf | None, str | None] = {None: None}
    told = {}
    for leaf in sorted(leaves, key=lambda one: (one.result, sorted(one.rules), one.rank, one.need)):
        alike = sum(one is not None and one.result == leaf.result for one in names)
        names[leaf] = name = f"{leaf.result}-{alike + 1}" if alike else leaf.result
        behind = [rules[place] for place in sorted(leaf.rules)]
        told[name] = {
            "answer": leaf.result,
            "do": [key for key in behind[0].do if all(key in rule.do for rule in behind)] if behind else [],
            "cites": list(dict.fromkeys(rule.cite for rule in behind)),
            "tag": weakest(tag, TAGS[leaf.rank]),
            **({"need": "yes"} if leaf.need else {}),
        }
    return {
        "v": 1,
        "module": module,
        "packs": [{"pack": pack.id, "hash": pack.hash} for pack in compiled.law.packs],
        "answers": told,
        "life_first": LIFE_FIRST,
        **as_json(compiled.graphs, node, names.__getitem__),
    }


class _Leaf(NamedTuple):
    """All that an answer is told with. rules: places of those that stand; need: whether life is in danger."""

    result: str
    rank: int
    rules: frozenset[int]
    need: bool


def _with_orders(compiled: Compiled, module: str, positions: Mapping[str, str]) -> Node:
    combine = compiled.graphs.combine
    behind = _behind(tuple(rule.result for rule in compiled.law.rules[module]))
    node = combine(behind, compiled.answers(module, positions), compiled.behind(module, positions))
    return combine(_needed, node, compiled.answers(NEED, positions))


@cache
def _behind(results: tuple[str, ...]) -> Callable[[Outcome | None, frozenset[int]], _Leaf | None]:
    def behind(outcome: Outcome | None, standing: frozenset[int]) -> _Leaf | None:
        if outcome is None:
            return None
        return _Leaf(*outcome, frozenset(place for place in standing if results[place] == outcome[0]), False)

    return behind


def _needed(leaf: _Leaf | None, need: Outcome | None) -> _Leaf | None:
    return leaf and leaf._replace(need=need is not None and need[0] == "yes")


def as_json(graphs: Graphs, root: Node, name: Callable[[Any], Any] = lambda leaf: leaf) -> dict[str, Any]:
    """Facts, nodes and leaves of one graph, leaves by name; the root is the first child of a graph without nodes."""
    nodes = list(graphs.nodes(root))
    inner = [node for node in nodes if not graphs.is_leaf(node)]
    ends = [node for node in nodes if graphs.is_leaf(node)]
    facts = graphs.asked(root)
    number = {node: index for index, node in enumerate(inner)} | {node: -index - 1 for index, node in enumerate(ends)}
    position = {graphs.level_of[fact]: index for index, fact in enumerate(facts)}
    return {
        "facts": [{"id": fact, "values": list(graphs.values[graphs.level_of[fact]])} for fact in facts],
        "nodes": [
            [position[graphs.levels[node]], *(number[child] for child in graphs.children[node])] for node in inner
        ],
        "leaves": [name(graphs.leaves[node]) for node in ends],
        "root": number[root],
    }
