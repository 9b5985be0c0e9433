"""Makes the homes that later releases must open, by really running a release.

    python tests/upgrade/make.py before-the-record tests/upgrade/home-0.1.0      with PYTHONPATH on that release's src
    python tests/upgrade/make.py with-a-record tests/upgrade/home-record         this release; again before the next one

    python tests/upgrade/make.py with-an-alarm tests/upgrade/home-alarm           a release with alarms

Each writes NAME-sqlite.tar.gz, or NAME-postgresql.tar.gz where INVIOLABLE_DATABASE names an empty database.
"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"


def before_the_record(_folder: Path) -> None:
    """People, a position, a sign-off, a case file: what 0.1.0 kept."""
    home, now = Path(os.environ["INVIOLABLE_HOME"]), datetime.now(UTC)
    posts, record = import_module("inviolable.posts.actions"), import_module("inviolable.counsel.record")
    posts.add_user("Ana Núñez", "legal", now=now, password=PASSWORD, language="es")
    posts.add_user("Eva", "duty_officer", now=now)
    record.take_position(home, "express-refusal", "binds", "legal", now)
    record.sign(home, "vccr", "legal", now.date())
    (home / "cases").mkdir(mode=0o700)
    (home / "cases/minneapolis-2026.toml").write_bytes((ROOT / "examples/minneapolis-2026.toml").read_bytes())


def with_a_record(folder: Path) -> None:
    """An incident in progress: parts, facts, people, an exhibit, something to do, a finding, a hold, checkpoints."""
    import pyrage

    posts: Any = import_module("inviolable.posts.actions")
    ledger: Any = import_module("inviolable.ledger.actions")
    exhibits: Any = import_module("inviolable.ledger.exhibits")
    erasure: Any = import_module("inviolable.ledger.erasure")
    rounds: Any = import_module("inviolable.ledger.rounds")
    incidents: Any = import_module("inviolable.incidents.actions")
    facts: Any = import_module("inviolable.incidents.facts")
    load_case = import_module("inviolable.law.casefile").load_case
    now, officer = datetime.now(UTC), {"role": "duty_officer", "id": "user-1"}
    common: dict[str, Any] = {"actor": officer, "now": now}

    posts.add_user("Eva", "duty_officer", now=now, password=PASSWORD)
    for name in ("duty officer", "recovery"):
        identity = pyrage.x25519.Identity.generate()
        (folder / f"{name.replace(' ', '-')}.key").write_text(f"{identity}\n")
        ledger.add_recipient(str(identity.to_public()), name, **common)
    case = load_case(ROOT / "examples/minneapolis-2026.toml")
    stream = incidents.open_from_case(case, "minneapolis-2026", **common).stream
    rounds.run(now)
    second = incidents.add_part("minneapolis-2026", "Outside", occurred="2026-01-27", **common)
    claim = facts.claim("minneapolis-2026", "agency", "HSI", source="a neighbour", part=second, **common)
    facts.confirm("minneapolis-2026", "agency", "HSI", claims=[claim], part=second, **common)
    incidents.record_person("minneapolis-2026", "visitor", name="CANARY-visitor", **common)
    incidents.assign("minneapolis-2026", "Ask the neighbour for the whole video", "officer", **common)
    about = exhibits.About("C", name="video.mp4", giver="CANARY-giver", consent="given", source="a neighbour")
    exhibits.receive(stream, io.BytesIO(b"CANARY video"), about, **common)
    gone = exhibits.receive(stream, io.BytesIO(b"by mistake"), exhibits.About("C"), **common).body["exhibit"]
    erasure.erase(gone, "taken in by mistake", **common)
    facts.make_finding("minneapolis-2026", **common)
    erasure.place_hold(stream, "the court asked for it", **common)
    rounds.attest(datetime.now(UTC))
    with import_module("django.db").transaction.atomic():
        body = {"opened": ["duty officer (key)"], "failed": ["recovery (nothing)"]}
        ledger.append("installation", "keys.drilled", body, **common)  # Waits for its place.


def with_an_alarm(_folder: Path) -> None:
    """An alarm that nobody has answered yet, with one message in hand and others waiting when everything stops."""
    alarm: Any = import_module("inviolable.alarm.actions")
    posts: Any = import_module("inviolable.posts.actions")
    now = datetime.now(UTC)
    posts.add_user("Eva", "duty_officer", now=now, password=PASSWORD)
    import_module("inviolable.posts.example").load_example_posts(now)
    who = {"role": "reception", "id": "minneapolis-desk"}
    alarm.raise_alarm("minneapolis", "entry", way="page", actor=who, now=now, name="night", raiser="minneapolis-desk")
    import_module("inviolable.outbox.actions").claim("died", now)


STORIES = {"with-an-alarm": with_an_alarm, "before-the-record": before_the_record, "with-a-record": with_a_record}


def main(story: str, to: str) -> None:
    """Tell a story in a new home, and pack that with whatever lies beside it."""
    database = os.environ.get("INVIOLABLE_DATABASE", "")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["INVIOLABLE_HOME"] = str(folder / "home")
        import_module("inviolable.cli" if story == "before-the-record" else "inviolable.cli.words").open_home()
        STORIES[story](folder)
        import_module("django.db").connections.close_all()
        if database:
            dump = ["pg_dump", "--format=custom", "--no-owner", f"--file={folder / 'database.pgdump'}", database]
            subprocess.run(dump, check=True)
        for made_anew in ("secret_key", "reserve"):
            (folder / "home" / made_anew).unlink(missing_ok=True)
        with tarfile.open(f"{to}-{'postgresql' if database else 'sqlite'}.tar.gz", "w:gz") as packed:
            packed.add(folder, ".")


if __name__ == "__main__":
    main(*sys.argv[1:])
