"""What every command shares: refusing in words, opening the home."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from inviolable.law.faults import Faulty

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

    from inviolable.posts.models import User


def refuse(*faults: object) -> NoReturn:
    """One line per fault on stderr, then exit 2."""
    for fault in faults:
        typer.echo(f"inviolable: {fault}", err=True)
    raise typer.Exit(2)


def in_words(fault: OSError) -> str:
    """What the system refused, and for which file."""
    said = fault.strerror or str(fault)
    return f"{fault.filename}: {said}" if fault.filename else said


def open_home(*, without_database: bool = False) -> None:
    """Make Django ready on INVIOLABLE_HOME and bring its database up to this version.

    without_database: go on where the database does not answer.
    """
    import django

    from inviolable.web.home import BadSetting

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inviolable.web.settings")
    try:
        django.setup()
    except BadSetting as fault:
        refuse(fault)
    except OSError as fault:
        refuse(f"INVIOLABLE_HOME: {in_words(fault)}; name a writable directory.")
    from django.conf import settings
    from django.db import Error

    from inviolable.ledger import reserve

    reserve.give_way(settings.HOME)
    try:
        _migrate()
    except Error as fault:
        if without_database:
            return
        refuse(f"database: {' '.join(str(fault).split())}; is INVIOLABLE_DATABASE right and its server up?")


def _migrate() -> None:
    """What is new, in one transaction: cut off anywhere, the next start does all of it again."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    with connection.constraint_checks_disabled(), transaction.atomic():
        call_command("migrate", interactive=False, verbosity=0)


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


def home_as_signed() -> Path | None:
    """The same; where it has a database and a line of sign-offs names somebody, ready to hold it against the record."""
    from inviolable.counsel import record

    home = existing_home()
    with_record = home and (os.environ.get("INVIOLABLE_DATABASE") or (home / "inviolable.sqlite3").exists())
    if home and with_record and record.names_signers(home):
        open_home()
    return home


#: Who acts, in the record, when a command does.
COMMAND_LINE = {"role": "administrator", "id": "command-line"}


@contextmanager
def record_refused() -> Iterator[None]:
    """What the record refuses ends here: one line on stderr, exit 2."""
    from inviolable.ledger import configuration, keys, media, quorum, registry, seal, store, subjects

    refusals = (
        configuration.BadConfiguration,
        keys.BadKey,
        media.MediaFailed,
        media.NoSandbox,
        quorum.BadShares,
        registry.BadEntry,
        seal.BadIdentity,
        seal.BadRecipient,
        seal.CannotOpen,
        store.StoreError,
        subjects.TooFewRecipients,
    )
    try:
        yield
    except refusals as fault:
        refuse(fault)
    except OSError as fault:
        refuse(in_words(fault))


@contextmanager
def refusals() -> Iterator[None]:
    """The same, and what a person may not do or what cannot be done now."""
    from inviolable.posts.actions import Refused

    with record_refused():
        try:
            yield
        except Refused as fault:
            refuse(fault)


def account(name: str) -> "User":
    """Whoever signs in by a name, as `--as` gives it."""
    from inviolable.posts.models import User

    found = User.objects.filter(name=name, is_active=True).first()
    if found is None:
        refuse(f"--as: nobody signs in as {name!r}; `inviolable user list` shows who does.")
    return found


def acting_for(user: "User") -> dict[str, str]:
    """The command line, with the role of whoever it acts for: no entry says that they did it themselves."""
    return {"role": user.role, "id": COMMAND_LINE["id"]}


def identities_in(files: list[Path]) -> list["Identity"]:
    """Every age identity in these files, and the one that three or more shares among them give."""
    from inviolable.ledger.quorum import combine
    from inviolable.ledger.seal import check_identity

    secrets = [secret for path in files for secret in secrets_in(path)]
    shares = [secret for secret in secrets if " " in secret]
    found = [check_identity(secret) for secret in secrets if " " not in secret]
    return [*found, check_identity(combine(shares))] if shares else found


def secrets_in(path: Path) -> list[str]:
    """What a file of keys or shares holds, a line each; comments and empty lines are passed over."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def write_secret(path: Path, text: str) -> None:
    """A new file for its owner only; one that is there already is refused."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def bar(what: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """A progress bar on stderr. Call what it gives with how much is done, and perhaps with how much there is."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    figures = DownloadColumn() if what.endswith("bytes") else TextColumn("{task.completed}/{task.total}")
    columns = (TextColumn("{task.description}"), BarColumn(), figures, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)

        def done(count: int, of: int | None = None) -> None:
            shown.update(task, completed=count, total=of if of is not None else total)

        yield done
