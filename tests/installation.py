"""A whole installation for one test: a home, and a database of its own where the suite runs on PostgreSQL."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pyrage
from tests.server import Resident, inviolable

ENTRIES = """
import json
from inviolable.ledger.models import Entry
rows = Entry.objects.order_by("id").values_list("line", "key", "signature")
print(json.dumps([[bytes(line).decode(), key, bytes(signature).hex()] for line, key, signature in rows]))
"""
#: Records one entry after another until its input ends, writing each that is acknowledged into a file; says at fifty.
WRITER = """
import sys
from inviolable.cli.words import open_home
open_home()
from datetime import UTC, datetime
from threading import Event, Thread
from django.db import transaction
from inviolable.ledger.actions import SYSTEM, append
enough = Event()
Thread(target=lambda: (sys.stdin.read(), enough.set()), daemon=True).start()
with open(sys.argv[1], "w") as acknowledged:
    for number in range(20_000):
        with transaction.atomic():
            done = append("incident/x", "hold.placed", {"hold": f"h{number}", "reason": "court"}, actor=SYSTEM,
                          now=datetime.now(UTC))
        print(done.leaf.hex(), file=acknowledged, flush=True)
        if number == 50:
            print("at work", flush=True)
        if enough.is_set():
            break
"""


class Installation:
    """A home that may not be there yet, and commands on it."""

    def __init__(self, home: Path, database: dict[str, str]) -> None:
        self.home, self.database = home, database
        self._commands = Resident(home, database)

    def run(self, *arguments: object, code: int = 0) -> str:
        """A command; what it said. Its exit code is the one expected."""
        done, said = self._commands.ask(argv=[str(one) for one in arguments])
        assert done == code, f"{done}: {said}"
        return said

    def python(self, lines: str, *argv: object) -> str:
        """Some lines, with `argv`; what they print."""
        done, said = self._commands.ask(lines=lines, argv=[str(one) for one in argv])
        assert done == 0, said
        return said

    def restore(self, *arguments: object, code: int = 0) -> str:
        """The command that makes a home, in a process that knows of none."""
        done = inviolable("restore", *map(str, arguments), home=self.home, **self.database)
        assert done.returncode == code, f"{done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def entries(self) -> list[list[str]]:
        """Line, key and signature of every entry, in order."""
        return json.loads(self.python(ENTRIES))

    def headquarters(self, folder: Path) -> list[Path]:
        """Two recipients at headquarters; the files with their identities."""
        files = []
        for name in ("duty-officer", "legal-adviser"):
            identity = pyrage.x25519.Identity.generate()
            file = folder / f"{name}.key"
            file.write_text(f"{identity}\n")
            self.run("keys", "recipient", name, "--add", identity.to_public())
            files.append(file)
        return files

    @contextmanager
    def writing(self, acknowledged: Path) -> Iterator[None]:
        """Somebody records one entry after another, in another process, until the end of the block."""
        process = self.start(WRITER, acknowledged)
        try:
            assert process.stdout.readline() == "at work\n", process.communicate()
            yield
        finally:
            _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors

    def start(self, lines: str, *arguments: object) -> subprocess.Popen[str]:
        """Some lines in another process, while the test goes on."""
        return self._commands.start(lines, *arguments)

    def stop(self) -> None:
        """End its process; the next command starts another."""
        self._commands.stop()


class Builder:
    """Makes installations, each with a fresh database; or copies of one, which is stopped for it."""

    def __init__(self, folder: Path, name_database: Callable[[str], dict[str, str]], ending: ExitStack) -> None:
        self._folder, self._name_database, self._ending = folder, name_database, ending

    def __call__(self, name: str, like: Installation | None = None) -> Installation:
        if like:
            like.stop()
            shutil.copytree(like.home, self._folder / name)
        template = like.database["INVIOLABLE_DATABASE"].rpartition("/")[2] if like and like.database else "template1"
        made = Installation(self._folder / name, self._name_database(template))
        self._ending.callback(made.stop)
        return made


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """The only one in a new folder."""
    folder.mkdir()
    with installations(folder) as make:
        yield make("home")


@contextmanager
def installations(folder: Path) -> Iterator[Builder]:
    """A builder, whose installations are stopped at the end of the block, and their databases dropped."""
    address = os.environ.get("INVIOLABLE_DATABASE", "")
    with ExitStack() as ending:
        if not address:
            yield Builder(folder, lambda template: {}, ending)
            return
        import psycopg

        server, _, first = address.rpartition("/")
        own = ending.enter_context(psycopg.connect(f"{server}/{first}", autocommit=True))

        def database(template: str) -> dict[str, str]:
            name = f"own_{uuid4().hex}"
            own.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            ending.callback(own.execute, f"DROP DATABASE {name} WITH (FORCE)")
            return {"INVIOLABLE_DATABASE": f"{server}/{name}"}

        yield Builder(folder, database, ending)
