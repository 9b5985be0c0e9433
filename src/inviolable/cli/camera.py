"""`inviolable camera`: a fixed camera at the post, on any small machine. No database, no page; docs/recording.md."""

import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from inviolable.cli.words import in_words, refuse

app = typer.Typer(no_args_is_help=True, help="A fixed camera at the post (docs/recording.md).")
HomeOption = Annotated[Path, typer.Option("--home", metavar="DIR", help="Where its key and what waits to be sent lie.")]


@app.command("enrol")
def enrol(
    server: Annotated[str, typer.Argument(metavar="SERVER", help="https://…, as the tablet at the door opens it.")],
    home: HomeOption,
) -> None:
    """Make this machine's key, show the code that whoever is in charge of the post types in, and wait for it."""
    from inviolable.door.camera.home import BadHome, Home
    from inviolable.door.camera.line import BadServer, Line, NoLine
    from inviolable.door.camera.speaking import Speaking
    from inviolable.ledger.keys import BadKey

    place = Home(home)
    try:
        line = Line(server)
        place.prepare(server)
        speaking = Speaking(line, place.key())
        shown = ""
        while True:
            beat = speaking.beat(None, datetime.now(UTC))
            if beat.status == 200:
                break
            if beat.said.get("cut") == "yes":
                refuse(f"{home}: this camera was cut off; name another --home.")
            asked = speaking.enrol()
            if asked.status not in (201, 409, 429):  # 409: it was enrolled this moment.
                refuse(f"{server}: answers {asked.status} {asked.said.get('detail', '')}; is Inviolable there?")
            if asked.status == 201 and asked.said["code"] != shown:
                shown = asked.said["code"]
                typer.echo(f"Code: {shown}")
                typer.echo(f"Type it in under Posts, the post, Devices at the door, until {asked.said['until']}.")
            time.sleep(2)
    except (BadServer, BadHome, BadKey) as fault:
        refuse(fault)
    except NoLine as fault:
        refuse(f"{server}: no answer ({fault}); is the address right, and the server up?")
    except OSError as fault:
        refuse(in_words(fault))
    post = beat.said.get("place", {}).get("name", "the post")
    typer.echo(f"Enrolled at {post}. Now: inviolable camera run SOURCE --home {home}")


@app.command("run")
def run(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            envvar="INVIOLABLE_CAMERA",
            help="rtsp://…, /dev/video0, or test. In INVIOLABLE_CAMERA no history of commands keeps its password.",
        ),
    ],
    home: HomeOption,
    quota: Annotated[int, typer.Option(min=10_000_000, help="Bytes that may wait to be sent.")] = 4_000_000_000,
    microphone: Annotated[str, typer.Option(help="For /dev/videoN: the ALSA device, such as hw:1.")] = "",
    copy: Annotated[bool, typer.Option("--copy", help="Take the camera's own H.264 as it is: no `low` then.")] = False,
    no_sound: Annotated[bool, typer.Option("--no-sound", help="No sound, whatever the post may record.")] = False,
) -> None:
    """Film; keep the last two minutes sealed in memory; while an alarm stands open send everything to headquarters."""
    from inviolable.door.camera.capture import BadSource, Source
    from inviolable.door.camera.home import BadHome, Home
    from inviolable.door.camera.line import BadServer
    from inviolable.door.camera.loop import Camera, Clock
    from inviolable.door.camera.sending import CutOff
    from inviolable.ledger.lock import only_one

    place = Home(home)
    try:
        seen = Source(source, microphone, copy)
        place.server()
        with only_one(place.lock) as alone:
            if not alone:
                refuse(f"{home}: another camera runs on it; one home is for one camera.")
            clock = Clock(time.monotonic, lambda: datetime.now(UTC))
            deaf = no_sound or (source.startswith("/dev/") and not microphone)
            camera = Camera(place, seen, quota, clock, lambda line: typer.echo(line, err=True), sound=not deaf)
            for one in (signal.SIGINT, signal.SIGTERM):
                signal.signal(one, lambda *_about: camera.stop())
            camera.run()
    except CutOff:
        place.forget_key()
        left = len(camera.recorder.queue.held)
        typer.echo(f"inviolable: headquarters has cut this camera off; {left} sealed segments never left.", err=True)
        raise typer.Exit(1) from None
    except (BadSource, BadHome, BadServer) as fault:
        refuse(fault)
    except OSError as fault:
        refuse(in_words(fault))


@app.command("trust")
def trust(
    log: Annotated[str, typer.Argument(metavar="KEY", help="64 hex digits, as headquarters told you by telephone.")],
    home: HomeOption,
) -> None:
    """Headquarters has changed the key of its record: from now on believe receipts by this one."""
    from inviolable.door.camera.home import BadHome, Home
    from inviolable.ledger.lock import only_one

    place = Home(home)
    if len(log) != 64 or set(log) - set("0123456789abcdef"):
        refuse(f"{log[:80]!r} is no key; expected 64 of 0-9, a-f.")
    try:
        place.server()
        with only_one(place.lock) as alone:
            if not alone:
                refuse(f"{home}: the camera runs; stop it first.")
            state = place.load()
            state.log = log
            place.save(state)
    except BadHome as fault:
        refuse(fault)
    except OSError as fault:
        refuse(in_words(fault))
    typer.echo("Done.")
