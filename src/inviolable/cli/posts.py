"""Posts, dated roles and staff from the command line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inviolable.cli.words import COMMAND_LINE, faults_refused, open_home, record_refused, refuse

if TYPE_CHECKING:
    from inviolable.posts.models import Post

app = typer.Typer(no_args_is_help=True, help="Posts: who holds which role there, who may consent, what would fail.")
Slug = Annotated[str, typer.Argument(metavar="POST", help="The post, as `posts list` shows it.")]


@app.command("list")
def list_all() -> None:
    """Every place of ours."""
    open_home()
    from inviolable.posts.lookup import list_posts

    for post in list_posts():
        typer.echo(f"{post.slug:<20}{post.post_class:<20}{post.status:<12}{post.name}")


@app.command("import")
def take_in(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="With posts.csv, people.csv, contacts.csv, roles.csv.")],
) -> None:
    """Take in posts, staff and dated roles from tables (docs/posts.md): all, or, with a fault anywhere, nothing."""
    open_home()
    from inviolable.posts.tables import import_tables

    with faults_refused(), record_refused():
        counted = import_tables(folder, actor=COMMAND_LINE, now=datetime.now(UTC))
    for name, count in counted.items():
        typer.echo(f"{name:<14}{count} rows")


@app.command("export")
def hand_out(to: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet.")]) -> None:
    """Write the same tables. They hold names and numbers of staff: keep them as you keep the server."""
    open_home()
    from inviolable.posts.tables import export_tables

    if to.exists():
        refuse(f"posts export: {to} is there already; name another folder.")
    with faults_refused(), record_refused():
        export_tables(to)
    typer.echo(f"Written to {to}.")


@app.command("confirm")
def confirm(person: Annotated[str, typer.Argument(help="The person's id.")]) -> None:
    """Somebody says that every way to reach them is still right. Asked again after half a year."""
    open_home()
    from inviolable.posts import actions

    try:
        ways = actions.confirm_contacts(person, actor=COMMAND_LINE, now=datetime.now(UTC))
    except actions.Refused as fault:
        refuse(f"posts confirm: {fault}")
    typer.echo(f"Confirmed for {person}: {', '.join(way.channel for way in ways)}")


@app.command("consent")
def consent(
    slug: Slug,
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M%z", "%Y-%m-%d"], help="When; default: now. A day is meant at its noon."),
    ] = None,
) -> None:
    """Who may consent to entry at a post, and why: now, or at any moment in the past."""
    open_home()
    from inviolable.posts.consent import CITES
    from inviolable.posts.lookup import consent_at
    from inviolable.posts.wording import REASONS, role_name

    post = _post(slug)
    answer = consent_at(post, _moment(post, at))
    for held, why in answer.people:
        typer.echo(f"{held.person:<24}{role_name(held.role)}: {REASONS[why]} ({', '.join(CITES[why])})")
    if answer.why:
        typer.echo(f"{REASONS[answer.why]} {', '.join(CITES[answer.why])}".rstrip())


@app.command("warnings")
def warnings(slug: Annotated[str, typer.Argument(metavar="[POST]", help="Only this one.")] = "") -> None:
    """What would fail on the day, at every post or one of them. Exit 1 where anything would."""
    open_home()
    from inviolable.posts.lookup import list_posts, warnings_of
    from inviolable.posts.wording import WARNINGS

    now, found = datetime.now(UTC), 0
    with record_refused():
        for post in [_post(slug)] if slug else list_posts():
            for one in warnings_of(post, now):
                found += 1
                when = (
                    f"  {one.since:%Y-%m-%d %H:%M} to {one.until:%Y-%m-%d %H:%M} UTC" if one.since and one.until else ""
                )
                typer.echo(f"{post.slug:<20}{one.about:<24}{WARNINGS[one.kind]}{when}")
    raise typer.Exit(1 if found else 0)


def _post(slug: str) -> "Post":
    from inviolable.posts.models import Post

    post = Post.objects.filter(slug=slug).first()
    if post is None:
        refuse(f"there is no post {slug!r}; `inviolable posts list` shows those there are.")
    return post


def _moment(post: "Post", at: datetime | None) -> datetime:
    from zoneinfo import ZoneInfo

    if at is None:
        return datetime.now(UTC)
    return at if at.tzinfo else at.replace(hour=12, tzinfo=ZoneInfo(post.time_zone))
