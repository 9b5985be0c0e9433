"""Reading a thousand pages in the sandbox, each by a process of its own, against trafilatura alone in one process.

Time is what people wait; processor time is what it costs, also where others use the machine meanwhile.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.parts import Result
from benchmarks.report import wrapped

PAGES = 1_000
WORDS = ("el", "la", "agente", "consulado", "puerta", "embajada", "nota", "personal", "ciudad", "martes", "entrada")
FRAME = """<!DOCTYPE html><html lang="es"><head><title>{title}</title>
<meta property="article:published_time" content="2026-01-27T22:15:00-06:00"></head>
<body><ul>{menu}</ul><article><h1>{title}</h1>{article}</article>{more}</body></html>"""


def pages(number: int = PAGES) -> list[bytes]:
    """Articles of some five hundred words, with the menus and teasers that stand around them."""
    chance = random.Random(7)

    def sentence(least: int, most: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(chance.randint(least, most))).capitalize()

    def page(title: int) -> bytes:
        article = "".join(f"<p>{sentence(20, 60)}.</p>" for _ in range(chance.randint(8, 25)))
        menu = "".join(f'<li><a href="/s/{n}">{sentence(1, 2)}</a></li>' for n in range(80))
        more = "".join(f'<div class="teaser"><a href="/t/{n}">{sentence(2, 8)}</a></div>' for n in range(60))
        return FRAME.format(title=title, menu=menu, article=article, more=more).encode()

    return [page(title) for title in range(number)]


def intake() -> Result:
    """Seconds of both, and of both the seconds of processor; and whether they found the same words."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "inviolable.web.settings"
    os.environ["INVIOLABLE_HOME"] = tempfile.mkdtemp(prefix="inviolable-bench-")
    import django

    django.setup()
    import trafilatura

    from inviolable.sources.extract import read_documents

    given = pages()
    trafilatura.bare_extraction(given[0], with_metadata=True)
    began, worked = time.perf_counter(), time.process_time()
    alone = [trafilatura.bare_extraction(one, with_metadata=True, include_comments=False) for one in given]
    between, done = time.perf_counter(), time.process_time()
    read = read_documents(given)
    ended = time.perf_counter()
    return {
        "alone": between - began,
        "alone_processor": done - worked,
        "seconds": ended - between,
        "processor": processor(given),
        "one_processor": processor(given[:1]),
        "processors": len(os.sched_getaffinity(0)),
        "same": sum(one.text == other.words for one, other in zip(alone, read, strict=True)),
    }


def processor(given: list[bytes]) -> float:
    """Seconds of processor of the same program and its children, outside the sandbox, where they can be counted."""
    from inviolable.sources import reader

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "in")
        folder.mkdir()
        for number, data in enumerate(given):
            (folder / f"{number:06}").write_bytes(data)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-I", reader.__file__, folder, Path(name, "made")], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


INTAKE_PARTS: dict[str, Callable[[], Result]] = {"intake": intake}


def intake_report(found: dict[str, Result]) -> list[str]:
    """The section of the page of measurements."""
    one = found["intake"]
    return [
        "## Reading documents",
        "",
        wrapped(
            f"""{PAGES:,} pages read in the sandbox, each by a process of its own, on {one["processors"]} processors:
            {one["seconds"]:.1f} s, and {one["processor"]:.1f} s of processor. trafilatura alone, in one process and
            without a sandbox, also asked for title, author and date: {one["alone"]:.1f} s, and
            {one["alone_processor"]:.1f} s of processor. So people wait
            {one["seconds"] / one["alone"]:.2f} times as long, and it costs
            {one["processor"] / one["alone_processor"]:.2f} times as much. Of {one["same"]:,} both found the same
            words. A single page costs {one["one_processor"]:.2f} s of processor, loading the libraries included."""
        ),
        "",
    ]
