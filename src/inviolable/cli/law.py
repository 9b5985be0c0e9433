"""Asking the law, and keeping it: assess, law check, law sign, law book."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from inviolable.cli.words import (
    Lang,
    account,
    acting_for,
    existing_home,
    faults_refused,
    home_as_signed,
    open_home,
    refusals,
    refuse,
)

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
        home = home_as_signed()
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
    user: Annotated[
        str, typer.Option("--as", metavar="USER", help="The legal adviser whose signature it is, by their name.")
    ] = "",
    provision: Annotated[
        list[str] | None,
        typer.Option(
            help='What was reviewed, such as "VCCR 31(2)", or one rule by its id, such as vccr/no-entry; may be given '
            "again. Default: every provision."
        ),
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="PACK",
            help="A treaty that is in force beside it, such as us-china-1980: signed is what holds where both are, "
            "with what each sets over the rules of the other; may be given again.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: for scripts, when it has been read.")] = False,
    lang: Annotated[Lang, typer.Option(help="The language that is printed first.")] = Lang.EN,
) -> None:
    """Sign that provisions or rules of a pack, or all of it, were reviewed as they stand: prints them, then asks."""
    if not user:
        refuse("law sign: whose signature is it? Name a legal adviser with --as; `inviolable user list` shows them.")
    open_home()
    from django.conf import settings

    from inviolable.counsel import record, reviewing

    with faults_refused(), refusals():
        found = account(user)
        reviewing.may_sign(found)
        among = reviewing.together(settings.HOME, pack, beside) if beside else ()
        text, names = record.to_sign(settings.HOME, pack, provision or (), among)
        for fault in record.bad_sign_offs(settings.HOME):
            typer.echo(f"inviolable: {fault}", err=True)
        rules = {rule.id: rule for one in record.all_packs(settings.HOME, among).values() for rule in one.rules}
        for line in reviewing.words_of(text, names, lang.value, rules):
            typer.echo(line)
        what = f"{pack}, {len(names)} of its provisions and rules," if provision else pack
        if not yes and not typer.confirm(f"{what} as printed here: sign as {found.name} ({found.role})?", err=True):
            raise typer.Exit(2)
        actor, now = acting_for(found), datetime.now(UTC)
        signed = reviewing.sign(found, pack, names, actor=actor, now=now, among=among)
    typer.echo(f"{what} signed off by {found.name} ({signed.role}) on {signed.date}, SHA-256 {signed.hash}")


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
        home = home_as_signed()
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
