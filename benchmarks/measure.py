"""Medians of several runs, and the most memory a process has held."""

import resource
import statistics
import time
from collections.abc import Callable
from typing import Any

RUNS = 7


def median(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Seconds that one run takes. The first run warms up and does not count."""
    work()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def peak_memory() -> int:
    """Bytes this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
