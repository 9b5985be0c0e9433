"""The parts of the benchmark. Each runs in a process of its own, so that its memory can be told."""

import gzip
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import door, peers
from benchmarks.measure import median, peak_memory
from inviolable.law.decisions import Compiled
from inviolable.law.fast import decide, flattened, reasoned
from inviolable.law.graph import Graphs, Node
from inviolable.law.meaning import meaning
from inviolable.law.publish import published

Result = dict[str, Any]
ONE = 2_000
BATCH = 1_000_000


def _result(outcome: Any) -> Any:
    return outcome and outcome[0]


def door_graph(compiled: Compiled) -> Node:
    fixed = door.PROFILE | door.views(compiled.law)
    return compiled.graphs.combine(
        _result, compiled.graphs.restrict(compiled.answers("entry", door.views(compiled.law)), fixed)
    )


def _one(work: Callable[[Any], Any], engine: str) -> Result:
    """Microseconds for one decision, over the same cases for every engine; checked against our own answers."""
    law = door.vccr()
    compiled = Compiled(law)
    cases = door.cases(law, ONE)
    flat = flattened(compiled.graphs, door_graph(compiled))
    for case in cases:
        found, expected = work(case), decide(flat, case)
        assert getattr(found, "result", found) == expected, (engine, case, found, expected)

    def run() -> None:
        for case in cases:
            work(case)

    return {"engine": engine, "microseconds": median(run) / len(cases) * 1e6, "memory": peak_memory()}


def one_ours() -> Result:
    law, start = door.vccr(), time.perf_counter()
    compiled = Compiled(law)
    flat = flattened(compiled.graphs, door_graph(compiled))
    built = time.perf_counter() - start
    return _one(lambda case: decide(flat, case), "Inviolable, without reasons") | {"build": built * 1e3}


def one_ours_with_reasons() -> Result:
    law, start = door.vccr(), time.perf_counter()
    flat = reasoned(Compiled(law), "entry", door.PROFILE | door.views(law))
    built = time.perf_counter() - start
    found = _one(lambda case: decide(flat, case), "Inviolable, with every rule that holds or is defeated")
    return found | {"build": built * 1e3}


def one_interpreter() -> Result:
    law = door.vccr()
    fixed = door.PROFILE | door.views(law)
    return _one(lambda case: meaning(law, "entry", fixed | case), "Inviolable, the reference interpreter")


def one_zen_staged() -> Result:
    return _one(peers.zen_staged(door.rows(door.vccr())), "zen-engine, a table per stage")


def one_zen_flat() -> Result:
    compiled = Compiled(door.vccr())
    rows = list(paths(compiled.graphs, door_graph(compiled)))
    return _one(peers.zen_flat(rows), f"zen-engine, multiplied out into one table of {len(rows)} rows")


def one_clingo() -> Result:
    law = door.vccr()
    return _one(peers.clingo_program(law, door.rows(law)), "clingo, grounded once")


def unknown_ours() -> Result:
    """Some facts unknown: every answer that is still possible."""
    compiled = Compiled(door.vccr())
    graphs, node = compiled.graphs, door_graph(compiled)
    states = [{name: (value,) for name, value in state.items()} for state in door.states(compiled.law, ONE)]
    seconds = median(lambda: [graphs.outcomes(node, state) for state in states])
    return {"engine": "Inviolable, Python", "microseconds": seconds / ONE * 1e6, "memory": peak_memory()}


def browser_ours() -> Result:
    """The browser's evaluator in Node.js, on the file that a door gets."""
    law = door.vccr()
    compiled = Compiled(law)
    graph = published(compiled, "entry", door.views(law), door.PROFILE)
    folder = Path(__file__).parent
    door_ui = folder.parent / "door-ui"
    with tempfile.TemporaryDirectory() as scratch:
        evaluator, work = Path(scratch, "evaluate.mjs"), Path(scratch, "work.json")
        flags = ["--bundle", "--format=esm", "--minify", "--log-level=error", f"--outfile={evaluator}"]
        subprocess.run([door_ui / "node_modules/.bin/esbuild", door_ui / "src/law/evaluate.ts", *flags], check=True)
        work.write_text(json.dumps({"graph": graph, "cases": door.cases(law, ONE), "states": door.states(law, ONE)}))
        command = ["node", folder / "browser.mjs", evaluator, work]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        size = evaluator.stat().st_size
    file = json.dumps({key: graph[key] for key in ("facts", "nodes", "leaves", "root")}, separators=(",", ":")).encode()
    return {**found, "graph": len(file), "packed": len(gzip.compress(file, mtime=0)), "evaluator": size}


