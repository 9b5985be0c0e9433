"""Decision graphs as JSON, for the browser: one file decides, asks, and says what is still possible.

Format (docs/graph.md): facts in the order asked, each with its values; nodes as
[fact, child per value]; a child >= 0 is a node, a child < 0 is leaf -child - 1; leaves are results,
null where no world can be. Evaluators: graph.py here, door-ui/src/law/evaluate.ts in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .assess import LIFE_FIRST
from .decisions import Compiled, result_of
from .graph import Graphs, Node


def published(
    compiled: Compiled, module: str, positions: Mapping[str, str], profile: Mapping[str, str]
) -> dict[str, Any]:
    """The graph of one module with the ministry's positions and one post's profile built in."""
    graphs = compiled.graphs
    node = graphs.combine(result_of, graphs.restrict(compiled.answers(module, positions), profile))
    rules = compiled.law.rules[module]
    return {
        "v": 1,
        "module": module,
        "packs": [{"pack": pack.id, "hash": pack.hash} for pack in compiled.law.packs],
        "answers": {
            result: {
                "do": list(dict.fromkeys(key for rule in rules if rule.result == result for key in rule.do)),
                "cites": list(dict.fromkeys(rule.cite for rule in rules if rule.result == result)),
            }
            for result in dict.fromkeys(rule.result for rule in rules)
        },
        "life_first": LIFE_FIRST,
        **as_json(graphs, node),
    }


def as_json(graphs: Graphs, root: Node) -> dict[str, Any]:
    """Facts, nodes and leaves of one graph; the root is the first child of a graph without nodes."""
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
        "leaves": [graphs.leaves[node] for node in ends],
        "root": number[root],
    }
