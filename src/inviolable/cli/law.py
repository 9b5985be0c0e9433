"""Asking the law, and keeping it: assess, law check, law sign, law book."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from inviolable.cli.words import Lang, existing_home, faults_refused, refuse

app = typer.Typer(no_args_is_help=True, help="The law: check it, print it, sign it off.")


def assess(
    case_file: Annotated[
        Path, typer.Argument(metavar="CASE.toml", help="One part of one incident; see docs/case-file.md.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="The answer as canonical JSON; see docs/assess.schema.json.")
    ] = False,
    lang: Annotated[Lang, typer.Option(help="The language of the words.")] = Lang.EN,
) -> None:
    """What the law says of a case: may they enter, why, what is broken, what to ask for."""
    from inviolable.counsel import record
    from inviolable.law.assess import Assessment, canonical
    from inviolable.law.casefile import load_case
    from inviolable.law.plain import plain

    with faults_refused():
        home = existing_home()
        decided = (record.positions(home), record.sign_offs(home), record.own_packs(home)) if home else ({}, [], [])
        assessment = Assessment(load_case(case_file), *decided, language=lang.value)
        output = canonical(assessment.answer()) + "\n" if as_json else plain(assessment)
    typer.echo(output, nl=False)


@app.command("check")
def law_check() -> None:
    """Prove every pack over every possible world and print how large each cone is."""
    from inviolable.counsel import record
    from inviolable.law.check import check

    with faults_refused():
        home = existing_home()
        lines, faults = check(record.own_packs(home) if home else [])
    for line in lines:
        typer.echo(line)
    if faults:
        refuse(*faults)


@app.command("sign")
def law_sign(
    pack: Annotated[str, typer.Argument(help="The pack that was reviewed, such as vccr.")],
    role: Annotated[str, typer.Option(help="The role that reviewed it.")],
    provision: Annotated[
        list[str] | None,
        typer.Option(help='A provision that was reviewed, such as "VCCR 31(2)"; may be given again. Default: all.'),
    ] = None,
) -> None:
    """Record in INVIOLABLE_HOME that provisions of a pack, or all of them, were reviewed as they stand today."""
    from inviolable.counsel import record
    from inviolable.web.home import home_directory

    with faults_refused():
        home = home_directory()
        signed = record.sign(home, pack, role, datetime.now(UTC).date(), provision or ())
        bad = record.bad_sign_offs(home)
    for fault in bad:
        typer.echo(f"inviolable: {fault}", err=True)
    for cite, digest in signed.provisions if provision else ():
        typer.echo(f"{cite}, SHA-256 {digest}")
    what = signed.pack if not provision else f"{signed.pack}, {len(signed.provisions)} of its provisions,"
    typer.echo(f"{what} signed off by {signed.role} on {signed.date}, SHA-256 {signed.hash}")


@app.command("book")
def law_book(
    folder: Annotated[Path, typer.Option("--html", metavar="DIR", help="A folder that is empty or not there yet.")],
    precedents: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Decided cases; default: the folder `precedents` where there is one."),
    ] = None,
) -> None:
    """Write the law book as static pages in every language: provisions, rules, facts, precedents, disputes."""
    from inviolable.counsel import record
    from inviolable.law.book import Shelf, read_precedents, write_book
    from inviolable.law.law import shipped_packs

    cases = precedents or Path("precedents")
    if precedents and not precedents.is_dir():
        refuse(f"precedents: {precedents} is no folder; name one that holds case files")
    with faults_refused():
        home = existing_home()
        decided = record.decided(home) if home else record.Decided({}, (), ())
        shelf = Shelf(
            packs={**shipped_packs(), **{pack.id: pack for pack in decided.own}},
            precedents=read_precedents(cases, decided.positions) if cases.is_dir() else (),
            positions=decided.positions,
            signed=decided.signed,
            official=record.official_texts(home) if home else {},
        )
        written = write_book(folder, shelf)
    typer.echo(f"{len(written)} files; begin at {folder / 'index.html'}")
