"""The verdict over a million readings of the real rules, in three ways that must agree.

Everything at the door and about the post's head is contested; status and a view on each position are known. The goal is
VCCR 31(2), which reads all of it.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.door import vccr, views
from benchmarks.measure import median, peak_memory
from benchmarks.parts import Result
from benchmarks.report import wrapped
from inviolable.law.casefile import read_case
from inviolable.law.law import Law
from inviolable.law.meaning import meaning
from inviolable.sources.goals import adversity
from inviolable.sources.readings import Readings, nonsense
from inviolable.sources.verdict import UNFRAMED

GOAL = "vccr-31-2"
KNOWN = {"status": "open"}
#: So many readings are put to the interpreter one by one.
SAMPLE = 20_000


def contested(law: Law) -> dict[str, tuple[str, ...]]:
    return {fact: law.domain(fact) for fact in law.cone(GOAL) if fact not in KNOWN}


def can_be(law: Law, reading: dict[str, str]) -> bool:
    return law.possible(reading) and not any(
        all(reading.get(fact) in values for fact, values in one.when) for one in nonsense()
    )


def sample(law: Law) -> Iterator[tuple[str, ...]]:
    """Readings that can be, all equally likely, always the same ones."""
    chance, facts, found = random.Random(20260127), contested(law), 0
    while found < SAMPLE:
        choice = tuple(chance.choice(values) for values in facts.values())
        if can_be(law, dict(zip(facts, choice, strict=True))):
            found += 1
            yield choice


def readings_interpreter() -> Result:
    """The interpreter, called once for each reading of the sample; judging and comparing them not counted."""
    law = vccr()
    facts = contested(law)
    fixed = KNOWN | views(law)
    worlds = [fixed | dict(zip(facts, choice, strict=True)) for choice in sample(law)]

    def run() -> list[str]:
        return [meaning(law, GOAL, world).result for world in worlds]

    seconds = median(run, 3)
    return {
        "engine": "the interpreter, once for each reading",
        "microseconds": seconds / SAMPLE * 1e6,
        "memory": peak_memory(),
        "sample": run(),
    }


def readings_walk() -> Result:
    """What the product does below its cap, with the cap lifted: decision graphs, no numpy."""
    law = vccr()
    frame = read_case(UNFRAMED, "(no case file)")
    given = contested(law) | {name: (value,) for name, value in KNOWN.items()}

    def run() -> Any:
        return Readings(frame, given, views(law), cap=10**9).goal(GOAL)

    start = time.perf_counter()
    found = run()
    seconds = time.perf_counter() - start
    return {
        "engine": "Inviolable, walking decision graphs",
        "seconds": seconds,
        "memory": peak_memory(),
        **told(found.readings, found.possible, found.deciding, found.adverse.answer),
    }


def readings_batch() -> Result:
    """The batch engine: a table of all worlds, one look-up for each reading, then numpy over the answers."""
    import numpy as np

    from inviolable.law.table import IMPOSSIBLE, Table, results_in
    from inviolable.law.vocabulary import TAGS

    law = vccr()
    facts = contested(law)
    sizes = tuple(len(values) for values in facts.values())
    results = results_in(law, GOAL)

    def columns() -> Any:
        grid = np.indices(sizes, dtype=np.uint8).reshape(len(sizes), -1)
        return dict(zip(facts, grid, strict=True))

    def verdict(answers: Any, given: Any) -> dict[str, Any]:
        answers = answers // len(TAGS)
        possible = answers != results.index(IMPOSSIBLE)
        for one in nonsense():
            met = np.logical_and.reduce(
                [np.isin(given[fact], [facts[fact].index(value) for value in values]) for fact, values in one.when]
            )
            possible &= ~met
        found = np.unique(answers[possible])
        shaped, there = answers.reshape(sizes), possible.reshape(sizes)
        least = np.where(there, shaped, np.uint8(255))
        most = np.where(there, shaped, np.uint8(0))
        decide = [fact for axis, fact in enumerate(facts) if (least.min(axis=axis) < most.max(axis=axis)).any()]
        worst = max((results[code] for code in found), key=lambda result: adversity(GOAL, result))
        in_order = tuple(result for result in results if results.index(result) in found)
        return told(int(possible.sum()), in_order, tuple(decide), worst)

    start = time.perf_counter()
    table = Table(law, GOAL, KNOWN | views(law))
    built = time.perf_counter() - start
    given = columns()
    decided = median(lambda: table.decide(given))
    answers = table.decide(given)
    judged = median(lambda: verdict(answers, given))
    place = {fact: {value: code for code, value in enumerate(values)} for fact, values in facts.items()}
    rows = [
        np.ravel_multi_index([place[fact][value] for fact, value in zip(facts, choice, strict=True)], sizes)
        for choice in sample(law)
    ]
    return {
        "engine": "Inviolable, the batch engine",
        "seconds": built + decided + judged,
        "build": built,
        "decide": decided,
        "judge": judged,
        "memory": peak_memory(),
        "sample": [results[code] for code in answers[rows] // len(TAGS)],
        **verdict(answers, given),
    }


def told(readings: int, possible: tuple[str, ...], deciding: tuple[str, ...], worst: str) -> dict[str, Any]:
    return {"readings": readings, "possible": list(possible), "deciding": list(deciding), "worst": worst}


READINGS_PARTS: dict[str, Callable[[], Result]] = {
    part.__name__: part for part in (readings_interpreter, readings_walk, readings_batch)
}


def readings_report(found: dict[str, Result]) -> list[str]:
    """The section of the page of measurements. Raises AssertionError where the three ways do not agree."""
    one, walk, batch = (found[part] for part in READINGS_PARTS)
    assert one["sample"] == batch["sample"]
    for key in ("readings", "possible", "deciding", "worst"):
        assert walk[key] == batch[key], (key, walk[key], batch[key])
    seconds = one["microseconds"] * batch["readings"] / 1e6
    lines = [
        "## The verdict over a million readings",
        "",
        wrapped(
            f"""VCCR 31(2) with everything at the door and about the head contested: {batch["readings"]:,} readings that
            can be. The interpreter is measured on {SAMPLE:,} of them, drawn evenly, and its time multiplied up; only
            its calls are counted. Ours count all from the law to the verdict: results, deciding facts, the worst
            reading. All three agree."""
        ),
        "",
        "| | seconds | × the interpreter is slower | peak MB |",
        "|---|--:|--:|--:|",
        f"| {one['engine']} | {seconds:,.1f} | 1 | {one['memory'] / 1e6:.0f} |",
    ]
    for row in (walk, batch):
        lines.append(
            f"| {row['engine']} | {row['seconds']:.2f} | {seconds / row['seconds']:,.0f} | {row['memory'] / 1e6:.0f} |"
        )
    parts = ", ".join(f"{name} {batch[name] * 1e3:.0f} ms" for name in ("build", "decide", "judge"))
    return [*lines, "", f"The batch engine: {parts}; the target was 20 times.", ""]
