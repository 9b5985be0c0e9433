"""Notes from the command line: which there are, a first draft, what stops a text, the release."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inviolable.cli.record import incident_named
from inviolable.cli.words import Lang, account, acting_for, faults_refused, open_home, refusals, refuse

if TYPE_CHECKING:
    from inviolable.diplomacy.pages.drafting_forms import Draft
    from inviolable.incidents.page import Page
    from inviolable.posts.models import User

app = typer.Typer(no_args_is_help=True, help="Notes: list those of an incident, draft, check and release them.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="The incident.")]
As = Annotated[str, typer.Option("--as", metavar="USER", help="By which they sign in: whose act it is in the record.")]


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

    from inviolable.diplomacy.checks.standing import standing_of_text
    from inviolable.incidents.lookup import incident_state
    from inviolable.law.files import decode, read_bytes

    incident_named(reference)
    with faults_refused(), override(lang.value):
        text = decode(read_bytes(file, str(file), "text"), str(file))
        published = f"{date:%Y-%m-%d}" if date else ""
        stopping = standing_of_text(incident_state(reference), text, published, lang.value)
    for one in stopping:
        typer.echo(f"{one.paragraph or '-'}  {one.code}  {one.says}")
    if stopping:
        raise typer.Exit(1)


@app.command()
def draft(
    reference: Reference,
    user: As,
    form: Annotated[str, typer.Option(help="note_verbale, signed_note, letter or statement.")] = "note_verbale",
    organ: Annotated[
        str, typer.Option(help="Who sends it: ministry, or the name of a post of ours there.")
    ] = "ministry",
    language: Annotated[Lang, typer.Option(help="The language that counts.")] = Lang.ES,
    courtesy: Annotated[bool, typer.Option(help="With a translation into the other one.")] = True,
    to_es: Annotated[str, typer.Option(help="To whom, in Spanish. Default: the other ministry or embassy.")] = "",
    to_en: Annotated[str, typer.Option(help="To whom, in English.")] = "",
    place: Annotated[str, typer.Option(help="Where it is signed. Default: the ministry's city.")] = "",
    date: Annotated[
        datetime | None, typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Its day. Default: today.")
    ] = None,
    part: Annotated[str, typer.Option(help="Of the incident.")] = "1",
    annex: Annotated[list[str] | None, typer.Option(metavar="EXHIBIT", help="An exhibit that goes with it.")] = None,
) -> None:
    """A first draft of what is confirmed and found: its id, and what stops it. It asks what the page asks."""
    open_home()
    from django.utils.translation import override

    from inviolable.diplomacy.checks.standing import standing_of
    from inviolable.diplomacy.drafting.writing import content_for
    from inviolable.diplomacy.life import actions
    from inviolable.incidents.lookup import incident_state
    from inviolable.incidents.page import existing

    incident_named(reference)
    now = datetime.now(UTC)
    given: dict[str, Any] = {
        "form": form,
        "organ": organ,
        "language": language.value,
        "courtesy": courtesy,
        "part": part,
    }
    given |= {"addressee_es": to_es, "addressee_en": to_en, "annexes": annex or []}
    given |= {name: told for name, told in (("place", place), ("date", date and date.date())) if told}
    with faults_refused(), refusals(), override("en"):
        found = account(user)
        filled = _filled(existing(reference), given, found, now)
        told = filled.cleaned_data
        content = content_for(incident_state(reference), told["part"], filled.told(), told["annexes"])
        typer.echo(actions.draft(reference, content, **_by(found), now=now))
        for one in standing_of(incident_state(reference), content, now):
            typer.echo(f"{one.paragraph or '-'}  {one.code}  {one.says}")


@app.command()
def release(
    reference: Reference,
    note: Annotated[str, typer.Argument(metavar="NOTE", help="Its id, as `note list` shows it.")],
    user: As,
) -> None:
    """Number an approved note and freeze it; its number. Nobody releases what they wrote, and what stops it is looked
    for again, as on its page."""
    open_home()
    from django.utils.translation import override

    from inviolable.diplomacy.life import series

    incident_named(reference)
    with faults_refused(), refusals(), override("en"):
        typer.echo(series.release(reference, note, **_by(account(user)), now=datetime.now(UTC)))


def _filled(page: "Page", given: Mapping[str, Any], user: "User", now: datetime) -> "Draft":
    """The form of the page, filled in; what is not given, as the page offers it. Refuses what the form refuses."""
    from inviolable.counsel.page import Request
    from inviolable.diplomacy.pages.drafting_forms import Draft

    request = Request()
    request.method, request.user, request.now = "GET", user, now
    offered = Draft(page, request)
    if left := [name for name, told in given.items() if told and name not in offered.fields]:
        refuse(f"{left[0]}: there is nothing here to choose from.")
    request.method = "POST"
    request.POST = {  # type: ignore[assignment]
        name: given.get(name, offered.get_initial_for_field(field, name)) for name, field in offered.fields.items()
    }
    form = Draft(page, request)
    if not form.is_valid():
        found = form.errors.as_data().items()
        refuse(*(f"{name.strip('_')}: {said}" for name, faults in found for fault in faults for said in fault.messages))
    return form


def _by(user: "User") -> dict[str, Any]:
    return {"actor": acting_for(user), "behalf": user.actor["id"]}
