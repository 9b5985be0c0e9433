"""The record as a whole: verify, export, rebuild, erase, hold; and `worker`, which keeps it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from inviolable.cli.words import (
    COMMAND_LINE,
    bar,
    existing_home,
    faults_refused,
    identities_in,
    in_words,
    open_home,
    record_refused,
    refuse,
)

if TYPE_CHECKING:
    from inviolable.incidents.models import Incident
    from inviolable.law.lawfile import Pack

hold_app = typer.Typer(no_args_is_help=True, help="Legal holds: nothing of an incident is erased while one stands.")


def incident_named(reference: str) -> "Incident":
    """The incident, or exit 2."""
    from inviolable.incidents.lookup import find_incident

    found = find_incident(reference)
    if found is None:
        refuse(f"there is no incident {reference!r}; `inviolable incident list` shows those there are.")
    return found


def stream_named(reference: str) -> str:
    """Where an incident's entries stand, or those of a post that is named as post/NAME; or exit 2."""
    from inviolable.posts.models import Post

    if (slug := reference.removeprefix("post/")) == reference:
        return incident_named(reference).stream
    found = Post.objects.filter(slug=slug).first()
    if found is None:
        refuse(f"there is no post {slug!r}; `inviolable posts list` shows those there are.")
    return found.stream


def verify(
    dossier: Annotated[
        Path | None, typer.Argument(metavar="DOSSIER", help="A dossier's folder; without one, this installation.")
    ] = None,
    trust: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keys, witnesses, authorities and checkpoints that you trust.")
    ] = None,
) -> None:
    """Is everything still as it was recorded? Exit 1 and the first thing that does not hold, if not."""
    if dossier is None:
        _verify_here()
        return
    from inviolable.incidents.again import Differs, recompute_dossier
    from inviolable.ledger import verifier

    try:
        known = verifier.read_trust(trust) if trust else None
        with bar("exhibits") as progress:
            outcome = verifier.verify(dossier, known, typer.echo, progress)
        with bar("findings") as progress:
            typer.echo(f"14 findings: ok ({recompute_dossier(dossier, _own_packs(), progress)})")
    except verifier.NotVerified as fault:
        _not_verified(str(fault))
    except Differs as fault:
        _not_verified(f"14 findings: {fault}")
    except verifier.BadInput as fault:
        refuse(fault)
    except OSError as fault:
        refuse(in_words(fault))
    typer.echo(outcome.last_line)


def _verify_here() -> None:
    home = existing_home()
    if home is None:
        refuse("verify: there is no home here to check; set INVIOLABLE_HOME, or name a dossier.")
    open_home()
    from django.conf import settings

    from inviolable.incidents.again import Differs
    from inviolable.incidents.findings import recompute_all
    from inviolable.ledger.audit import NotIntact, verify_here
    from inviolable.ledger.models import Entry

    if not Entry.objects.exists():
        refuse("verify: nothing has been recorded in this home; is INVIOLABLE_HOME right?")
    try:
        with record_refused(), bar("entries") as progress:
            verify_here(settings.HOME, typer.echo, progress)
            typer.echo(f"7   {recompute_all()}")
    except NotIntact as fault:
        _not_verified(str(fault))
    except Differs as fault:
        _not_verified(f"7: {fault}")
    typer.echo("Everything here is as it was recorded.")


def _own_packs() -> "list[Pack]":
    """The reader's own law files, where there is a home; faults in them end here."""
    from inviolable.counsel.record import own_packs

    home = existing_home()
    with faults_refused():
        return own_packs(home) if home else []


def _not_verified(why: str) -> NoReturn:
    typer.echo(f"NOT VERIFIED: {why}", err=True)
    raise typer.Exit(1)


