"""What was measured of the record, as Markdown, and its growth as a picture."""

import math
from collections.abc import Mapping, Sequence

from benchmarks.parts import Result
from benchmarks.report import wrapped

MB = 1_000_000
PICTURE = "record-growth.svg"
SERIES = {"audit": "audit of all", "append": "one append", "checkpoint": "one checkpoint", "proof": "one proof"}
COLOURS = ("#7a1f1f", "#1d4f91", "#2f6b3a", "#8a6d00")


def record_report(found: Mapping[str, Result]) -> list[str]:
    """The sections on the record."""
    return [
        *recording(found["record_appends"], found["record_growth"]["audit"]),
        *intake(found["record_intake"]),
        *dossiers(found["record_dossiers"]),
        *growth(found["record_growth"]["rows"]),
    ]


def recording(appends: Result, audit: Result) -> list[str]:
    """Appending and auditing."""
    count = f"{audit['count']:,}"
    return [
        "## Recording",
        "",
        wrapped(
            f"""Durable signed appends, each in a transaction of its own: {appends["ours"]:,.0f} a second; a bare SQLite
            commit of the same {appends["bytes"]} bytes on the same disk, taken in turns: {appends["bare"]:,.0f}.
            **Ratio {appends["ratio"]:.2f}** (target 0.7)."""
        ),
        "",
        wrapped(
            f"""Structure audit of {count} entries ({audit["bytes"] / MB:.0f} MB; chain, tree, checkpoints; read from
            the database): {audit["structure"]:.2f} s. Hashing the same bytes with hashlib, entry by entry, already in
            memory: {audit["hashing"]:.2f} s: **{audit["structure"] / audit["hashing"]:.1f} times** (target 3); while
            reading them from the same table: {audit["reading"]:.2f} s, {audit["structure"] / audit["reading"]:.1f}
            times. Its memory grew by {audit["grown"] / MB:.0f} MB; each processor has a process beside it with some 20
            MB of rows. Signatures, apart: {audit["signatures"]:.0f} s."""
        ),
        "",
    ]


def intake(found: Result) -> list[str]:
    """Taking a file in."""
    return [
        "## Taking in",
        "",
        "One file of 1 GiB, MB for each CPU-second: hashed, sealed to a key, hashed again, in one pass.",
        "",
        "| | MB per CPU-second | of openssl |",
        "|---|--:|--:|",
        f"| `openssl dgst -sha256`, which only hashes | {found['openssl']:,.0f} | 1 |",
        f"| into nothing | {found['null']:,.0f} | {found['null'] / found['openssl']:.2f} (target 0.4) |",
        f"| into the folder | {found['folder']:,.0f} | {found['folder'] / found['openssl']:.2f} (target 0.25) |",
        "",
    ]


def dossiers(found: Result) -> list[str]:
    """Handing out and checking."""
    export, verify, hashed = found["export"], found["verify"], found["hashed"]
    return [
        "## Dossiers",
        "",
        wrapped(
            f"""{found["exhibits"]:,} exhibits of 200 kB, sealed: about 1 GB, and a signed entry for each. The peers
            only compare hashes, which is the first of thirteen steps of `inviolable verify`."""
        ),
        "",
        "| | seconds | × ours |",
        "|---|--:|--:|",
        f"| write the dossier from what is recorded | {export:.2f} | 1 |",
        beside("`bagit.make_bag`, in place", found["make_bag"], export, 4),
        f"| `inviolable verify`, all steps | {verify:.2f} | 1 |",
        beside("`bagit` validate", found["validate"], verify, 1),
        beside("`sha256sum -c`", found["sha256sum"], verify, 4),
        f"| `inviolable verify`, its first step | {hashed:.2f} | 1 |",
        beside("`bagit` validate", found["validate"], hashed, 1),
        beside("`sha256sum -c`", found["sha256sum"], hashed, 4),
        "",
    ]


def beside(what: str, seconds: float, ours: float, target: int) -> str:
    """A peer's row."""
    return f"| {what} | {seconds:.2f} | {seconds / ours:.1f} (target {target}) |"


def growth(rows: Sequence[Mapping[str, float]]) -> list[str]:
    """From a thousand to a million entries."""
    lines = [
        "## How it grows",
        "",
        f"![Seconds against the number of entries, both logarithmic]({PICTURE})",
        "",
        "| entries | one append, ms | one checkpoint, ms | one proof, ms | audit of everything, s |",
        "|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        small = " | ".join(f"{row[name] * 1000:.2f}" for name in ("append", "checkpoint", "proof"))
        lines.append(f"| {row['entries']:,.0f} | {small} | {row['audit']:.2f} |")
    return [*lines, ""]


def picture(rows: Sequence[Mapping[str, float]]) -> str:
    """The same as a plot: seconds against entries, both axes logarithmic."""
    width, height, left, bottom = 640, 380, 70, 50

    def x(entries: float) -> float:
        return left + (math.log10(entries) - 3) / 3 * (width - left - 160)

    def y(taken: float) -> float:
        return 20 + (1 - math.log10(taken)) / 6 * (height - bottom - 20)

    size = f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for power in range(-5, 2):
        parts.append(f'<path d="M{left} {y(10**power):.0f}H{width - 150}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y(10**power) + 4:.0f}" text-anchor="end">10^{power} s</text>')
    for power in range(3, 7):
        parts.append(f'<text x="{x(10**power):.0f}" y="{height - 22}" text-anchor="middle">10^{power}</text>')
    parts.append(f'<text x="{(width - 80) / 2:.0f}" y="{height - 4}" text-anchor="middle">entries</text>')
    for (name, words), colour in zip(SERIES.items(), COLOURS, strict=True):
        points = " ".join(f"{x(row['entries']):.0f},{y(row[name]):.0f}" for row in rows)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        last = rows[-1]
        parts.append(
            f'<text x="{x(last["entries"]) + 8:.0f}" y="{y(last[name]) + 4:.0f}" fill="{colour}">{words}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])
