"""The commands. Thin: each says what it needs in words, calls a room, and prints.

Exit 0: done. 1: a check failed. 2: bad input, one line per fault on stderr, nothing half-written.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from inviolable import __version__
from inviolable.law.faults import Faulty

if TYPE_CHECKING:
    from inviolable.posts.models import User

app = typer.Typer(
    name="inviolable",
    help="For the day somebody tries to enter a consulate, and the year after it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
example_app = typer.Typer(no_args_is_help=True, help="The worked example, for learning and showing.")
user_app = typer.Typer(no_args_is_help=True, help="Who may sign in.")
law_app = typer.Typer(no_args_is_help=True, help="The law: check it, print it, sign it off.")
app.add_typer(example_app, name="example")
app.add_typer(user_app, name="user")
app.add_typer(law_app, name="law")


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


def sign_in_link(user: "User", port: int) -> str:
    """A fresh single-use address that signs `user` in on this machine."""
    from django.urls import reverse
    from django.utils import timezone

    from inviolable.web.links import make_link

    return f"http://localhost:{port}{reverse('sign-in-link', args=[make_link(user, now=timezone.now())])}"


def fill_with_example() -> tuple[int, list[str]]:
    """One user per role and the example's case files, or nothing: (users, references of cases)."""
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from inviolable.counsel.example import load_example_cases
    from inviolable.posts import actions

    with transaction.atomic():
        users = actions.load_example_users(now=timezone.now())
        return len(users), load_example_cases(settings.HOME)


@app.command()
def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="PORT", min=0, max=65535, help="Port to listen on; 0 for any free one.")
    ] = 8000,
) -> None:
    """Serve the product. An empty home is filled with the worked example first."""
    open_home()
    from django.conf import settings

    from inviolable.posts import actions
    from inviolable.posts.models import User
    from inviolable.web import server

    here_only = host in ("127.0.0.1", "localhost", "::1")
    if not here_only and not settings.PUBLIC_NAME:
        refuse(
            f"host: found {host}; to serve other machines set INVIOLABLE_ADDRESS to the https:// address they will use."
        )
    if not here_only and (actions.is_example() or actions.is_empty()):
        refuse(f"host: found {host}; an example is served here only. For real use begin with: inviolable user add")
    try:
        listener = server.listen(host, port)
    except server.PortTaken as fault:
        refuse(fault)
    port = listener.getsockname()[1]
    if actions.is_empty():
        fill_with_example()

    lines = [f"Ready: http://localhost:{port}"]
    if actions.is_example():
        lines.append("This is an EXAMPLE. Each link signs you in once, on this machine, within 24 hours:")
        examples = User.objects.filter(name__startswith="example-").order_by("id")
        lines += [f"  {user.role:<16} {sign_in_link(user, port)}" for user in examples]
    lines.append("Stop with Ctrl-C.")
    server.serve(listener, on_ready=lambda: typer.echo("\n".join(lines)))


@example_app.command("load")
def example_load() -> None:
    """Fill an empty home with the worked example. Any other home is refused."""
    open_home()
    from inviolable.posts import actions

    try:
        users, cases = fill_with_example()
    except actions.Refused as fault:
        refuse(f"example load: {fault}")
    typer.echo(
        f"Loaded the example: {users} users, one per role; cases: {', '.join(cases)}. Start it with: inviolable run"
    )


@user_app.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[str, typer.Option(help="What this person does; a wrong one lists those there are.")],
    password_prompt: Annotated[bool, typer.Option("--password-prompt", help="Ask for a password too.")] = False,
    port: Annotated[
        int, typer.Option(envvar="PORT", min=1, max=65535, help="Port of the server, for the link.")
    ] = 8000,
) -> None:
    """Add somebody, and print a link that signs them in once, on this machine."""
    open_home()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from inviolable.posts import actions
    from inviolable.posts.models import User

    password = None
    if password_prompt:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        try:
            validate_password(password, user=User(name=name, role=role))
        except ValidationError as fault:
            refuse(*(f"password: {message}" for message in fault.messages))
    try:
        user = actions.add_user(name, role, now=timezone.now(), password=password)
    except actions.Refused as fault:
        refuse(fault)
    typer.echo(f"Added {user.name} ({user.role}). This link works once, on this machine, within 24 hours:")
    typer.echo(sign_in_link(user, port))


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


@app.command()
def assess(
    case_file: Annotated[
        Path, typer.Argument(metavar="CASE.toml", help="One part of one incident; see docs/case-file.md.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="The answer as canonical JSON; see docs/assess.schema.json.")
    ] = False,
    lang: Annotated[Lang, typer.Option(help="The language of the words.")] = Lang.EN,
) -> None:
    """What the law says of a case: may they enter, why, what is broken, what to ask for."""
    from inviolable.counsel import record
    from inviolable.law.assess import Assessment, canonical
    from inviolable.law.casefile import load_case
    from inviolable.law.plain import plain

    with faults_refused():
        home = existing_home()
        decided = (record.positions(home), record.sign_offs(home), record.own_packs(home)) if home else ({}, [], [])
        assessment = Assessment(load_case(case_file), *decided, language=lang.value)
        output = canonical(assessment.answer()) + "\n" if as_json else plain(assessment)
    typer.echo(output, nl=False)


@law_app.command("check")
def law_check() -> None:
    """Prove every pack over every possible world and print how large each cone is."""
    from inviolable.counsel import record
    from inviolable.law.check import check

    with faults_refused():
        home = existing_home()
        lines, faults = check(record.own_packs(home) if home else [])
    for line in lines:
        typer.echo(line)
    if faults:
        refuse(*faults)


@law_app.command("sign")
def law_sign(
    pack: Annotated[str, typer.Argument(help="The pack that was reviewed, such as vccr.")],
    role: Annotated[str, typer.Option(help="The role that reviewed it.")],
) -> None:
    """Record in INVIOLABLE_HOME that a pack was reviewed as it stands today."""
    from inviolable.counsel import record
    from inviolable.web.home import home_directory

    with faults_refused():
        home = home_directory()
        signed = record.sign(home, pack, role, datetime.now(UTC).date())
        bad = record.bad_sign_offs(home)
    for fault in bad:
        typer.echo(f"inviolable: {fault}", err=True)
    typer.echo(f"{signed.pack} signed off by {signed.role} on {signed.date}, SHA-256 {signed.hash}")


@law_app.command("book")
def law_book(
    folder: Annotated[Path, typer.Option("--html", metavar="DIR", help="A folder that is empty or not there yet.")],
    precedents: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Decided cases; default: the folder `precedents` where there is one."),
    ] = None,
) -> None:
    """Write the law book as static pages in every language: provisions, rules, facts, precedents, disputes."""
    from inviolable.counsel import record
    from inviolable.law.book import Shelf, read_precedents, write_book
    from inviolable.law.law import shipped_packs

    cases = precedents or Path("precedents")
    if precedents and not precedents.is_dir():
        refuse(f"precedents: {precedents} is no folder; name one that holds case files")
    with faults_refused():
        home = existing_home()
        decided = record.decided(home) if home else record.Decided({}, (), ())
        shelf = Shelf(
            packs={**shipped_packs(), **{pack.id: pack for pack in decided.own}},
            precedents=read_precedents(cases, decided.positions) if cases.is_dir() else (),
            positions=decided.positions,
            signed=decided.signed,
            official=record.official_texts(home) if home else {},
        )
        written = write_book(folder, shelf)
    typer.echo(f"{len(written)} files; begin at {folder / 'index.html'}")


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
