"""Comparing sources: sources."""

from pathlib import Path
from typing import Annotated

import typer

from inviolable.cli.words import Lang, faults_refused, home_as_signed


def sources(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help="Records of sources (.json, .csv), and at most one case file (.toml) as the frame."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="The answer as canonical JSON.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every question, not the first few alone.")] = False,
    lang: Annotated[Lang, typer.Option(help="The language of the words.")] = Lang.EN,
) -> None:
    """Who says what of an event: voices, agreement, contradictions, and what they matter to the law."""
    from inviolable.counsel import record
    from inviolable.law.assess import canonical
    from inviolable.law.casefile import load_case
    from inviolable.law.faults import Fault, Faulty
    from inviolable.sources.records import load
    from inviolable.sources.report import Report

    frames = [file for file in files if file.suffix.lower() == ".toml"]
    with faults_refused():
        if len(frames) > 1:
            raise Faulty([Fault(str(frames[1]), 0, "is a second case file", "name one, or none")])
        records = load(file for file in files if file not in frames)
        home = home_as_signed()
        decided = (record.positions(home), record.sign_offs(home), record.own_packs(home)) if home else ({}, [], [])
        report = Report(records, load_case(frames[0]) if frames else None, lang.value, *decided)
        output = canonical(report.answer()) + "\n" if as_json else report.plain(whole=everything)
    typer.echo(output, nl=False)
