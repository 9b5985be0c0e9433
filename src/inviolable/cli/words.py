"""What every command shares: refusing in words, opening the home."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

import typer

from inviolable.law.faults import Faulty


def refuse(*faults: object) -> NoReturn:
    """One line per fault on stderr, then exit 2."""
    for fault in faults:
        typer.echo(f"inviolable: {fault}", err=True)
    raise typer.Exit(2)


def in_words(fault: OSError) -> str:
    """What the system refused, and for which file."""
    said = fault.strerror or str(fault)
    return f"{fault.filename}: {said}" if fault.filename else said


def open_home() -> None:
    """Make Django ready on INVIOLABLE_HOME and bring its database up to this version."""
    import django
    from django.core.management import call_command

    from inviolable.web.home import BadSetting

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inviolable.web.settings")
    try:
        django.setup()
    except BadSetting as fault:
        refuse(fault)
    except OSError as fault:
        refuse(f"INVIOLABLE_HOME: {in_words(fault)}; name a writable directory.")
    from django.db import Error

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Error as fault:
        refuse(f"database: {' '.join(str(fault).split())}; is INVIOLABLE_DATABASE right and its server up?")


class Lang(StrEnum):
    """The languages the law speaks."""

    EN = "en"
    ES = "es"


@contextmanager
def faults_refused() -> Iterator[None]:
    """Bad input ends here: one line per fault on stderr, exit 2."""
    from inviolable.web.home import BadSetting

    try:
        yield
    except Faulty as faulty:
        refuse(*faulty.faults)
    except BadSetting as fault:
        refuse(fault)
    except OSError as fault:
        refuse(in_words(fault))


def existing_home() -> Path | None:
    """INVIOLABLE_HOME (default `./var`) where there is one; an assessment never makes one."""
    home = Path(os.environ.get("INVIOLABLE_HOME") or "var")
    if home.exists() and not home.is_dir():
        refuse(f"INVIOLABLE_HOME: {home} is no directory; name one, or unset it to leave your own law out.")
    return home if home.exists() else None
