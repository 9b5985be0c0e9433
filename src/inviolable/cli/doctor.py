"""`inviolable doctor`: is this installation fit to be relied on?"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from inviolable.cli.words import existing_home, open_home, refuse

COLOURS = {"green": typer.colors.GREEN, "amber": typer.colors.YELLOW, "red": typer.colors.RED}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="The same as a list of objects, for a monitor.")] = False,
) -> None:
    """Look at everything that the record depends on, and say what to do. Exit 1 where something is red."""
    if existing_home() is None:
        refuse("doctor: there is no home yet; set INVIOLABLE_HOME, or start `inviolable run`.")
    open_home()
    from inviolable.web.doctor import RED, examine

    checks = examine(datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in checks], indent=1))
    else:
        for check in checks:
            typer.echo(f"{typer.style(f'{check.state:<5}', fg=COLOURS[check.state])}  {check.name}: {check.said}.")
            if check.way_out:
                typer.echo(f"       {check.way_out}")
    if any(check.state == RED for check in checks):
        raise typer.Exit(1)
