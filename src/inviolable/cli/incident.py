"""Incidents and their exhibits from the command line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from inviolable.cli.record import incident_named, stream_named
from inviolable.cli.words import (
    COMMAND_LINE,
    bar,
    faults_refused,
    identities_in,
    open_home,
    record_refused,
    refuse,
)

app = typer.Typer(no_args_is_help=True, help="Incidents: open one, list them.")
exhibit_app = typer.Typer(no_args_is_help=True, help="Exhibits: take in, list, open, mask.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="The incident.")]
ExhibitId = Annotated[str, typer.Argument(metavar="EXHIBIT", help="Its id, as `exhibit list` shows it.")]
NewFile = Annotated[Path, typer.Option("--to", metavar="FILE", help="A file that is not there yet.")]
Reason = Annotated[str, typer.Option(help="Why it is opened; it is recorded.")]
Identity = Annotated[list[Path], typer.Option("--identity", metavar="FILE", help="A file with an age identity.")]


@app.command("list")
def list_all() -> None:
    """Every incident, the newest first."""
    open_home()
    from inviolable.incidents.lookup import list_incidents

    for one in list_incidents():
        typer.echo(f"{one.reference}  {one.status}  {'closed' if one.closed else 'open'}  {one.title}")


@app.command("open")
def open_one(
    case_file: Annotated[Path, typer.Argument(metavar="CASE.toml", help="What is known; see docs/case-file.md.")],
    reference: Annotated[
        str, typer.Option("--reference", metavar="REF", help="3 to 40 small letters, digits, hyphens.")
    ],
    exercise: Annotated[bool, typer.Option("--exercise", help="A drill, marked everywhere and kept apart.")] = False,
) -> None:
    """Open an incident from a case file: each fact is recorded as claimed, with its source, and confirmed."""
    open_home()
    from inviolable.incidents import actions
    from inviolable.law.casefile import load_case
    from inviolable.posts.actions import Refused

    with faults_refused(), record_refused():
        case = load_case(case_file)
        try:
            actions.open_from_case(
                case,
                reference,
                actor=COMMAND_LINE,
                now=datetime.now(UTC),
                status="exercise" if exercise else "actual",
            )
        except Refused as fault:
            refuse(fault)
    typer.echo(f"Opened {reference}.")


def case(
    reference: Reference,
    part: Annotated[str, typer.Option(help="Which part; default: the first.")] = "1",
    as_of: Annotated[str, typer.Option("--as-of", help="As known on that day, such as 2026-01-28.")] = "",
) -> None:
    """An incident's legal case as a case file, for `inviolable assess`."""
    open_home()
    from inviolable.incidents.case import case_file_text, case_of
    from inviolable.incidents.lookup import incident_state
    from inviolable.posts.actions import Refused

    incident_named(reference)
    with faults_refused():
        try:
            typer.echo(case_file_text(case_of(incident_state(reference), part, as_of)), nl=False)
        except (Refused, LookupError) as fault:
            refuse(fault)


@exhibit_app.command("add")
def add(
    reference: Reference,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="The files.")],
    grade: Annotated[
        str, typer.Option(help="B imported on an enrolled device, C from a named third party, D the web.")
    ] = "C",
    source: Annotated[str, typer.Option("--from", help="Whom it came from, as a role; no names.")] = "",
    giver: Annotated[str, typer.Option(help="The giver's name; sealed.")] = "",
    consent: Annotated[str, typer.Option(help="given, refused, not_asked or not_needed.")] = "not_asked",
    media: Annotated[str, typer.Option(help="The media type, such as video/mp4.")] = "",
) -> None:
    """Take files in: hashed, sealed to headquarters' keys and stored, in one pass. The files stay where they are."""
    open_home()
    from inviolable.ledger import exhibits

    stream = incident_named(reference).stream
    if grade not in ("B", "C", "D"):
        refuse(
            f"grade: found {grade!r}; allowed are B, C, D (A is given to what an enrolled device seals while it films)."
        )
    if missing := [path for path in files if not path.is_file()]:
        refuse(*(f"{path}: is no file." for path in missing))
    sizes = [path.stat().st_size for path in files]
    with record_refused(), bar("bytes", sum(sizes)) as progress:
        for number, path in enumerate(files):
            before = sum(sizes[:number])
            about = exhibits.About(grade, consent=consent, name=path.name, giver=giver, media=media, source=source)
            done = exhibits.receive_file(
                path,
                stream,
                about,
                actor=COMMAND_LINE,
                now=datetime.now(UTC),
                progress=lambda count, before=before: progress(before + count),
            )
            typer.echo(f"{done.body['exhibit']}  {done.body['sha256']}  {path.name}")


