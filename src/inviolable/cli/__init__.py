"""The commands. Thin: each says what it needs in words, calls a room, and prints.

Exit 0: done. 1: a check failed. 2: bad input, one line per fault on stderr, nothing half-written.
"""

import sys

import typer

from inviolable import __version__
from inviolable.cli import (
    alarm,
    backup,
    camera,
    doctor,
    incident,
    keys,
    law,
    messages,
    note,
    paper,
    posts,
    record,
    serve,
    sources,
    token,
)
from inviolable.cli.words import in_words

app = typer.Typer(
    name="inviolable",
    help="For the day somebody tries to enter a consulate, and the year after it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (
    serve.run,
    serve.worker,
    serve.watch,
    law.assess,
    sources.sources,
    incident.case,
    record.export,
    record.verify,
    record.rebuild,
    record.erase,
    backup.backup,
    backup.restore,
    doctor.doctor,
    paper.paper,
):
    app.command()(command)
app.add_typer(serve.example_app, name="example")
app.add_typer(serve.user_app, name="user")
app.add_typer(law.app, name="law")
app.add_typer(incident.app, name="incident")
app.add_typer(incident.exhibit_app, name="exhibit")
app.add_typer(record.hold_app, name="hold")
app.add_typer(keys.app, name="keys")
app.add_typer(posts.app, name="posts")
app.add_typer(alarm.app, name="alarm")
app.add_typer(alarm.protocol_app, name="protocol")
app.add_typer(camera.app, name="camera")
app.add_typer(token.app, name="token")
app.add_typer(messages.app, name="messages")
app.add_typer(note.app, name="note")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """The command `inviolable`. What the system or the database refuses is said in one line."""
    try:
        app()
    except OSError as fault:
        sys.exit(_refused(in_words(fault)))
    except Exception as fault:
        database = sys.modules.get("django.db")
        if database is None or not isinstance(fault, database.Error):
            raise
        sys.exit(_refused(f"database: {' '.join(str(fault).split())}"))


def _refused(fault: str) -> int:
    typer.echo(f"inviolable: {fault}", err=True)
    return 2
