"""Tokens for programs: who else may ask the API (docs/api.md)."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from inviolable.cli.words import COMMAND_LINE, open_home, record_refused, refuse

app = typer.Typer(no_args_is_help=True, help="Tokens: which programs may use the API, for what, until when.")
Name = Annotated[str, typer.Argument(help="Who the program is, in the record.")]


@app.command("add")
def add(
    name: Name,
    scope: Annotated[list[str], typer.Option(help="What it may do; once for each. A wrong one lists those there are.")],
    post: Annotated[str, typer.Option(help="The only post it is for. Default: all.")] = "",
    days: Annotated[int, typer.Option(help="How long it lasts.")] = 365,
) -> None:
    """Let a program in. Its secret is printed, alone, and can never be shown again."""
    open_home()
    from inviolable.posts import actions

    with record_refused():
        try:
            made, secret = actions.make_token(name, scope, days, post=post, actor=COMMAND_LINE, now=datetime.now(UTC))
        except actions.Refused as fault:
            refuse(fault)
    typer.echo(f"Until {made.expires:%Y-%m-%d}; give it to the program, and keep it nowhere else:", err=True)
    typer.echo(secret)


@app.command("list")
def list_all() -> None:
    """Every token there ever was: what it may do, for which post, until when, and when it was last used."""
    open_home()
    from inviolable.posts.models import Token

    now = datetime.now(UTC)
    for one in Token.objects.order_by("name"):
        until = f"revoked {one.revoked:%Y-%m-%d}" if one.revoked else _until(one.expires, now)
        used = f"used {one.used:%Y-%m-%dT%H:%MZ}" if one.used else "never used"
        typer.echo(f"{one.name:<24}{one.post or 'all posts':<20}{until:<20}{used:<24}{', '.join(one.scopes)}")


def _until(expires: datetime, now: datetime) -> str:
    return f"{'until' if expires > now else 'expired'} {expires:%Y-%m-%d}"


@app.command("revoke")
def revoke(name: Name) -> None:
    """Let a program in no more, at once and for good."""
    open_home()
    from inviolable.posts import actions

    with record_refused():
        try:
            actions.revoke_token(name, actor=COMMAND_LINE, now=datetime.now(UTC))
        except actions.Refused as fault:
            refuse(fault)
    typer.echo(f"Revoked: {name}")
