"""The keys of an installation and of headquarters: who can open what, and the proof that they still can."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from inviolable.cli.words import (
    COMMAND_LINE,
    identities_in,
    open_home,
    record_refused,
    refuse,
    secrets_in,
    write_secret,
)

app = typer.Typer(no_args_is_help=True, help="Keys: who can open what is sealed, and who signs.")
Identities = Annotated[
    list[Path],
    typer.Option("--identity", metavar="FILE", help="An age identity, or one of three shares; may be repeated."),
]
Reason = Annotated[str, typer.Option(help="Why; it is recorded.")]


@app.command("list")
def list_keys() -> None:
    """Who everything is sealed to, and which keys sign or are enrolled."""
    open_home()
    from inviolable.ledger.models import Key, Recipient

    for one in Recipient.objects.order_by("since", "name"):
        typer.echo(f"recipient  {one.recipient}  {one.name}{'  retired' if one.retired else ''}")
    for key in Key.objects.order_by("since", "id"):
        revoked = f"  revoked {key.revoked:%Y-%m-%d %H:%M} UTC" if key.revoked else ""
        typer.echo(f"{key.role:<9}  {key.key}  {key.name}{revoked}")


@app.command("recipient")
def recipient(
    name: Annotated[str, typer.Argument(help="Whose it is: a role, such as 'duty officer'.")],
    new: Annotated[
        Path | None, typer.Option("--new", metavar="FILE", help="Make a key pair; its secret half goes into FILE.")
    ] = None,
    existing: Annotated[str, typer.Option("--add", metavar="age1…", help="Add the public half of a key pair.")] = "",
) -> None:
    """Have everything sealed to one more recipient at headquarters. Keep FILE away from the server."""
    import pyrage

    open_home()
    from inviolable.ledger import actions

    if (new is None) == (not existing):
        refuse("keys recipient: say either --new FILE or --add age1…")
    with record_refused():
        if new:
            identity = pyrage.x25519.Identity.generate()
            write_secret(new, f"# {name}\n{identity}\n")
            existing = str(identity.to_public())
        actions.add_recipient(existing, name, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Added {name}: {existing}")
    if new:
        typer.echo(f"Its secret half is in {new}: take it off this machine now, and keep it where {name} can reach it.")


@app.command("retire")
def retire(
    age: Annotated[str, typer.Argument(metavar="age1…", help="The recipient.")],
    reason: Reason,
) -> None:
    """Seal nothing more to a recipient. Run `keys reseal` after it, so that older things are closed to it too."""
    open_home()
    from inviolable.ledger import actions

    with record_refused():
        actions.retire_recipient(age, reason, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Retired {age}.")


@app.command("reseal")
def reseal(identity: Identities) -> None:
    """Seal every key again to today's recipients, opening them with an identity of headquarters."""
    open_home()
    from inviolable.ledger import erasure

    with record_refused():
        count = erasure.reseal(identities_in(identity), actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"{count} keys sealed again.")


@app.command("quorum")
def quorum(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="A folder that is not there yet.")],
) -> None:
    """Make a recovery recipient whose secret half exists only as five shares, of which any three open everything."""
    import pyrage

    open_home()
    from inviolable.ledger import actions
    from inviolable.ledger.quorum import split

    if to.exists():
        refuse(f"keys quorum: {to} is there already; name another folder.")
    with record_refused():
        identity = pyrage.x25519.Identity.generate()
        to.mkdir(mode=0o700)
        for number, words in enumerate(split(str(identity)), 1):
            said = f"# Share {number} of 5 of the recovery key {identity.to_public()}\n# Any three open everything.\n"
            write_secret(to / f"share-{number}.txt", f"{said}{words}\n")
        actions.add_recipient(str(identity.to_public()), "recovery", actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Five shares are in {to}. Print each, give it to another person, and delete the folder.")


@app.command("drill")
def drill(
    identity: Annotated[list[Path] | None, typer.Option("--identity", metavar="FILE", help="May be repeated.")] = None,
    shares: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="A folder with the five shares of a key; may be repeated.")
    ] = None,
) -> None:
    """Open a canary with each recipient alone and with each set of three shares. Exit 1 where one cannot."""
    open_home()
    from django.db import transaction

    from inviolable.ledger import actions
    from inviolable.ledger.drill import drill
    from inviolable.ledger.models import Recipient

    if not identity and not shares:
        refuse("keys drill: bring what is to be tried: --identity FILE, --shares DIR, or both, as often as there are.")
    with record_refused():
        papers = [[words for path in sorted(one.glob("*.txt")) for words in secrets_in(path)] for one in shares or []]
        known = {one.label: one.recipient for one in Recipient.objects.filter(retired=None).order_by("since", "name")}
        results = drill(known, identities_in(identity or []), papers)
        failed = [f"{one.recipient or 'nobody'} ({one.by or 'nothing'})" for one in results if not one.opened]
        opened = [f"{one.recipient} ({one.by})" for one in results if one.opened]
        with transaction.atomic():
            body = {"opened": opened, "failed": failed}
            actions.append("installation", "keys.drilled", body, actor=COMMAND_LINE, now=datetime.now(UTC))
    for one in results:
        typer.echo(
            f"{'opened' if one.opened else 'FAILED'}  {one.recipient or 'nobody'}  {one.by}  {one.said}".rstrip()
        )
    raise typer.Exit(1 if failed or not results else 0)


@app.command("rotate")
def rotate(reason: Reason) -> None:
    """Sign the record with a new key from now on. What the old one signed stays valid."""
    open_home()
    from inviolable.ledger import actions
    from inviolable.ledger.models import Key

    with record_refused():
        key = actions.rotate_key(reason, actor=COMMAND_LINE, now=datetime.now(UTC))
        public = bytes(Key.objects.get(key=key, role="log").public)
    typer.echo(f"The record is signed by {key} from now on. Whoever trusts it needs this line beside the old one:")
    typer.echo(f"log {sha256(public).hexdigest()}")


@app.command("enrol")
def enrol(
    name: Annotated[str, typer.Argument(help="The device, such as 'tablet-minneapolis'.")],
    public: Annotated[Path, typer.Option("--public", metavar="PEM", help="Its public Ed25519 key.")],
) -> None:
    """Make the key of a device known: what it signs counts from now on."""
    open_home()
    from inviolable.ledger import actions
    from inviolable.ledger.keys import public_of

    with record_refused():
        key = actions.enrol_key(public_of(public), "device", name, actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"Enrolled {name}: {key}")


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="The id of the key, as `keys list` shows it.")],
    reason: Reason,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="From when; default: now.")
    ] = None,
) -> None:
    """Let nothing count that this key signs from a moment on; what it signed before stays valid."""
    open_home()
    from inviolable.ledger import actions

    now = datetime.now(UTC)
    with record_refused():
        actions.revoke_key(key, since or now, reason, actor=COMMAND_LINE, now=now)
    typer.echo(f"Revoked {key}.")
