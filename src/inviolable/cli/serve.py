"""Serving the product, and who may sign in: run, worker, example load, user."""

from typing import TYPE_CHECKING, Annotated

import typer

from inviolable.cli.words import open_home, refuse

if TYPE_CHECKING:
    from inviolable.posts.models import User

example_app = typer.Typer(no_args_is_help=True, help="The worked example, for learning and showing.")
user_app = typer.Typer(no_args_is_help=True, help="Who may sign in.")
Name = Annotated[str, typer.Argument(help="The name to sign in with.")]
Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="Port of the server, for the link.")]


def sign_in_link(user: "User", port: int) -> str:
    """A fresh single-use address that signs `user` in on this machine."""
    from django.urls import reverse
    from django.utils import timezone

    from inviolable.web.links import make_link

    return f"http://localhost:{port}{reverse('sign-in-link', args=[make_link(user, now=timezone.now())])}"


def fill_with_example() -> tuple[int, str]:
    """One user per role and the example's incident, or nothing: (users, the incident's reference)."""
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from inviolable.incidents.example import load_example, load_exhibits
    from inviolable.ledger import rounds
    from inviolable.ledger.example import prepare
    from inviolable.posts import actions
    from inviolable.posts.example import load_example_posts
    from inviolable.sources.example import load_example_sources

    now = timezone.now()
    with transaction.atomic():
        users = actions.load_example_users(now=now)
        prepare(settings.HOME, now)
        rounds.run(now)  # A token and a beacon first, so that what follows is bounded on both sides.
        load_example_posts(now)
        incident = load_example(now)
        load_exhibits(now)
        load_example_sources(now)
        return len(users), incident.reference


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
    from inviolable.web.home import keep_port

    here_only = host in ("127.0.0.1", "localhost", "::1")
    if not here_only and not settings.PUBLIC_NAME:
        refuse(
            f"host: found {host}; to serve other machines set INVIOLABLE_ADDRESS to the https:// address they will use."
        )
    if not here_only and (actions.is_example() or actions.is_empty()):
        refuse(f"host: found {host}; an example is served here only. For real use begin with: inviolable user add")
    if not actions.is_empty() and not User.objects.exists():
        refuse("run: this home has a record, but nobody who may sign in; begin with: inviolable user add NAME --role …")
    try:
        listener = server.listen(host, port)
    except server.PortTaken as fault:
        refuse(fault)
    port = listener.getsockname()[1]
    if not settings.PUBLIC_NAME:
        settings.ADDRESS = f"http://localhost:{port}"
        keep_port(settings.HOME, port)
    if actions.is_empty():
        fill_with_example()

    lines = [f"Ready: http://localhost:{port}"]
    if actions.is_example():
        lines.append("This is an EXAMPLE. Each link signs you in once, on this machine, within 24 hours:")
        examples = User.objects.filter(name__startswith="example-").order_by("id")
        lines += [f"  {user.role:<16} {sign_in_link(user, port)}" for user in examples]
    lines.append("Stop with Ctrl-C.")
    server.serve(listener, on_ready=lambda: typer.echo("\n".join(lines)))


def worker() -> None:
    """Keep the record, move alarms on, send messages, and serve nothing. `run` does this too."""
    open_home()
    from inviolable.web.keeper import work

    work()


def watch() -> None:
    """Watch over the alarms, beside `run` or `worker`: where those are dead, do their work and say so."""
    open_home()
    from inviolable.web.watchman import watch as watch_over

    watch_over()


@example_app.command("load")
def example_load() -> None:
    """Fill an empty home with the worked example. Any other home is refused."""
    open_home()
    from inviolable.posts import actions

    try:
        users, reference = fill_with_example()
    except actions.Refused as fault:
        refuse(f"example load: {fault}")
    typer.echo(f"Loaded the example: {users} users, one per role; incident: {reference}. Start it with: inviolable run")


@user_app.command("add")
def user_add(
    name: Name,
    role: Annotated[str, typer.Option(help="What this person does; a wrong one lists those there are.")],
    person: Annotated[str, typer.Option(help="Who of the staff it is, as in people.csv.")] = "",
    password_prompt: Annotated[bool, typer.Option("--password-prompt", help="Ask for a password too.")] = False,
    port: Port = 8000,
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
        user = actions.add_user(name, role, now=timezone.now(), password=password, person=person)
    except actions.Refused as fault:
        refuse(fault)
    typer.echo(f"Added {user.name} ({user.role}). This link works once, on this machine, within 24 hours:")
    typer.echo(sign_in_link(user, port))


@user_app.command("link")
def user_link(name: Name, port: Port = 8000) -> None:
    """Print a fresh link that signs somebody in once, on this machine. An earlier one stops working."""
    open_home()
    from inviolable.posts import actions

    try:
        user = actions.find_user(name)
    except actions.Refused as fault:
        refuse(f"user link: {fault}")
    if not user.is_active:
        refuse(f"user link: {name} may not sign in; allow it first: inviolable user on {name!r}")
    typer.echo(sign_in_link(user, port))


@user_app.command("list")
def user_list() -> None:
    """Who may sign in, with which role, and who may no more."""
    open_home()
    from inviolable.posts.models import User

    for user in User.objects.order_by("name"):
        typer.echo(f"{user.role:<16}{user.name}{'' if user.is_active else '  off'}")


@user_app.command("reset")
def user_reset(name: Name) -> None:
    """Take away somebody's passkeys, codes and account elsewhere, as when they are lost; a link lets them in again."""
    open_home()
    from inviolable.posts import actions
    from inviolable.web.ways import take_away

    try:
        taken = take_away(actions.find_user(name))
    except actions.Refused as fault:
        refuse(f"user reset: {fault}")
    typer.echo(
        f"{name}: {taken} taken away. Whoever is signed in as {name} is out. Next: inviolable user link {name!r}"
    )


@user_app.command("off")
def user_off(name: Name) -> None:
    """Let somebody in no more; whoever is signed in is out at once. What they did stays under their name."""
    _let_in(name, False)


@user_app.command("on")
def user_on(name: Name) -> None:
    """Let somebody in again."""
    _let_in(name, True)


def _let_in(name: str, may: bool) -> None:
    open_home()
    from inviolable.posts import actions

    try:
        user = actions.let_in(name, may)
    except actions.Refused as fault:
        refuse(f"user {'on' if may else 'off'}: {fault}")
    typer.echo(f"{user.name} may {'sign in again' if may else 'sign in no more'}.")