@exhibit_app.command("list")
def list_exhibits(reference: Reference) -> None:
    """The exhibits of an incident: id, grade, size, SHA-256. Names are sealed."""
    open_home()
    from inviolable.incidents.lookup import incident_state

    incident_named(reference)
    state = incident_state(reference)
    erased = {item.body["subject"] for item in state.timeline if item.kind == "subject.erased"}
    for one in state.exhibits.values():
        body, gone = one.body, "  erased" if one.id in erased else ""
        typer.echo(f"{one.id}  {body['grade']}  {body['copy']}  {body['bytes']}  {body['sha256']}{gone}")


@exhibit_app.command("open")
def open_exhibit(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The incident, or post/NAME.")],
    exhibit: ExhibitId,
    to: NewFile,
    identity: Identity,
    reason: Reason,
) -> None:
    """Open a sealed exhibit here, with an identity of headquarters. That it was opened, and why, is recorded."""
    open_home()
    from inviolable.ledger import opening

    if to.exists():
        refuse(f"exhibit open: {to} is there already; name another file.")
    stream = stream_named(reference)
    with record_refused():
        identities = identities_in(identity)
        now = datetime.now(UTC)
        found = opening.open_exhibit(stream, exhibit, to, identities, reason, actor=COMMAND_LINE, now=now)
    if found.as_said:
        typer.echo(f"Opened into {to}; its SHA-256 is the recorded one.")
    else:
        said = f"NOT WHAT ITS GIVER SAID: it has {found.bytes:,} bytes and the SHA-256 {found.sha256}"
        typer.echo(f"Opened into {to}. {said}. Both stand in the record.")


@exhibit_app.command("play")
def play(
    reference: Reference,
    recording: Annotated[str, typer.Argument(metavar="RECORDING", help="Its id, as the incident's page shows it.")],
    to: NewFile,
    identity: Identity,
    reason: Reason,
) -> None:
    """Open what arrived of a recording, in the order in which it was filmed."""
    open_home()
    from inviolable.ledger import opening

    if to.exists():
        refuse(f"exhibit play: {to} is there already; name another file.")
    stream = incident_named(reference).stream
    with record_refused():
        identities = identities_in(identity)
        count = opening.open_recording(
            stream, recording, to, identities, reason, actor=COMMAND_LINE, now=datetime.now(UTC)
        )
    typer.echo(f"{count} segments opened into {to}.")


@exhibit_app.command("mask")
def mask(
    reference: Reference,
    exhibit: ExhibitId,
    identity: Identity,
    reason: Reason,
    box: Annotated[
        list[str] | None,
        typer.Option("--box", metavar="X,Y,W,H[,FROM,TO]", help="Pixels, and milliseconds; may be repeated."),
    ] = None,
    pixelate: Annotated[bool, typer.Option("--pixelate", help="The whole picture.")] = False,
) -> None:
    """Make a working copy with boxes over what must not be seen, or wholly pixelated; always without sound."""
    open_home()
    from inviolable.ledger import opening

    if bool(box) == pixelate:
        refuse("exhibit mask: say either --box (as often as needed) or --pixelate.")
    stream = incident_named(reference).stream
    with record_refused():
        made = opening.mask_exhibit(
            stream,
            exhibit,
            identities_in(identity),
            reason,
            boxes=[opening.box_from(text) for text in box or []],
            actor=COMMAND_LINE,
            now=datetime.now(UTC),
        )
    typer.echo(f"{made.body['exhibit']}  {made.body['sha256']}  a masked working copy of {exhibit}")