def paths(graphs: Graphs, node: Node, known: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> Any:
    """A graph as the rows of one table, values with the same future in one row."""
    if graphs.is_leaf(node):
        yield known, graphs.leaves[node]
        return
    level = graphs.levels[node]
    for child in dict.fromkeys(graphs.children[node]):
        values = tuple(v for v, c in zip(graphs.values[level], graphs.children[node], strict=True) if c == child)
        yield from paths(graphs, child, (*known, (graphs.names[level], values)))


def batch_columns() -> Any:
    import numpy as np

    chance, law = np.random.default_rng(20260127), door.vccr()
    return {name: chance.integers(0, len(law.domain(name)), BATCH, dtype=np.uint8) for name in door.FACTS}


def batch_ours() -> Result:
    from inviolable.law.table import Table

    law = door.vccr()
    columns = batch_columns()
    start = time.perf_counter()
    table = Table(law, "entry", door.PROFILE | door.views(law))
    built = time.perf_counter() - start
    seconds = median(lambda: table.decide(columns), 21)
    sample = [table.legend[code][0] for code in table.decide(columns)[:: BATCH // 500]]
    return {
        "engine": "Inviolable, table (checks its input)",
        "milliseconds": seconds * 1e3,
        "build": built * 1e3,
        "memory": peak_memory(),
        "sample": sample,
    }


def batch_openfisca() -> Result:
    law = door.vccr()
    columns = batch_columns()
    decide_all = peers.openfisca(law, door.rows(law))
    seconds = median(lambda: decide_all(columns))
    results = law.domain("entry")
    return {
        "engine": "openfisca-core",
        "milliseconds": seconds * 1e3,
        "memory": peak_memory(),
        "sample": [results[code] for code in decide_all(columns)[:: BATCH // 500]],
    }


def questions() -> Result:
    """Expected questions and cost until the answer is settled, positions unset as shipped."""
    from inviolable.law.questions import Questions, prior
    from inviolable.law.vocabulary import vocabulary

    compiled = Compiled(door.vccr())
    graphs = compiled.graphs
    node = graphs.combine(_result, compiled.answers("entry", {}))
    found = []
    for title, profile in (("with the post's profile", door.PROFILE), ("without it", {})):
        start_node = graphs.restrict(node, profile)
        asking = Questions(graphs, vocabulary(), prior())
        start = time.perf_counter()
        asking.best(start_node)
        taken = time.perf_counter() - start
        orders: dict[str, Callable[[Node], str]] = {
            "optimal": asking.next,
            "information gain per cost": asking.information_gain,
            "declared order, leaving out what cannot matter": lambda node, asking=asking: next(
                iter(asking.facts(node)), ""
            ),
        }
        for order, choose in orders.items():
            cost, count, worst = _follow(asking, start_node, choose)
            found.append(
                {"profile": title, "order": order, "cost": cost, "questions": count, "worst": worst}
                | ({"milliseconds": taken * 1e3} if order == "optimal" else {})
            )
    return {"rows": found, "memory": peak_memory()}


def _follow(asking: Any, node: Node, choose: Callable[[Node], str]) -> tuple[float, float, int]:
    """(expected cost, expected number of questions, most questions) of an order."""
    done: dict[Node, tuple[float, float, int]] = {}

    def follow(node: Node) -> tuple[float, float, int]:
        if node not in done:
            fact = choose(node)
            if not fact:
                return 0.0, 0.0, 0
            children = [asking.restrict(node, fact, value) for value in asking.chances(fact)]
            cost = asking.expected(node, fact, lambda child: follow(child)[0])
            count = 1 + asking.expected(node, fact, lambda child: follow(child)[1]) - asking.costs[fact]
            done[node] = cost, count, 1 + max(follow(child)[2] for child in children if asking.mass(child))
        return done[node]

    return follow(node)


def proof() -> Result:
    """`inviolable law check` from nothing: read every pack, prove every module of every law."""
    from inviolable.law.check import check

    start = time.perf_counter()
    lines, faults = check()
    taken = time.perf_counter() - start
    assert not faults, faults
    return {
        "seconds": taken,
        "laws": sum(not line.startswith(" ") for line in lines),
        "modules": sum(line.startswith(" ") for line in lines),
        "memory": peak_memory(),
    }


PARTS: dict[str, Callable[[], Result]] = {
    part.__name__: part
    for part in (
        one_ours, one_ours_with_reasons, one_interpreter, one_zen_staged, one_zen_flat, one_clingo,
        unknown_ours, browser_ours, batch_ours, batch_openfisca, questions, proof,
    )
}  # fmt: skip
