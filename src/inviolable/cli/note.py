"""Notes from the command line: which there are, and what stops a text."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from inviolable.cli.record import incident_named
from inviolable.cli.words import Lang, faults_refused, open_home

app = typer.Typer(no_args_is_help=True, help="Notes: list those of an incident, check a text before it goes out.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="The incident.")]


@app.command("list")
def list_all(reference: Reference) -> None:
    """Every note of an incident, and how far it has come."""
    open_home()
    from inviolable.diplomacy.file import note_files
    from inviolable.incidents.lookup import incident_state

    incident_named(reference)
    for one in note_files(incident_state(reference).timeline).values():
        typer.echo(f"{one.id}  {one.form}  {one.organ}  {one.state}  {one.number or one.last.number}")


@app.command()
def check(
    reference: Reference,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A text in UTF-8.")],
    lang: Annotated[Lang, typer.Option(help="The language of the text and of the answer.")] = Lang.EN,
    date: Annotated[
        datetime | None, typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Its day, such as 2026-01-29.")
    ] = None,
) -> None:
    """What would stop a text about an incident from going out; exit code 1 where anything does."""
    open_home()
    from django.utils.translation import override

    from inviolable.diplomacy.release import stops_in_text
    from inviolable.diplomacy.standing import background_of
    from inviolable.incidents.lookup import incident_state
    from inviolable.incidents.terms import FIRST
    from inviolable.law.files import decode, read_bytes

    incident_named(reference)
    with faults_refused(), override(lang.value):
        text = decode(read_bytes(file, str(file), "text"), str(file))
        known = background_of(incident_state(reference), FIRST, "ministry")
        stopping = stops_in_text(text, f"{date:%Y-%m-%d}" if date else "", lang.value, known, lang.value)
    for one in stopping:
        typer.echo(f"{one.paragraph or '-'}  {one.code}  {one.says}")
    if stopping:
        raise typer.Exit(1)