def export(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The incident.")],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="A folder that is not there yet.")],
    reason: Annotated[str, typer.Option(help="Why it is handed out; it is recorded.")] = "export",
    recipient: Annotated[str, typer.Option("--for", help="For whom, as a role or an office; it is recorded.")] = "file",
    identity: Annotated[
        list[Path] | None, typer.Option("--identity", metavar="FILE", help="To open things with.")
    ] = None,
    disclose: Annotated[
        list[str] | None, typer.Option("--disclose", metavar="COMMITMENT", help="A sealed field to hand out.")
    ] = None,
    opened: Annotated[
        list[str] | None, typer.Option("--open", metavar="ID", help="An exhibit or a recording to hand out in plain.")
    ] = None,
    since: Annotated[
        list[int] | None,
        typer.Option("--since", metavar="SIZE", help="The size of an earlier checkpoint that the reader holds."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Write the dossier of an incident. Of people only what is disclosed field by field; the count is shown first."""
    open_home()
    incident = incident_named(reference)
    if to.exists():
        refuse(f"export: {to} is there already; a dossier never overwrites anything. Name another folder.")
    from inviolable.incidents.export import Request, export_incident
    from inviolable.ledger import dossier, erasure

    with record_refused():
        counted = dossier.count(incident.stream)
        typer.echo(
            f"{reference}: {counted.entries} entries, {counted.exhibits} exhibits (sealed, {len(opened or [])} opened),"
            f" {counted.people} people (redacted, {len(disclose or [])} of {counted.sealed_fields} sealed fields)."
        )
        if not yes and not typer.confirm("Write the dossier?", err=True):
            raise typer.Exit(2)
        identities = identities_in(identity or [])
        request = Request(
            reference,
            to,
            disclosed=[erasure.open_field(one, identities) for one in disclose or []],
            opened=opened or [],
            identities=identities,
            since=since or [],
            recipient=recipient,
            reason=reason,
        )
        with bar("exhibits") as progress:
            warnings = export_incident(request, actor=COMMAND_LINE, now=datetime.now(UTC), progress=progress)
    for warning in warnings:
        typer.echo(f"inviolable: {warning}", err=True)
    typer.echo(f"Written to {to}. Check it with: inviolable verify {to}, or sh {to}/verify.sh")


def rebuild() -> None:
    """Derive every table again from the entries."""
    open_home()
    from inviolable.ledger.rebuild import rebuild

    with record_refused(), bar("entries") as progress:
        count = rebuild(progress)
    typer.echo(f"Derived again from {count} entries.")


def erase(
    subject: Annotated[str, typer.Argument(help="The person or exhibit, by its id.")],
    reason: Annotated[str, typer.Option(help="Why; it is recorded.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make everything sealed to a person or an exhibit unreadable for good. The record stays and still verifies."""
    open_home()
    from inviolable.ledger import erasure

    with record_refused():
        found = erasure.find_subject(subject)
        what = f"{found.about} {subject}, of {found.stream}"
        if not yes and not typer.confirm(f"{what}: this cannot be undone. Erase?", err=True):
            raise typer.Exit(2)
        erasure.erase(subject, reason, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Erased {subject}. Run `inviolable backup` to the same place as always, so that its copy forgets too.")
    for copy in erasure.copies_of(found):
        typer.echo(f"inviolable: {copy} is a copy that was made of it, and is still there: erase it, too?", err=True)


@hold_app.command("list")
def list_holds(reference: Annotated[str, typer.Argument(metavar="REF", help="The incident.")]) -> None:
    """The holds that stand on an incident: id and reason."""
    open_home()
    from inviolable.ledger import erasure

    for hold, why in erasure.holds(incident_named(reference).stream).items():
        typer.echo(f"{hold}  {why}")


@hold_app.command("place")
def place(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The incident.")],
    reason: Annotated[str, typer.Option(help="Why; it is recorded.")],
) -> None:
    """Have nothing of an incident erased until the hold is lifted."""
    open_home()
    from inviolable.ledger import erasure

    with record_refused():
        hold = erasure.place_hold(incident_named(reference).stream, reason, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Hold {hold} stands.")


@hold_app.command("lift")
def lift(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The incident.")],
    hold: Annotated[str, typer.Argument(help="The hold's id.")],
    reason: Annotated[str, typer.Option(help="Why; it is recorded.")],
) -> None:
    """End a hold, by the id that `hold list` shows."""
    open_home()
    from inviolable.ledger import erasure

    with record_refused():
        erasure.lift_hold(incident_named(reference).stream, hold, reason, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Hold {hold} is lifted.")
