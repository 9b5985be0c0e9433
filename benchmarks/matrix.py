"""The matrix of many sources: a thousand of sixty facts each, drawn from what real pages say."""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import median
from benchmarks.parts import Result
from benchmarks.report import wrapped
from inviolable.sources.agreement import matrix
from inviolable.sources.records import Claim, Record, load
from inviolable.sources.vocabulary import keys

PRESS = Path(__file__).parent.parent / "tests/data/press/minneapolis"
SOURCES, FACTS = 1_000, 60


def many(sources: int = SOURCES, facts: int = FACTS) -> list[Record]:
    """Sources that say of each fact what some page says of it; of a fact that no page speaks of, words of their own."""
    chance, real = random.Random(7), load(sorted(PRESS.glob("*.json")))
    said = defaultdict(list)
    for record in real:
        for claim in record.claims:
            said[claim.fact].append((claim.value, claim.attributed_to, claim.quote))
    names = [*keys(), *(f"other.{number}" for number in range(facts))][:facts]
    found = []
    for number in range(sources):
        told = [chance.choice(said[name] or [(f"words {chance.random()}", "headline", "")]) for name in names]
        claims = tuple(Claim(f"{number}", n, name, *one) for n, (name, one) in enumerate(zip(names, told, strict=True)))
        day = f"2026-01-{27 + chance.randrange(4)}"
        lineage = chance.choice(real).lineage
        found.append(Record(f"{number}", published=day, language="en", lineage=lineage, claims=claims))
    return found


def sources_matrix() -> Result:
    """Seconds for all of it: of the first time in a process, and of any later one."""
    records = many()
    began = time.perf_counter()
    found = matrix(records)
    first = time.perf_counter() - began
    return {
        "first": first,
        "seconds": median(lambda: matrix(records)),
        "values": sum(len(row.values) for row in found.rows),
        "pairs": sum(len(row.relations) for row in found.rows),
    }


MATRIX_PARTS: dict[str, Callable[[], Result]] = {"sources_matrix": sources_matrix}


def matrix_report(found: dict[str, Result]) -> list[str]:
    """The section of the page of measurements."""
    one = found["sources_matrix"]
    return [
        "## The matrix of many sources",
        "",
        wrapped(
            f"""{SOURCES:,} sources that speak of {FACTS} facts each, drawn from what real pages say:
            {one["values"]:,} different values, {one["pairs"]:,} pairs of them related.
            {one["seconds"]:.2f} s; {one["first"]:.2f} s the first time."""
        ),
        "",
    ]
