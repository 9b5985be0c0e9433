"""The report as Markdown. Ratios say how many times more a peer takes."""

import textwrap
from collections.abc import Mapping

from benchmarks.parts import Result

MB = 1_000_000


def wrapped(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 120, break_on_hyphens=False)


def report(found: Mapping[str, Result], when: str, commit: str, machine: str) -> str:
    return "\n".join(
        [
            "# Measured",
            "",
            wrapped(
                f"""Made by `make bench` on {when} at {commit}: {machine}. Medians of several runs, a process for each
                engine; memory is the most it held, interpreter and cases included. Never edited by hand."""
            ),
            "",
            *one(found),
            *unknown(found),
            *batch(found),
            *asking(found["questions"]),
            *proving(found["proof"]),
            *sketch(found),
            "",
        ]
    )


def one(found: Mapping[str, Result]) -> list[str]:
    peers = [found[name] for name in ("one_zen_staged", "one_zen_flat", "one_clingo")]
    fastest = min(peers, key=lambda peer: peer["microseconds"])
    plain, full = found["one_ours"], found["one_ours_with_reasons"]
    lines = [
        "## One decision",
        "",
        wrapped(
            """May they enter, at an open career post under the VCCR; the post's profile and a view on every position
            fixed; the same 2,000 complete cases, drawn evenly from the 423,360 worlds of the door, for every engine.
            All answer alike; only ours gives reasons: every rule that holds or is defeated, of the entry and of each
            stage before it. Ours are worked out when the law is compiled, and looked up here."""
        ),
        "",
        "| engine | µs a decision | × ours without reasons | × ours with reasons | peak MB |",
        "|---|--:|--:|--:|--:|",
    ]
    for row in (plain, full, found["one_interpreter"], *peers):
        lines.append(
            f"| {row['engine']} | {row['microseconds']:.2f} | {row['microseconds'] / plain['microseconds']:,.0f} "
            f"| {row['microseconds'] / full['microseconds']:,.1f} | {row['memory'] / MB:.0f} |"
        )
    without_reasons, with_reasons = (fastest["microseconds"] / row["microseconds"] for row in (plain, full))
    verdict = f"""Against the fastest peer form ({fastest["engine"]}): {without_reasons:,.0f} times without reasons
        (target 100), {with_reasons:,.0f} times with full reasons (target 3)."""
    compiling = f"""Compiling the door takes {plain["build"]:.0f} ms without reasons, {full["build"]:.0f} ms with them,
        once."""
    return [*lines, "", wrapped(verdict), "", wrapped(compiling), ""]


def unknown(found: Mapping[str, Result]) -> list[str]:
    ours, browser = found["unknown_ours"], found["browser_ours"]
    return [
        "## In the browser, and under unknown facts",
        "",
        "States of partial knowledge, *unknown* as likely as each value. Answers are the exact set that can still be.",
        "",
        "| | Python, µs | browser's evaluator in Node.js, µs |",
        "|---|--:|--:|",
        f"| decide, complete facts | {found['one_ours']['microseconds']:.2f} | {browser['decide']:.2f} |",
        f"| outcomes, unknown facts | {ours['microseconds']:.2f} | {browser['outcomes']:.2f} |",
        f"| which facts still matter | | {browser['matters']:.2f} |",
        "",
        wrapped(
            f"""The door's graph is {browser["graph"]:,} bytes ({browser["packed"]:,} compressed), the evaluator
            {browser["evaluator"]:,}."""
        ),
        "",
    ]


def batch(found: Mapping[str, Result]) -> list[str]:
    ours, peer = found["batch_ours"], found["batch_openfisca"]
    assert ours["sample"] == peer["sample"], "the two engines differ"
    assert len(set(ours["sample"])) > 4, "the sample shows nothing"
    lines = [
        "## One million decisions from plain columns",
        "",
        "| engine | ms a million | decisions a second | × ours | peak MB |",
        "|---|--:|--:|--:|--:|",
    ]
    for row in (ours, peer):
        lines.append(
            f"| {row['engine']} | {row['milliseconds']:.1f} | {1e9 / row['milliseconds']:,.0f} "
            f"| {row['milliseconds'] / ours['milliseconds']:.0f} | {row['memory'] / MB:.0f} |"
        )
    return [*lines, "", f"Target 20. Our table takes {ours['build']:.1f} ms to build, once.", ""]


def asking(found: Result) -> list[str]:
    lines = [
        "## Questions at the door",
        "",
        wrapped(
            """Until the answer is settled, under prior.toml (a guess, until a ministry has its own experience) and the
            costs of facts.toml, in seconds of attention; positions unset. No order ever asks what cannot matter. The
            optimal order is the cheapest there is (tests/law/test_questions.py)."""
        ),
        "",
        "| | order | expected cost, s | expected questions | most questions |",
        "|---|---|--:|--:|--:|",
    ]
    for row in found["rows"]:
        lines.append(
            f"| {row['profile']} | {row['order']} | {row['cost']:.2f} | {row['questions']:.2f} | {row['worst']} |"
        )
    times = " and ".join(
        f"{row['milliseconds']:.0f} ms {row['profile']}" for row in found["rows"] if "milliseconds" in row
    )
    return [*lines, "", f"Finding the optimal order from nothing takes {times}.", ""]


def proving(found: Result) -> list[str]:
    return [
        "## Proof",
        "",
        wrapped(
            f"""`inviolable law check`, reading included: {found["laws"]} laws, {found["modules"]} modules, every
            possible world: {found["seconds"]:.2f} s (target 5), {found["memory"] / MB:.0f} MB; Python's own library
            only."""
        ),
        "",
    ]


def sketch(found: Mapping[str, Result]) -> list[str]:
    """Numbers of the study that came before the product. Its law was another and smaller one."""
    product = [
        ("one decision, graph, µs", "0.50–0.53", f"{found['one_ours']['microseconds']:.2f}"),
        ("one decision with reasons, µs", "23", f"{found['one_ours_with_reasons']['microseconds']:.2f}"),
        ("unknown facts, exact, Python, µs", "3.6", f"{found['unknown_ours']['microseconds']:.2f}"),
        ("complete facts, Node.js, µs", "0.13", f"{found['browser_ours']['decide']:.2f}"),
        ("unknown facts, exact, Node.js, µs", "0.45", f"{found['browser_ours']['outcomes']:.2f}"),
        ("one million by table, ms", "4.2–4.7", f"{found['batch_ours']['milliseconds']:.1f}"),
        ("zen-engine, one decision, µs", "177–554", f"{found['one_zen_staged']['microseconds']:.0f}"),
        ("clingo, one decision, µs", "106–107", f"{found['one_clingo']['microseconds']:.0f}"),
        ("openfisca-core, one million, ms", "109", f"{found['batch_openfisca']['milliseconds']:.0f}"),
    ]
    return [
        "## The sketch, for reference",
        "",
        wrapped(
            """Measured before the product existed, on another day, with a simplified law of 61,440 worlds: not
            comparable line by line, kept so that nobody makes the product slower than its sketch."""
        ),
        "",
        "| | sketch | product, above |",
        "|---|--:|--:|",
        *(f"| {what} | {then} | {now} |" for what, then, now in product),
    ]
