"""Messages from the command line: a trial, what waits, what is held."""

import sys
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer

from inviolable.cli.words import COMMAND_LINE, open_home, record_refused, refuse

app = typer.Typer(no_args_is_help=True, help="Messages: try whether somebody is reached, see what waits or is held.")


@app.command("list")
def list_all(
    every: Annotated[bool, typer.Option("--all", help="Also those that went out.")] = False,
) -> None:
    """What waits, is held or was given up, the oldest first."""
    open_home()
    from inviolable.outbox.models import Message

    found = Message.objects.order_by("queued", "id")
    with record_refused():
        for one in found if every else found.exclude(state__in=[Message.State.SENT, Message.State.DELIVERED]):
            typer.echo(
                f"{one.state:<9}{one.attempts:>2}  {one.channel:<6}{one.person:<24}{one.id}  {one.said}".rstrip()
            )


@app.command("try")
def try_out(
    person: Annotated[str, typer.Argument(help="The person's id, as in people.csv.")],
    channel: Annotated[str, typer.Option(help="How.")] = "mail",
) -> None:
    """Send a trial message now. Exit 1 where it did not go out."""
    open_home()
    from django.db import transaction

    from inviolable.outbox import actions, loop
    from inviolable.outbox.models import Message

    name, now = f"try/{uuid4()}", datetime.now(UTC)
    with record_refused():
        try:
            with transaction.atomic():
                who = {"role": COMMAND_LINE["role"]}
                actions.send(
                    *(name, person, channel, "try", who),
                    stream="installation",
                    crash="resend",
                    actor=COMMAND_LINE,
                    now=now,
                )
        except actions.NotReachable as fault:
            refuse(f"messages try: {fault}")
        loop.turn(name, lambda: datetime.now(UTC))
    sent = Message.objects.get(id=name)
    typer.echo(f"{sent.state}: {sent.reference or sent.said}")
    raise typer.Exit(0 if sent.state == Message.State.SENT else 1)


@app.command("release")
def release(message: Annotated[str, typer.Argument(help="Its id, as `messages list` shows it.")]) -> None:
    """Send a message after all that was held because its sending was cut off. It may have gone out before."""
    open_home()
    from inviolable.outbox import actions

    if not actions.release(message, actor=COMMAND_LINE, now=datetime.now(UTC)):
        refuse(f"messages release: no message {message!r} is held; `inviolable messages list` shows those that are.")
    typer.echo(f"{message} goes out.")


@app.command("confirm")
def confirm(message: Annotated[str, typer.Argument(help="Its id, as `messages list` shows it.")]) -> None:
    """Say that a message that was held went out after all; it is not sent again."""
    open_home()
    from inviolable.outbox import actions

    if not actions.confirm(message, actor=COMMAND_LINE, now=datetime.now(UTC)):
        refuse(f"messages confirm: no message {message!r} is held; `inviolable messages list` shows those that are.")
    typer.echo(f"{message} went out.")


#: Whoever delivers a mail tries again later (sysexits.h, EX_TEMPFAIL).
LATER = 75


@app.command("receipt")
def receipt() -> None:
    """Take in a delivery status notification, a mail on standard input, as a server of mails hands it over.

    Exit 0 also where it says nothing of a message of ours; 75 where it could not be taken in: hand it over again later.
    """
    try:
        open_home()
        from inviolable.outbox import actions, dsn

        if told := dsn.read(sys.stdin.buffer.read(dsn.MOST + 1)):
            actions.heard(told, datetime.now(UTC))
    except typer.Exit:  # Why, was said.
        raise typer.Exit(LATER) from None
    except Exception as fault:  # Whatever it is, the mail must not be lost for it.
        typer.echo(f"inviolable: messages receipt: {fault}", err=True)
        raise typer.Exit(LATER) from None
    typer.echo(f"{told.message}: {'delivered' if told.arrived else 'failed'}" if told else "It says nothing of ours.")
