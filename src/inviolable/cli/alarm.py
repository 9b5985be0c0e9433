"""Alarms and protocols from the command line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from inviolable.cli.words import COMMAND_LINE, faults_refused, in_words, open_home, record_refused, refuse
from inviolable.law.faults import nearest

if TYPE_CHECKING:
    from inviolable.alarm.lookup import Imagined
    from inviolable.alarm.models import Alarm

app = typer.Typer(no_args_is_help=True, help="Alarms: raise one, see who has it, answer it, stand it down.")
protocol_app = typer.Typer(no_args_is_help=True, help="Protocols: take one in, try it out before it is in force.")
Slug = Annotated[str, typer.Argument(metavar="POST", help="The post, as `posts list` shows it.")]
Danger = Annotated[str, typer.Argument(metavar="WHAT", help="What happens, such as attempted_entry or fire.")]
Name = Annotated[str, typer.Argument(metavar="ALARM", help="The alarm's id, as `alarm list` shows it.")]


@app.command("raise")
def raise_one(
    post: Slug,
    danger: Danger,
    drill: Annotated[bool, typer.Option("--drill", help="A drill: it says so everywhere.")] = False,
    name: Annotated[str, typer.Option("--id", help="Its id; said twice, it is one alarm. Default: a new one.")] = "",
    apart: Annotated[bool, typer.Option("--apart", help="Not the same incident as a few minutes ago.")] = False,
) -> None:
    """Raise an alarm. The people whom the protocol names are called as soon as this returns.

    Where nothing can be recorded, everybody is called straight.
    """
    open_home(without_database=True)
    from django.conf import settings

    from inviolable.alarm.models import Alarm
    from inviolable.alarm.straight import Straight, raise_surely
    from inviolable.posts.actions import Refused

    home, now = Path(settings.HOME), datetime.now(UTC)
    told: dict[str, Any] = {"name": name, "exercise": drill, "apart": apart}
    try:
        alarm = raise_surely(home, post, danger, way="command", actor=COMMAND_LINE, now=now, **told)
    except Refused as fault:
        refuse(fault)
    except OSError as fault:
        refuse(f"{in_words(fault)}. NOT raised: call by telephone.")
    if isinstance(alarm, Alarm):
        typer.echo(f"Raised: {alarm.id}")
        return
    typer.echo(f"NOT recorded yet: {alarm.alarm}. Everybody is called straight; call by telephone as well.")
    Straight(home).call_and_record(now)


@app.command("list")
def list_all() -> None:
    """Every open alarm: since when, where, what, and whether somebody has it."""
    open_home()
    from inviolable.alarm.lookup import open_alarms
    from inviolable.alarm.picture import picture_of

    for alarm in open_alarms():
        seen = picture_of(alarm).seen
        has = f"{seen.role} {seen.person}" if seen else "NOBODY"
        mark = " DRILL" if alarm.exercise else ""
        typer.echo(f"{alarm.raised:%Y-%m-%dT%H:%M:%SZ}  {alarm.post:<20}{alarm.danger:<20}{has:<30}{alarm.id}{mark}")


@app.command("show")
def show(name: Name) -> None:
    """One alarm: each step, who was called, by what, and what they said."""
    open_home()
    from inviolable.alarm.picture import picture_of

    with record_refused():
        picture = picture_of(_alarm(name))
        for rung in picture.rungs:
            due = f"  due {rung.run.due:%H:%M:%SZ}" if rung.run.due else ""
            typer.echo(f"{rung.run.step:<20}{rung.run.phase:<12}{rung.role}{due}")
            for call in reversed(rung.calls):
                typer.echo(f"    {call.queued:%H:%M:%SZ}  {call.channel:<8}{call.person:<24}{call.state}")
        for one in picture.replies:
            typer.echo(
                f"{one.at:%H:%M:%SZ}  {one.role} {one.person}: {'cannot: ' + one.why if one.declined else 'has it'}"
            )


def _alarm(name: str) -> "Alarm":
    from inviolable.alarm.models import Alarm

    alarm = Alarm.objects.filter(id=name).first()
    if alarm is None:
        refuse(f"there is no alarm {name!r}; `inviolable alarm list` shows those that are open.")
    return alarm


@app.command("cap")
def as_cap(name: Name) -> None:
    """Print an alarm for other systems, as a document of the Common Alerting Protocol (CAP 1.2)."""
    open_home()
    from inviolable.alarm.cap import document
    from inviolable.alarm.links import page_of
    from inviolable.alarm.picture import picture_of
    from inviolable.posts.actions import is_example

    with record_refused():
        typer.echo(document(picture_of(_alarm(name)), page_of(name), is_example()))


@app.command("answer")
def answer(
    name: Name,
    person: Annotated[str, typer.Option("--as", help="Who says so, as in people.csv.")],
    role: Annotated[str, typer.Option(help="As which dated role.")],
    cannot: Annotated[str, typer.Option(help="That they cannot, and why.")] = "",
) -> None:
    """Record what somebody said by telephone: that they have it, or that they cannot."""
    open_home()
    from inviolable.alarm import actions
    from inviolable.posts.actions import Refused

    _known(person, role)
    _was_called(name, person, role)
    now = datetime.now(UTC)
    with record_refused():
        try:
            if cannot:
                actions.decline(name, role, person, cannot, way="command", actor=COMMAND_LINE, now=now)
            else:
                actions.acknowledge(name, role, person, way="command", actor=COMMAND_LINE, now=now)
        except Refused as fault:
            refuse(fault)
    typer.echo(f"Recorded: {role} {person} {'cannot' if cannot else 'has it'}.")


def _known(person: str, role: str) -> None:
    from inviolable.alarm.plan import BROADCAST
    from inviolable.posts.models import Person
    from inviolable.posts.terms import DATED_ROLES

    if role not in (*DATED_ROLES, BROADCAST):
        refuse(f"role: found {role!r}; {nearest(role, (*DATED_ROLES, BROADCAST))}")
    if not Person.objects.filter(id=person).exists():
        refuse(f"as: there is no {person!r} among the staff; `inviolable posts export` shows everybody.")


def _was_called(name: str, person: str, role: str) -> None:
    from inviolable.alarm.models import Alarm
    from inviolable.alarm.picture import picture_of

    alarm = Alarm.objects.filter(id=name).first()
    if alarm and role not in (roles := picture_of(alarm).roles_of(person)):
        known = f"as {', '.join(roles)}" if roles else "at all"
        refuse(
            f"role: found {role!r}; this alarm has called {person} {known}. `inviolable alarm show {name}` shows whom."
        )


@app.command("stand-down")
def stand_down(name: Name, why: Annotated[str, typer.Option(help="Why it is over.")]) -> None:
    """End an alarm. Whoever was called is told."""
    open_home()
    from inviolable.alarm import actions
    from inviolable.posts.actions import Refused

    with record_refused():
        try:
            actions.stand_down(name, why, actor=COMMAND_LINE, now=datetime.now(UTC))
        except Refused as fault:
            refuse(fault)
    typer.echo("Stood down.")


@app.command("unwatch")
def unwatch(
    post: Slug,
    source: Annotated[str | None, typer.Option(help="Only token:NAME or device:KEY; default: all.")] = None,
) -> None:
    """What is heard from at a post is taken out of service: its silence raises no alarm any more."""
    open_home()
    from inviolable.alarm import pulse
    from inviolable.posts.actions import Refused

    with record_refused():
        try:
            pulse.forget(post, actor=COMMAND_LINE, now=datetime.now(UTC), source=source)
        except Refused as fault:
            refuse(fault)
    typer.echo(f"{post}: its silence means nothing any more.")


@app.command("drills")
def drills() -> None:
    """What each post practises by the protocol: until when, what was last, how it went. Overdue comes first."""
    open_home()
    from inviolable.alarm.lookup import drill_calendar
    from inviolable.alarm.wording import result, result_times

    now = datetime.now(UTC)
    for practice, post, last in drill_calendar(now):
        zone = ZoneInfo(post.time_zone)
        due = f"due {practice.due.astimezone(zone):%Y-%m-%d}" if practice.due else "never practised"
        mark = "OVERDUE" if practice.overdue(now) else ""
        how = ""
        if last and last.score:
            day = f"{last.raised.astimezone(zone):%Y-%m-%d}"
            how = f"last {day}: {result(last.score)} {result_times(last.score)}"
        typer.echo(f"{mark:<8}{due:<17}{post.slug:<20}{practice.danger:<20}{how}".rstrip())


@protocol_app.command("import")
def take_in(file: Annotated[Path, typer.Argument(metavar="PROTOCOL.toml", help="docs/protocols.md")]) -> None:
    """Take in a protocol; it counts from its day on. One that cannot work is refused, with file and line."""
    open_home()
    from inviolable.alarm.actions import import_protocol
    from inviolable.alarm.protocols import load_protocol

    with faults_refused(), record_refused():
        protocol = load_protocol(file)
        import_protocol(protocol, str(file), actor=COMMAND_LINE, now=datetime.now(UTC))
    typer.echo(f"{protocol.number}: in force from {protocol.in_force}")


@protocol_app.command("list")
def list_protocols() -> None:
    """Every protocol that was taken in, the newest first."""
    open_home()
    from inviolable.alarm.models import KeptProtocol

    for one in KeptProtocol.objects.order_by("-in_force", "-imported"):
        typer.echo(f"{one.in_force}  {one.number:<24}{one.sha256[:16]}")


@protocol_app.command("simulate")
def simulate(
    post: Slug,
    danger: Danger,
    file: Annotated[Path | None, typer.Option("--file", help="A protocol that is not in force yet.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M"], help="When, on the clock there; default: now."),
    ] = None,
    answers: Annotated[str, typer.Option(help="Who answers: nobody, deputies or all.")] = "nobody",
) -> None:
    """Who would be told, when, by what, and where it would fail. Nobody is called. Exit 1 where anything would."""
    open_home()
    from inviolable.alarm.lookup import imagined
    from inviolable.alarm.protocols import load_protocol
    from inviolable.alarm.terms import Danger as Dangers
    from inviolable.posts.models import Post

    place = Post.objects.filter(slug=post).first()
    if place is None:
        refuse(f"there is no post {post!r}; `inviolable posts list` shows those there are.")
    if danger not in Dangers.values or answers not in ("nobody", "deputies", "all"):
        refuse(f"WHAT is one of {', '.join(Dangers.values)}; --answers one of nobody, deputies, all.")
    when = at or datetime.now(UTC)
    when = when if when.tzinfo else when.replace(tzinfo=ZoneInfo(place.time_zone))
    if not 1970 <= when.year <= 2200:
        refuse(f"at: found {when.year}; a year from 1970 to 2200 is allowed.")
    with faults_refused(), record_refused():
        told = imagined(post, danger, when, answers, load_protocol(file) if file else None)
    _tell(told)
    raise typer.Exit(1 if told.weak or told.unanswered else 0)


def _tell(told: "Imagined") -> None:
    from inviolable.alarm.plan import BROADCAST, EVERY
    from inviolable.alarm.wording import WEAKNESSES, WHYS

    for event in told.events:
        after = str(event.at - told.raised).partition(".")[0]
        if event.answer:
            typer.echo(f"{after:>9}  {event.answer.person} {'cannot' if event.answer.declined else 'has it'}")
        if event.move:
            calls = event.move.calls
            called = "; ".join(f"{one.person} by {', '.join(one.ways)}" for one in calls)
            if event.move.run.step == BROADCAST and calls:
                called = f"{len(calls)} people by everything, again every {EVERY.seconds} s until somebody answers"
            why = f"({WHYS[event.move.why]})" if event.move.why else ""
            typer.echo(f"{after:>9}  {event.move.run.step:<18}{event.move.run.phase:<12}{called}{why}".rstrip())
    for one in told.weak:
        typer.echo(f"    weak:  {one.step:<18}{one.about}: {WEAKNESSES[one.weakness]}")
    for step in told.unanswered:
        typer.echo(f"    weak:  {step:<18}nobody answers")
